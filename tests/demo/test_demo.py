"""`flask demo --no-serve`: twenty believable weeks from nothing, and again without doubling."""

import json
import re

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select

from app.answering.models import Response
from app.core.database import db
from app.questionnaires.actions import publish_version
from app.rounds.actions import open_round
from app.rounds.models import Round
from app.schedule import run_sweeps
from app.statements.models import Contribution, Statement
from tests.conftest import make_test_app
from tests.factories import shipped


@pytest.fixture(scope="module")
def demo(tmp_path_factory, worker):
    app = make_test_app(tmp_path_factory.mktemp("demo"), f"community_views_demo_{worker}")
    with app.app_context():
        upgrade()
        open_round(publish_version(shipped(), "demo")[0], "demo", demo=True)  # a demo killed half-way
        first = app.test_cli_runner().invoke(args=["demo", "--no-serve"])
        assert first.exit_code == 0, first.output
        yield app, first.output
        db.session.remove()
        db.engine.dispose()


def shown(app, *arguments):
    result = app.test_cli_runner().invoke(args=["map", "show", "--format", "json", *arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.xdist_group("demo")
class TestDemo:
    def test_it_says_where_to_go(self, demo):
        _, output = demo
        assert re.search(r"/s/weekly\b.*/note\b.*/map\b.*password \S{12,}", output, re.S)

    def test_again_changes_nothing(self, demo):
        app, _ = demo
        before = db.session.scalar(select(func.count()).select_from(Response))
        assert app.test_cli_runner().invoke(args=["demo", "--no-serve"]).exit_code == 0
        assert db.session.scalar(select(func.count()).select_from(Response)) == before
        assert set(run_sweeps().values()) == {0}

    def test_twenty_weeks_in_several_languages(self, demo):
        assert db.session.scalar(select(func.count()).select_from(Round)) == 21  # and the notes' own
        weeks = db.session.scalars(select(Contribution.week).distinct()).all()
        assert len(weeks) == 20
        assert {"en", "ar", "bn", "pl"} <= set(db.session.scalars(select(Statement.language).distinct()))

    def test_a_theme_rises_one_falls_and_boroughs_are_uneven(self, demo):
        app, _ = demo
        data = shown(app)
        themes = {t["key"]: t for family in data["families"] for t in family["themes"]}

        def halves(key):
            shares = [cell["share"] or 0 for cell in themes[key]["weekly"]]
            return sum(shares[:8]), sum(shares[-9:-1])

        early, late = halves("digital-exclusion")
        assert late > 1.3 * early
        early, late = halves("testing-vaccination")
        assert late < 0.6 * early
        printed = [cell["count"] for cell in data["tiles"].values() if isinstance(cell["count"], int)]
        assert len(printed) > 8 and max(printed) >= 2 * min(printed)

    def test_the_small_group_is_suppressed(self, demo):
        app, _ = demo
        data = shown(app)
        column = [row["gypsy-roma-traveller"]["count"] for row in data["matrix"]["rows"].values()]
        assert set(column) <= {"c", 0} and "c" in column
        assert data["matrix"]["bases"]["gypsy-roma-traveller"]["count"] == "c"

    def test_every_page_is_plainly_marked(self, demo):
        app, _ = demo
        for address in ("/", "/s/weekly", "/note", "/sign-in", "/privacy"):
            assert "all data here is invented" in app.test_client().get(address).get_data(as_text=True)

    def test_it_refuses_a_database_with_real_answers(self, app):
        from tests.factories import open_weekly, send

        send(open_weekly())
        result = app.test_cli_runner().invoke(args=["demo", "--no-serve"])
        assert result.exit_code == 1 and "real answers" in result.output
