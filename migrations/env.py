"""Alembic's environment: the application's own engine and tables."""

from alembic import context
from flask import current_app

from app.core.database import Instant

migrate = current_app.extensions["migrate"]
db = migrate.db


def render_item(kind, item, autogen_context):
    """Write portable types into a new migration, so that it never imports the application."""
    if kind == "type":
        if isinstance(item, Instant):
            return "sa.DateTime(timezone=True)"
        if type(item).__name__ == "AsaList":
            return "sa.UnicodeText()"
    return False


def run_offline():
    url = db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, target_metadata=db.metadata, literal_binds=True, render_item=render_item)
    with context.begin_transaction():
        context.run_migrations()


def run_online():
    with db.engine.connect().execution_options(begin="IMMEDIATE") as connection:
        options = {"render_as_batch": True, "compare_type": True, **migrate.configure_args}
        context.configure(
            connection=connection, target_metadata=db.metadata, render_item=render_item, **options
        )
        with context.begin_transaction():
            context.run_migrations()


run_offline() if context.is_offline_mode() else run_online()
