"""Command groups that turn a database that isn't ready into words."""

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError


class CommandGroup(AppGroup):
    """A group of commands; none of them shows a traceback for a missing or unreachable database."""

    def invoke(self, context):
        try:
            return super().invoke(context)
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                f"The database can't be used: {error.orig}. If it is new, run `flask db upgrade` first."
            ) from error
