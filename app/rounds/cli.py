"""`flask surveys publish`: a new version of a survey and, if asked, a round of it."""

from dataclasses import replace
from pathlib import Path

import click
from flask import current_app

from app.questionnaires.actions import publish_version
from app.questionnaires.cli import compile_or_exit, surveys
from app.questionnaires.layout import KEY
from app.rounds.actions import open_round
from app.rounds.links import NOTE_SURVEY, answering_link
from app.rounds.queries import find_current_round


@surveys.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", help="The survey's key, instead of the workbook's form_id.")
@click.option("--open-now", is_flag=True, help="Open a round of it at once.")
def publish(file, key, open_now):
    """Publish FILE as a new version; prints the answering link."""
    compiled = compile_or_exit(file)
    definition = compiled.definition
    if key:
        if not KEY.fullmatch(key):
            raise click.ClickException("A key has small letters, digits and hyphens only.")
        definition = replace(definition, key=key)
    version, is_new = publish_version(definition, "command", compiled.workbook.to_dict())
    click.echo(f"{definition.key} version {version.number}" + ("" if is_new else " (nothing has changed)"))
    if open_now:
        opened = open_round(version, "command", standing=definition.key == NOTE_SURVEY)
        until = opened.closes_at.isoformat(timespec="minutes") if opened.closes_at else "closed by hand"
        click.echo(f"open until {until}")
    elif find_current_round(definition.key) is None:
        click.echo("not open yet: the link works once a round is opened (--open-now)")
    click.echo(answering_link(current_app.config["PUBLIC_URL"], definition.key))
