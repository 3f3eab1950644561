"""Walking a form with given answers: what would be asked, stored and refused, without a browser."""

from datetime import datetime

from app.questionnaires.answers import Mistake
from app.questionnaires.flow import Questionnaire, Scope, Stop, Typed


def simulate(form: Questionnaire, answers: dict, now: datetime | None = None) -> dict:
    """{"pages": [[name, …], …], "values": {…}, "errors": {name: message}}, relevant questions only.

    `answers` are as the product stores them: numbers, texts, lists of choices, and for a repeat a list
    of objects. Within a repeat an error's name is like `children[2]/age`.
    """
    typed = form.settle({}, as_typed(form, (), answers), now)
    state = form.state(typed, now=now)
    pages, errors, wrong = [], {}, {}
    for stop in state.stops():
        if stop.is_list:
            continue
        pages.append([question.name for question in state.visible(stop)])
        for name, mistake in state.mistakes(stop).items():
            errors[full_name(stop, name)] = plain_message(form, stop, name, mistake)
            wrong.setdefault((stop.scope.names, stop.place), set()).add(name)
    return {"pages": pages, "values": clean_without(state.root, wrong), "errors": errors}


def as_typed(form: Questionnaire, scope: tuple[str, ...], answers: dict) -> Typed:
    """Stored answers as somebody would have typed them; answers given within a group's name are found."""
    questions, repeats = form.questions.get(scope, {}), form.repeats.get(scope, {})
    typed: Typed = {}
    for name, value in answers.items():
        if name in repeats:
            rows = value if isinstance(value, list) else [value]
            typed[name] = [as_typed(form, (*scope, name), row) for row in rows if isinstance(row, dict)]
        elif isinstance(value, dict):
            typed |= as_typed(form, scope, value)
        else:
            question = questions.get(name)
            typed[name] = one_typed(value, question is not None and question.is_multiple)
    return typed


def one_typed(value, is_multiple: bool):
    if isinstance(value, list):
        words = [word_of(item) for item in value]
        return words if is_multiple else " ".join(words)
    return word_of(value).split() if is_multiple else word_of(value)


def word_of(value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def full_name(stop: Stop, name: str) -> str:
    parts = [f"{repeat}[{index + 1}]" for repeat, index in zip(stop.scope.names, stop.place, strict=True)]
    return "/".join([*parts, name])


def clean_without(scope: Scope, wrong: dict) -> dict:
    """What is stored of a scope, without the answers that are refused."""
    refused = wrong.get((scope.names, scope.place), set())
    kept = {}
    for name, question in scope.form.questions[scope.names].items():
        if name not in refused:
            value = scope.stored_value(question)
            if value not in ("", [], None):
                kept[name] = value
    for name in scope.form.repeats.get(scope.names, {}):
        rows = [clean_without(instance, wrong) for instance in scope.instances(name)]
        if rows:
            kept[name] = rows
    return kept


def plain_message(form: Questionnaire, stop: Stop, name: str, mistake: Mistake) -> str:
    question = form.questions[stop.scope.names][name]
    authors = {"required": question.required_message, "constraint": question.constraint_message}
    definition = form.definition
    return definition.text(authors.get(mistake.kind, {}), definition.default_language) or mistake.kind
