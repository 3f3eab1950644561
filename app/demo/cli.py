"""`flask demo`: from nothing to a running product with twenty weeks of invented data."""

import signal

import click
from flask import current_app
from flask_migrate import upgrade
from werkzeug.serving import run_simple

from app.core.access import ADMINISTRATOR, ANALYST
from app.core.config import ROOT
from app.demo.seeding import (
    ADMIN,
    CODER,
    code_past_blind,
    decide_past,
    forget_unfinished,
    has_responses,
    seed,
)
from app.people.actions import make_staff
from app.questionnaires.actions import publish_version
from app.questionnaires.cli import compile_or_exit
from app.questionnaires.flow import Questionnaire
from app.questionnaires.models import Version
from app.reference.actions import load_reference
from app.rounds.links import NOTE_SURVEY, answering_link
from app.rounds.queries import has_demo_data
from app.statements.sweeps import split_waiting
from app.themes.actions import load_themes
from app.themes.codebook import shipped_codebook
from app.themes.sweeps import find_emerging, tag_waiting

WEEKLY = "weekly"


@click.command()
@click.option("--no-serve", is_flag=True, help="Only fill the database.")
@click.option("--port", default=5000, show_default=True)
def demo(no_serve, port):
    """Fill an empty database with invented data and serve it on 127.0.0.1."""
    upgrade()
    load_reference()
    load_themes(shipped_codebook())
    if has_responses() and not has_demo_data():
        raise click.ClickException("This database has real answers. Give the demo another DATABASE_URL.")
    if not has_responses():
        fill()
    say_where_to_go(make_staff(CODER, ANALYST, "demo"), make_staff(ADMIN, ADMINISTRATOR, "demo"))
    if not no_serve:
        serve(port)


def fill() -> None:
    click.echo("Writing twenty weeks of invented answers …")
    forget_unfinished()
    talk = seed(published(WEEKLY), published(NOTE_SURVEY))
    click.echo(f"  {split_waiting()} responses and notes split into statements")
    click.echo(f"  {tag_waiting()} statements tagged")
    click.echo(f"  {decide_past(talk)} decisions of the demo's analyst")
    click.echo(f"  {code_past_blind(talk)} statements coded by two people who saw neither each other's codes")
    find_emerging()


def published(key: str) -> tuple[Version, Questionnaire]:
    compiled = compile_or_exit(ROOT / "surveys" / f"{key}.md")
    version, _ = publish_version(compiled.definition, "demo", compiled.workbook.to_dict())
    return version, Questionnaire(compiled.definition)


def say_where_to_go(password: str, admin_password: str) -> None:
    url = current_app.config["PUBLIC_URL"]
    click.echo(
        f"""
All data is invented. Open:
  {url}/                the start page
  {answering_link(url, WEEKLY)}        the weekly survey, in English, Arabic, Bengali or Polish
  {answering_link(url, NOTE_SURVEY)}            a Community Champion's note
  {url}/map             the map: sign in as {CODER} with the password {password}
  {url}/review          statements that wait to be reviewed (the same account)
  {url}/blind           statements to code without seeing anybody's tags
  {url}/codebook        the themes, and what people write when they raise them
  {url}/learning        the next tagger: sign in as {ADMIN} with the password {admin_password}
  {url}/how-we-code     what the public is told about the tagger
"""
    )


def serve(port: int) -> None:
    """Serve until interrupted, with the sweeps running beside it."""
    # The schedule knows every sweep and so stands above this room.
    worker = current_app.extensions["worker"]()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    worker.start()
    for number, handler in handlers.items():  # the worker takes them, but it is the server that must stop
        signal.signal(number, handler)
    try:
        run_simple("127.0.0.1", port, current_app._get_current_object(), threaded=True)
    finally:
        worker.stop()
