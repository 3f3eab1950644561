"""`flask reference load`: the data files into the database."""

import click
from flask.cli import AppGroup

from app.reference.actions import load_reference

reference = AppGroup("reference", help="Areas, communities, languages and themes.")


@reference.command()
def load():
    """Add or update everything in the data files; safe to repeat."""
    click.echo(f"{load_reference()} areas, communities and languages")
