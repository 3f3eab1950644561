"""The database: one session, and `write()`, the only way to change anything.

SQLite defaults lose concurrent read-then-write updates silently; a write transaction that
begins with BEGIN IMMEDIATE takes its turn instead. Reads never take the write lock.
"""

import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, TypeDecorator, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

BUSY_SECONDS = 5


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class Instant(TypeDecorator):
    """An aware UTC datetime on every database (SQLite has no time zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


class WriteOutsideWrite(RuntimeError):
    """Something was changed outside `write()`: on SQLite that can lose another's update."""


@contextmanager
def write():
    """A write transaction: commits at the end of the block, rolls back on any error.

    What was read before has been read in another transaction, and is read again when it is used inside.
    A change that depends on what it reads locks the row (`with_for_update`, for PostgreSQL) or compares
    a revision in the UPDATE itself.
    """
    session = db.session()
    if session.info.get("writing"):
        raise WriteOutsideWrite("write() inside write(): one action, one transaction")
    session.commit()
    session.expire_all()  # or a row that is still in memory would be taken for what is stored now
    session.info["writing"] = True
    try:
        session.connection(execution_options={"begin": "IMMEDIATE"})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


@contextmanager
def write_connection():
    """A write transaction without the session, for the few statements of the answering pages.

    Commits at the end of the block, rolls back on any error.
    """
    with db.engine.connect().execution_options(begin="IMMEDIATE") as connection, connection.begin():
        yield connection


def read_first(statement, **values):
    """The first row of a prepared SELECT, in a reading transaction of its own; None without one."""
    with db.engine.connect() as connection:
        return connection.execute(statement, values).first()


@event.listens_for(Session, "before_flush")
def refuse_flush_outside_write(session, context, instances):
    if not session.info.get("writing"):
        raise WriteOutsideWrite("changes are made inside `with write():`")


@event.listens_for(Session, "do_orm_execute")
def refuse_statement_outside_write(state):
    changes = state.is_insert or state.is_update or state.is_delete
    if changes and not state.session.info.get("writing"):
        raise WriteOutsideWrite("changes are made inside `with write():`")


@event.listens_for(Engine, "connect")
def set_up_sqlite(connection, record):
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError:
        pass  # a read-only or full disk: reading still works, and a write will say what is wrong


@event.listens_for(Engine, "begin")
def begin_sqlite(connection):
    if connection.dialect.name != "sqlite":
        return
    statement = "BEGIN " + connection.get_execution_options().get("begin", "DEFERRED")
    try:
        connection.connection.dbapi_connection.execute(statement)
    except sqlite3.OperationalError as error:
        raise OperationalError(statement, None, error) from error


def insert_once(session, model, **values):
    """Insert a row unless its key is there already: the new row's primary key, or None where it was there.

    No SELECT before it: two requests at once would both find nothing.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    table = model.__table__
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    return session.execute(statement.returning(*table.primary_key)).first()
