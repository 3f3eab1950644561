"""`flask export responses`: every sent response, streamed."""

import sys

import click

from app.answering.export import columns_of, csv_lines, json_lines, write_xlsx
from app.answering.queries import list_question_names, stream_sent_responses
from app.core import audit
from app.core.commands import CommandGroup
from app.questionnaires.queries import find_survey

export = CommandGroup("export", help="Take data out.")


@export.command()
@click.option("--survey", help="Key of one survey.")
@click.option("--round", "round_id", type=int, help="Number of one round.")
@click.option(
    "--format", "form", type=click.Choice(["csv", "xlsx", "jsonl"]), default="csv", show_default=True
)
@click.option("--output", type=click.Path(), help="A file; standard output without it.")
def responses(survey, round_id, form, output):
    """Write all sent responses, with their full text."""
    if survey and find_survey(survey) is None:
        raise click.ClickException(f"There is no survey {survey!r}.")
    audit.record_reading("command", "export of responses", survey=survey, round=round_id, format=form)
    columns = columns_of(list_question_names(survey, round_id))
    found = stream_sent_responses(survey, round_id)
    if form == "xlsx":
        if not output and sys.stdout.isatty():
            raise click.ClickException("An .xlsx file needs --output FILE, or a pipe.")
        write_xlsx(output or sys.stdout.buffer, found, columns)
        return
    lines = csv_lines(found, columns) if form == "csv" else json_lines(found)
    with click.open_file(output or "-", "w", encoding="utf-8") as file:
        for line in lines:
            file.write(line)
