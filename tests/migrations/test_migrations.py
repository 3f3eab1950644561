"""Every migration goes up and down, with data in the tables, and ends at what the models say."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from app.core.database import db
from app.reference.actions import load_reference
from app.themes.actions import load_themes
from app.themes.codebook import shipped_codebook
from tests.conftest import make_test_app
from tests.factories import open_weekly, send, sweep


def test_up_down_and_up_again_with_data(tmp_path, worker):
    app = make_test_app(tmp_path, f"community_views_migrations_{worker}")
    with app.app_context():
        upgrade()
        load_reference()
        load_themes(shipped_codebook())
        send(open_weekly())
        sweep()
        db.session.remove()
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": False})
            assert compare_metadata(context, db.metadata) == []
            assert connection.execute(text("SELECT count(*) FROM response")).scalar() == 0
        db.session.remove()
        db.engine.dispose()
