"""No update is lost, and nothing is written outside `write()`."""

import sqlite3
import threading

import pytest
from sqlalchemy import insert, select, text, update

from app.core.database import WriteOutsideWrite, db, write
from app.core.models import AuditEntry
from app.questionnaires.models import Survey

THREADS, TIMES = 8, 25


def test_no_concurrent_update_is_lost(app):
    """Read, add one, write back, from eight threads at once."""
    with write() as session:
        session.add(AuditEntry(actor="0", action="count", subject="x"))

    def count():
        with app.app_context():
            for _ in range(TIMES):
                with write() as session:
                    entry = session.scalars(select(AuditEntry).with_for_update()).one()
                    entry.actor = str(int(entry.actor) + 1)
            db.session.remove()

    threads = [threading.Thread(target=count) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert db.session.scalars(select(AuditEntry.actor)).one() == str(THREADS * TIMES)


def test_a_write_takes_the_lock_at_once_and_a_read_never_does(app):
    """BEGIN IMMEDIATE: a second writer waits, before it has read anything; a reader doesn't."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows")
    path = db.engine.url.database
    with write():
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        assert other.execute("SELECT count(*) FROM survey").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    db.session.scalars(select(Survey)).all()
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()


def test_sqlite_settings(app):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite only")
    with db.engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "foreign_keys": 1}


def test_changes_outside_write_are_refused(app):
    with pytest.raises(WriteOutsideWrite):
        db.session.add(Survey(key="x"))
        db.session.commit()
    db.session.rollback()
    for statement in (insert(Survey).values(key="x"), update(Survey).values(key="y")):
        with pytest.raises(WriteOutsideWrite):
            db.session.execute(statement)


def test_an_error_rolls_everything_back(app):
    with pytest.raises(ZeroDivisionError), write() as session:
        session.add(Survey(key="x"))
        session.flush()
        1 / 0
    assert db.session.scalars(select(Survey)).all() == []


def test_write_inside_write_is_refused(app):
    with pytest.raises(WriteOutsideWrite), write(), write():
        pass
