"""`flask surveys check` and `simulate`: trying a workbook without publishing it."""

import json
from pathlib import Path

import click

from app.core.commands import CommandGroup
from app.questionnaires.compiler import compile_file
from app.questionnaires.definition import Definition
from app.questionnaires.faults import Faulty
from app.questionnaires.flow import Questionnaire
from app.reference.communities import community_keys
from app.reference.places import area_keys

surveys = CommandGroup("surveys", help="Check, publish and try surveys.")


def read_or_exit(path: Path) -> Definition:
    """The definition in a file; prints every fault and exits with 1 when there are any."""
    try:
        definition, warnings = compile_file(path, area_keys(), community_keys())
    except Faulty as faulty:
        click.echo(f"{path}: not valid")
        for fault in faulty.faults:
            click.echo(f"  {fault}")
        raise SystemExit(1) from None
    for warning in warnings:
        click.echo(f"  warning: {warning}", err=True)
    return definition


@surveys.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files):
    """Say whether each FILE is a valid survey; list every fault."""
    failed = False
    for path in files:
        try:
            definition = read_or_exit(path)
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
    questionnaire = Questionnaire(read_or_exit(file))
    try:
        given = json.load(answers)
        typed = {str(name): as_typed(value) for name, value in given.items()}
    except (ValueError, AttributeError) as error:
        raise click.ClickException(f"The answers must be one JSON object, name to value: {error}") from None
    click.echo(json.dumps(walk(questionnaire, typed), ensure_ascii=False))


def as_typed(value) -> str | list[str]:
    return [str(item) for item in value] if isinstance(value, list) else str(value)


def walk(questionnaire: Questionnaire, typed: dict) -> dict:
    """What a respondent with these answers sees, what would be stored and what would be refused."""
    typed = {
        name: value.split() if isinstance(value, str) and is_multiple(questionnaire, name) else value
        for name, value in typed.items()
    }
    language = questionnaire.definition.default_language
    pages, errors = [], {}
    for number in questionnaire.pages(typed):
        page = questionnaire.definition.pages[number - 1]
        pages.append([question.name for question in questionnaire.visible(page, typed)])
        for name, mistake in questionnaire.mistakes(page, typed).items():
            errors[name] = plain_message(questionnaire, name, mistake, language)
    stored = questionnaire.clean({name: value for name, value in typed.items() if name not in errors})
    return {"pages": pages, "values": stored, "errors": errors}


def is_multiple(questionnaire: Questionnaire, name: str) -> bool:
    question = questionnaire.by_name.get(name)
    return question is not None and question.type == "select_multiple"


def plain_message(questionnaire, name, mistake, language) -> str:
    question = questionnaire.by_name[name]
    authors = {"required": question.required_message, "constraint": question.constraint_message}
    return questionnaire.definition.text(authors.get(mistake.kind, {}), language) or mistake.kind
