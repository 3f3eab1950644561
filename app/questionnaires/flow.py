"""What a respondent sees and has said: which questions are relevant, what is wrong, what is stored.

Answers as typed are `Typed`: question name to str, or to a list of choice names for select_multiple.
A note or a question that isn't relevant has no value for any expression, and is never stored.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from app.questionnaires.definition import Definition, Page, Question
from app.questionnaires.expressions import Compiled, Value, as_boolean, compile_tree

Typed = dict[str, str | list[str]]

TEXT_LIMIT = 200  # characters in one line
MULTILINE_LIMIT = 5000
WHOLE = re.compile(r"-?[0-9]{1,9}")
THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:[ ,.'\u066c\u00a0\u202f][0-9]{3}){1,2}")


@dataclass(frozen=True)
class Mistake:
    """Why an answer can't be taken: a kind for the reader's words, or the author's own message."""

    kind: str  # required, constraint, too_long, not_a_number, not_a_date, not_a_choice
    limit: int = 0
    given: int = 0


class Questionnaire:
    """A definition ready to be asked: its expressions compiled once, shared by every respondent."""

    def __init__(self, definition: Definition):
        self.definition = definition
        self.by_name = {question.name: question for question in definition.questions}
        #: whatever else is worth making once for each questionnaire
        self.kept: dict = {}

    @cached_property
    def rules(self) -> dict[tuple[str, str], Compiled]:
        """(question name, "relevant" | "required" | "constraint"): the compiled expression."""
        return {
            (question.name, kind): compile_tree(tree)
            for page in self.definition.pages
            for question in page.questions
            for kind in ("relevant", "required", "constraint")
            if (tree := getattr(question, kind))
        }

    def is_relevant(self, question: Question, typed: Typed) -> bool:
        rule = self.rules.get((question.name, "relevant"))
        return rule is None or as_boolean(rule(self.values(typed), ""))

    def values(self, typed: Typed) -> Callable[[str], Value]:
        """Look up a question's value; "" for one that isn't relevant, as the specification has it."""

        def get(name: str) -> Value:
            question = self.by_name.get(name)
            if question is None or not self.is_relevant(question, typed):
                return ""
            return value_of(question, typed.get(name, ""))

        return get

    def visible(self, page: Page, typed: Typed) -> list[Question]:
        """The questions and notes of a page that are relevant now."""
        return [question for question in page.questions if self.is_relevant(question, typed)]

    def pages(self, typed: Typed) -> list[int]:
        """The numbers (from 1) of the pages that have something to show."""
        return [number for number, page in enumerate(self.definition.pages, 1) if self.visible(page, typed)]

    def mistake(self, question: Question, typed: Typed) -> Mistake | None:
        """What is wrong with the answer to a relevant question, if anything."""
        given = typed.get(question.name, "")
        if not given:
            required = self.rules.get((question.name, "required"))
            is_required = required is not None and as_boolean(required(self.values(typed), ""))
            return Mistake("required") if is_required else None
        wrong = mistake_of_type(question, given, self.definition)
        if wrong:
            return wrong
        rule = self.rules.get((question.name, "constraint"))
        if rule is None or as_boolean(rule(self.values(typed), value_of(question, given))):
            return None
        return Mistake("constraint")

    def mistakes(self, page: Page, typed: Typed) -> dict[str, Mistake]:
        """question name: mistake, for the relevant questions of a page."""
        found = {
            question.name: self.mistake(question, typed)
            for question in self.visible(page, typed)
            if not question.is_note
        }
        return {name: mistake for name, mistake in found.items() if mistake}

    def clean(self, typed: Typed) -> dict:
        """What is stored: only relevant answers, as text, whole numbers, ISO dates or lists of choices."""
        return {
            question.name: stored(question, typed[question.name])
            for question in self.definition.questions
            if typed.get(question.name) and self.is_relevant(question, typed)
        }


def mistake_of_type(question: Question, given: str | list[str], definition: Definition) -> Mistake | None:
    if question.type == "text":
        limit = MULTILINE_LIMIT if question.is_multiline else TEXT_LIMIT
        return Mistake("too_long", limit, len(given)) if len(given) > limit else None
    if question.type == "integer":
        return None if whole_number(given) is not None else Mistake("not_a_number")
    if question.type == "date":
        return None if read_date(given) else Mistake("not_a_date")
    known = {choice.name for choice in definition.lists[question.list_name]}
    names = given if isinstance(given, list) else [given]
    return None if known.issuperset(names) else Mistake("not_a_choice")


def value_of(question: Question, given: str | list[str]) -> Value:
    """A typed answer as the expression language has it."""
    if isinstance(given, list):
        return " ".join(given)
    if question.type == "integer" and given:
        number = whole_number(given)
        return math.nan if number is None else float(number)
    if question.type == "date" and given:
        return read_date(given) or ""
    return given


def stored(question: Question, given: str | list[str]):
    if question.type == "integer":
        return whole_number(given)
    if question.type == "date":
        return read_date(given).isoformat()
    return given


def whole_number(text: str) -> int | None:
    """A whole number in any script's digits, thousands separated or not: "1,200" and "١٬٢٠٠" are 1200."""
    plain = ascii_digits(text.strip())
    if THOUSANDS.fullmatch(plain):
        plain = re.sub(r"[^\d-]", "", plain)
    return int(plain) if WHOLE.fullmatch(plain) else None


def ascii_digits(text: str) -> str:
    """`text` with the digits of every script as 0 to 9 and the minus sign as a hyphen."""
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text).replace("\u2212", "-")


def read_date(text: str) -> date | None:
    """A day as browsers send it (2026-11-23) or as people in London write it (23/11/2026)."""
    plain = ascii_digits(text.strip())
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(plain, form).date()
        except ValueError:
            continue
    return None
