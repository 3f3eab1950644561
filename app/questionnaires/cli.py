"""`flask surveys check` and `simulate`: trying a workbook without publishing it."""

import json
from pathlib import Path

import click

from app.core.commands import CommandGroup
from app.questionnaires.compiler import Compiled, compile_file
from app.questionnaires.faults import Faulty
from app.questionnaires.flow import Questionnaire
from app.questionnaires.simulation import simulate as walk
from app.reference.communities import community_keys
from app.reference.places import area_keys

surveys = CommandGroup("surveys", help="Check, publish and try surveys.")


def compile_or_exit(path: Path, quiet: bool = False) -> Compiled:
    """What a file comes to; prints every fault and exits with 1 when there are any, and else its warnings."""
    try:
        compiled = compile_file(path, area_keys(), community_keys())
        faults = compiled.faults
    except Faulty as faulty:
        compiled, faults = None, faulty.faults
    if faults or compiled is None:
        click.echo(f"{path}: not valid")
        for fault in faults:
            click.echo(f"  {fault}")
        raise SystemExit(1)
    for warning in () if quiet else compiled.warnings:
        click.echo(f"  warning: {warning}", err=True)
    return compiled


@surveys.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files):
    """Say whether each FILE is a valid survey; list every fault."""
    failed = False
    for path in files:
        try:
            definition = compile_or_exit(path).definition
            languages = ", ".join(definition.languages)
            click.echo(
                f"{path}: valid, {len(definition.pages)} pages, "
                f"{len(definition.questions)} questions, {languages}"
            )
        except SystemExit:
            failed = True
    if failed:
        raise SystemExit(1)


@surveys.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--answers", required=True, type=click.File("r", encoding="utf-8"))
def simulate(file, answers):
    """Walk FILE with the answers in a JSON file; print pages, values and errors as JSON."""
    form = Questionnaire(compile_or_exit(file, quiet=True).definition)
    try:
        given = json.load(answers)
        if not isinstance(given, dict):
            raise ValueError(f"it is a {type(given).__name__}")
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"The answers must be one JSON object, name to value: {error}") from None
    click.echo(json.dumps(walk(form, given), ensure_ascii=False))
