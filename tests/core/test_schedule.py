"""The sweeps on their schedule, from either queue, and commands on a database that isn't ready."""

import pytest
import redis
from sqlalchemy import select

from app.core.database import db
from app.schedule import make_worker
from app.statements.models import Statement
from app.themes.models import Tagging
from tests.conftest import make_test_app
from tests.factories import open_weekly, send


def redis_url() -> str:
    url = "redis://127.0.0.1:6379/15"
    try:
        redis.Redis.from_url(url).ping()
    except redis.ConnectionError:
        pytest.skip("no Redis on this machine")
    return url


@pytest.mark.parametrize("queue", ["sqlite", "redis"])
def test_the_worker_runs_every_sweep(app, monkeypatch, queue):
    monkeypatch.setitem(app.config, "REDIS_URL", redis_url() if queue == "redis" else None)
    send(open_weekly())
    db.session.remove()
    worker = make_worker(app)
    [task] = worker.huey._registry.periodic_tasks
    worker.huey.execute(task)
    db.session.remove()
    assert len(db.session.scalars(select(Statement)).all()) == 1
    assert len(db.session.scalars(select(Tagging)).all()) == 1


def test_sweeps_run_loads_the_data_files(app, runner):
    from app.core.database import write
    from app.themes.models import Theme

    with write() as session:
        session.get(Theme, "food").names = {"en": "wrong"}
    result = runner.invoke(args=["sweeps", "run"])
    assert "split_waiting: 0" in result.output and "tag_waiting: 0" in result.output
    db.session.expire_all()
    assert db.session.get(Theme, "food").names["en"] == "Food poverty and healthy food"


@pytest.mark.parametrize(
    "command",
    [
        ["surveys", "publish", "surveys/weekly.md"],
        ["export", "responses"],
        ["map", "show"],
        ["sweeps", "run"],
    ],
)
def test_a_database_without_tables_gets_words(tmp_path, worker, command):
    app = make_test_app(tmp_path, f"community_views_empty_{worker}")
    result = app.test_cli_runner().invoke(args=command)
    with app.app_context():
        db.engine.dispose()
    assert result.exit_code == 1
    assert "flask db upgrade" in result.output and "Traceback" not in result.output
