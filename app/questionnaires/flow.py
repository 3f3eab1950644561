"""What a respondent sees and has said: which questions are relevant, what is wrong, what is stored.

Answers as typed are `Typed`: question name to str or list of choice names; a repeat's name to a list
of such dicts, one for each time it was answered. All else follows from them: the same answers give
the same state, whatever the way to them. A question that isn't relevant has no value for any
expression, and is never stored; what was typed into it is kept until the response is sent.
"""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.questionnaires.answers import (
    Given,
    Mistake,
    mistake_of_type,
    stored,
    typed_from,
    value_of,
)
from app.questionnaires.circles import in_order
from app.questionnaires.definition import Choice, Definition, Page, Question, Repeat
from app.questionnaires.evaluator import Compiled, Compiler, Context, london_now
from app.questionnaires.expressions import calls
from app.questionnaires.functions import shuffled
from app.questionnaires.nodes import Element, ListNode
from app.questionnaires.values import NodeSet, Value, as_boolean, as_number, as_string, scalar

Typed = dict[str, str | list]
Names = tuple[str, ...]  # of repeats, outermost first

INSTANCES_MOST = 100  # of one repeat
WORK_MOST = 400_000  # nodes looked at for one state of the answers
#: Functions that answer differently each time.
VOLATILE = {"random", "uuid", "now", "today"}
#: What devices tell about people. A form may ask for it; it is never collected.
UNCOLLECTED = {"deviceid", "phonenumber", "username", "email", "simserial", "subscriberid"}


@dataclass(frozen=True)
class Stop:
    """A page in the form a respondent meets it: in a repeat, the page of one of its instances."""

    number: int  # of the page, from 1
    place: tuple[int, ...]  # which instance of each repeat around it, from 0
    page: Page
    scope: "Scope"

    @property
    def address(self) -> str:
        """As in a link: "3", or "5-2" for page 5 in the second instance."""
        return "-".join(map(str, (self.number, *(index + 1 for index in self.place))))

    @property
    def is_list(self) -> bool:
        return bool(self.page.repeat)


class Questionnaire:
    """A definition ready to be asked: its expressions compiled once, shared by every respondent."""

    def __init__(self, definition: Definition):
        self.definition = definition
        self.questions: dict[Names, dict[str, Question]] = {(): {}}
        self.repeats: dict[Names, dict[str, Repeat]] = {(): {}}
        #: whatever else is worth making once for each questionnaire
        self.kept: dict = {}
        for repeat in definition.repeats:
            self.repeats.setdefault(repeat.scope, {})[repeat.name] = repeat
            self.questions.setdefault((*repeat.scope, repeat.name), {})
        for question in definition.all_questions:
            self.questions.setdefault(question.scope, {})[question.name] = question
        #: the questions outside of repeats
        self.by_name = self.questions[()]
        self.lay_out_elements()

    # --- structure ---------------------------------------------------------------------------------

    def lay_out_elements(self) -> None:
        """The form's elements for XPath, and where each name is found."""
        self.root = Element("data", "root")
        self.elements: dict[tuple[Names, str], Element] = {}
        self.places: dict[str, list[tuple[str, Names, str]]] = {}
        rows = [(r.path or (*r.scope, r.name), "repeat", r.scope, r.name) for r in self.definition.repeats]
        rows += [(q.path or (q.name,), "question", q.scope, q.name) for q in self.definition.all_questions]
        for path, kind, scope, key in sorted(rows, key=lambda row: row[1] == "question"):
            here = self.root
            for name in path[:-1]:
                below = here.child(name)
                if below is None:
                    below = here.add(name, "group")
                    self.note(name, "group", scope, name, below)
                here = below
            element = here.child(path[-1])
            if element is None or kind == "question":
                element = here.add(path[-1], kind, key)
            self.note(path[-1], kind, scope, key, element)

    def note(self, name: str, kind: str, scope: Names, key: str, element: Element) -> None:
        self.elements[scope, key] = element
        self.places.setdefault(name, []).append((kind, scope, key))

    def locate(self, name: str, scope: Names) -> tuple[str, Names, str] | None:
        """(kind, scope, name there) of what ${name} means to a question in `scope`: the nearest."""
        found = self.places.get(name.rpartition("/")[2], ())
        if not found:
            return None
        order = {"question": 0, "repeat": 1, "group": 2}

        def distance(place) -> tuple[int, int]:
            kind, where, _ = place
            shared = sum(1 for a, b in zip(where, scope, strict=False) if a == b)
            return (len(where) - shared) + (len(scope) - shared), order[kind]

        return min(found, key=distance)

    def element_of(self, scope: Names, key: str) -> Element:
        return self.elements[scope, key]

    def question_at(self, scope: Names, key: str) -> Question:
        return self.questions[scope][key]

    # --- expressions -------------------------------------------------------------------------------

    @cached_property
    def rules(self) -> dict[tuple, Compiled]:
        """(scope, name, which expression): compiled, made when first asked for."""
        return {}

    def rule(self, owner: Question | Repeat, kind: str) -> Compiled | None:
        tree = getattr(owner, kind)
        if tree is None:
            return None
        key = (owner.scope, owner.name, kind)
        if key not in self.rules:
            compiler = Compiler(self, owner.scope, self.elements.get((owner.scope, owner.name)))
            self.rules[key] = compiler.compile(tree)
        return self.rules[key]

    def text_rule(self, name: str, scope: Names) -> Compiled:
        """The value of ${name} in a text."""
        key = (scope, name, "text")
        if key not in self.rules:
            self.rules[key] = Compiler(self, scope, None).compile(["ref", name])
        return self.rules[key]

    @cached_property
    def settled(self) -> list[Question]:
        """The questions whose value has to be kept when it is first computed."""
        return [
            question
            for question in self.definition.all_questions
            if question.trigger
            or (question.calculation and "once" in calls(question.calculation))
            or (question.default and calls(question.default) & VOLATILE)
            or question.type in ("start", "today")
        ]

    @cached_property
    def deep(self) -> list[tuple[Question, str]]:
        """Calculations in the order in which they need one another, so that none nests deep."""
        return in_order(self)

    # --- lists -------------------------------------------------------------------------------------

    def all_choices(self, question: Question) -> tuple[Choice, ...]:
        """Every choice of a question, before any filter; not those that come from answers."""
        if question.list_name in self.definition.lists:
            return self.definition.lists[question.list_name]
        rows = self.definition.files.get(question.list_name)
        if rows is None:
            return ()
        value, label = (question.parameters.get(column, name) for column, name in FILE_COLUMNS)
        key = ("choices", question.list_name, value, label)
        if key not in self.kept:
            default = self.definition.default_language
            self.kept[key] = tuple(
                Choice(row[value], file_label(row, label, default), row) for row in rows if row.get(value)
            )
        return self.kept[key]

    def labels(self, question: Question, language: str) -> dict[str, str]:
        """name: label of every choice, in one language."""
        key = ("labels", question.list_name, question.parameters.get("value"), language)
        if key not in self.kept:
            text = self.definition.text
            self.kept[key] = {
                choice.name: text(choice.label, language) or choice.name
                for choice in self.all_choices(question)
            }
        return self.kept[key]

    def rows(self, name: str, language: str) -> list[dict[str, str]] | None:
        """A list or attached file as XPath's instance(name) has it; None when there is none."""
        file = next((file for file in (name, f"{name}.csv") if file in self.definition.files), None)
        if file:
            return list(self.definition.files[file])
        if name not in self.definition.lists:
            return None
        key = ("rows", name, language)
        if key not in self.kept:
            self.kept[key] = [
                {
                    "itextId": f"{name}-{at}",
                    "name": choice.name,
                    "label": self.definition.text(choice.label, language),
                    **choice.extra,
                }
                for at, choice in enumerate(self.definition.lists[name])
            ]
        return self.kept[key]

    def itext(self, text_id: str, language: str) -> str:
        name, _, at = text_id.rpartition("-")
        choices = self.definition.lists.get(name, ())
        if not at.isdecimal() or int(at) >= len(choices):
            return ""
        return self.definition.text(choices[int(at)].label, language)

    def lookup(self, file: str, key_column: str) -> dict[str, dict[str, str]]:
        """key: row of an attached file, for pulldata()."""
        key = ("lookup", file, key_column)
        if key not in self.kept:
            table: dict[str, dict[str, str]] = {}
            for row in self.rows(file.removesuffix(".csv"), self.definition.default_language) or ():
                table.setdefault(row.get(key_column, ""), row)
            self.kept[key] = table
        return self.kept[key]

    # --- answers -----------------------------------------------------------------------------------

    def state(self, typed: Typed, language: str | None = None, now: datetime | None = None) -> "State":
        return State(self, typed, language or self.definition.default_language, now)

    def settle(self, before: Typed, typed: Typed, now: datetime | None = None) -> Typed:
        """`typed` with the values that are computed once: at first, or when their trigger changes."""
        if not self.settled:
            return typed
        typed = copy.deepcopy(typed)
        for question in self.settled:
            earlier = self.state(before, now=now)
            for scope in list(self.state(typed, now=now).scopes(question.scope)):
                settle_one(question, scope, earlier.find_scope(question.scope, scope.place))
        return typed

    def clean(self, typed: Typed) -> dict:
        """What is stored: see `Scope.clean`."""
        return self.state(typed).root.clean()


FILE_COLUMNS = (("value", "name"), ("label", "label"))


def file_label(row: dict[str, str], label: str, default: str) -> dict[str, str]:
    """The texts of an attached file's row: column `label`, and `label::Polish (pl)` for other languages."""
    texts = {default: row.get(label) or row.get("name", "")}
    for column, text in row.items():
        if column.startswith(label + "::") and text:
            texts[column.rpartition("(")[2].rstrip(") ") or column.partition("::")[2]] = text
    return texts


def settle_one(question: Question, scope: "Scope", earlier: "Scope | None") -> None:
    key = question.name
    if question.type in ("start", "today"):
        scope.data.setdefault(key, scope.metadata(question.type))
    elif question.trigger:
        if any(trigger_value(scope, name) != trigger_value(earlier, name) for name in question.trigger):
            rule = scope.form.rule(question, "calculation") or scope.form.rule(question, "default")
            value = rule(Context(scope)) if rule else ""
            scope.data[key] = typed_from(question, "" if is_nothing(value) else scalar(value))
    elif not scope.data.get(key):
        value = scope.value(key)
        if not is_nothing(value):
            scope.data[key] = typed_from(question, scalar(value))


def trigger_value(scope: "Scope | None", name: str) -> Given | None:
    """What was typed into a trigger, in the nearest scope that has it."""
    while scope is not None:
        if name in scope.form.questions[scope.names]:
            return scope.typed(name) or None
        scope = scope.parent
    return None


def is_nothing(value: Value) -> bool:
    value = scalar(value)
    return value == "" or (isinstance(value, float) and math.isnan(value))


class State:
    """All that follows from one set of answers."""

    def __init__(self, form: Questionnaire, typed: Typed, language: str, now: datetime | None = None):
        self.form = form
        self.language = language
        self.now = now or london_now()
        self.work = 0
        self.root = Scope(self, (), typed, None, 0)
        for question, kind in form.deep:
            for scope in self.scopes(question.scope):
                if kind == "relevant":
                    scope.is_relevant(question)
                else:
                    scope.value(question.name)

    def spend(self, nodes: int) -> None:
        """Count the work; raises TooMuchWork when an expression looks at more nodes than is sensible."""
        self.work += nodes
        if self.work > WORK_MOST:
            raise TooMuchWork

    def scopes(self, names: Names) -> Iterator["Scope"]:
        """Every instance of the innermost of these repeats."""
        found = [self.root]
        for name in names:
            found = [instance for scope in found for instance in scope.instances(name)]
        yield from found

    def find_scope(self, names: Names, place: tuple[int, ...]) -> "Scope | None":
        scope = self.root
        for name, index in zip(names, place, strict=True):
            instances = scope.instances(name)
            if index >= len(instances):
                return None
            scope = instances[index]
        return scope

    def stops(self) -> list[Stop]:
        """Every page that has something to show, in order."""
        pages = list(enumerate(self.form.definition.pages, 1))
        return list(self.stops_within(pages, self.root))

    def stops_within(self, pages: list[tuple[int, Page]], scope: "Scope") -> Iterator[Stop]:
        at = 0
        while at < len(pages):
            number, page = pages[at]
            at += 1
            if not page.repeat:
                stop = Stop(number, scope.place, page, scope)
                if any(True for _ in self.shown(stop)):
                    yield stop
                continue
            inner = (*page.scope, page.repeat)
            begin = at
            while at < len(pages) and pages[at][1].scope[: len(inner)] == inner:
                at += 1
            repeat = self.form.repeats[scope.names][page.repeat]
            if not scope.is_relevant(repeat):
                continue
            if repeat.count is None:
                yield Stop(number, scope.place, page, scope)
            for instance in scope.instances(page.repeat):
                yield from self.stops_within(pages[begin:at], instance)

    def shown(self, stop: Stop) -> Iterator[Question]:
        return (question for question in stop.page.questions if stop.scope.is_relevant(question))

    def visible(self, stop: Stop) -> list[Question]:
        """The questions and notes of a page that are relevant now."""
        return list(self.shown(stop))

    def mistakes(self, stop: Stop) -> dict[str, Mistake]:
        """question name: mistake, for the relevant questions of a page."""
        found = {
            question.name: stop.scope.mistake(question)
            for question in self.shown(stop)
            if question.takes_answer
        }
        return {name: mistake for name, mistake in found.items() if mistake}

    def find_stop(self, number: int, place: tuple[int, ...]) -> Stop | None:
        """A page and instance as a link names it, relevant or not; None when there is none."""
        if not 1 <= number <= len(self.form.definition.pages):
            return None
        page = self.form.definition.pages[number - 1]
        if len(place) != len(page.scope):
            return None
        scope = self.find_scope(page.scope, place)
        return Stop(number, place, page, scope) if scope else None


class TooMuchWork(RuntimeError):
    """An expression that looks at more nodes than any sensible form needs."""


class Scope:
    """The answers of the whole form outside of repeats, or of one instance of a repeat."""

    __slots__ = (
        "data",
        "form",
        "index",
        "kept",
        "language",
        "names",
        "parent",
        "relevance",
        "state",
        "values",
    )

    def __init__(self, state: State, names: Names, data: Typed, parent: "Scope | None", index: int):
        self.state = state
        self.form = state.form
        self.language = state.language
        self.names = names
        self.data = data
        self.parent = parent
        self.index = index
        self.values: dict[str, Value] = {}
        self.relevance: dict = {}
        self.kept: dict[str, list[Scope]] = {}

    @property
    def root(self) -> "Scope":
        return self.chain()[-1]

    @property
    def place(self) -> tuple[int, ...]:
        return tuple(scope.index for scope in reversed(self.chain()[:-1]))

    def chain(self) -> list["Scope"]:
        """This scope and those around it, from the inside out."""
        found, scope = [], self
        while scope is not None:
            found.append(scope)
            scope = scope.parent
        return found

    def up(self, levels: int) -> "Scope":
        scope = self
        for _ in range(levels):
            scope = scope.parent
        return scope

    def index_in(self, names: Names) -> int:
        """Which instance of a repeat around this scope it is in; the first when it isn't in one."""
        return next((scope.index for scope in self.chain() if scope.names == names), 0)

    # --- values ------------------------------------------------------------------------------------

    def typed(self, name: str) -> Given:
        """What was typed, or else what the answer is by default."""
        if name in self.data:
            return self.data[name]
        question = self.form.questions[self.names][name]
        if question.default is None:
            return ""
        return typed_from(question, scalar(self.evaluate(question, "default")))

    def value(self, name: str) -> Value:
        """The value for expressions: "" for a question that is empty or not relevant."""
        found = self.values.get(name)
        if found is None:
            self.values[name] = ""  # what a circle would read, though `check` refuses circles
            found = self.values[name] = self.value_of(self.form.questions[self.names][name])
        return found

    def value_of(self, question: Question) -> Value:
        if question.type in UNCOLLECTED or not self.is_relevant(question):
            return ""
        if question.is_calculated:
            own = value_of(question, self.data.get(question.name, ""))
            value = scalar(self.evaluate(question, "calculation", own))
            return "" if is_nothing(value) else value
        if question.type in ("start", "end", "today"):
            return value_of(question, self.data.get(question.name) or self.metadata(question.type))
        return value_of(question, self.typed(question.name))

    def metadata(self, kind: str) -> str:
        """When the form was begun or is sent, to the minute; the day it was begun."""
        now = self.state.now
        return now.date().isoformat() if kind == "today" else now.isoformat(timespec="minutes")

    def evaluate(self, owner: Question | Repeat, kind: str, own: Value = "") -> Value:
        rule = self.form.rule(owner, kind)
        if rule is None:
            return ""
        try:
            return rule(Context(self, own))
        except (TooMuchWork, RecursionError):
            return ""

    def is_relevant(self, owner: Question | Repeat) -> bool:
        if owner.relevant is None:
            return True
        key = id(owner)
        found = self.relevance.get(key)
        if found is None:
            self.relevance[key] = True
            found = self.relevance[key] = as_boolean(scalar_or_set(self.evaluate(owner, "relevant")))
        return found

    def instances(self, name: str) -> list["Scope"]:
        """The instances of a repeat directly within this scope."""
        found = self.kept.get(name)
        if found is None:
            self.kept[name] = []
            found = self.kept[name] = self.make_instances(self.form.repeats[self.names][name])
        return found

    def make_instances(self, repeat: Repeat) -> list["Scope"]:
        if not self.is_relevant(repeat):
            return []
        rows = self.data.get(repeat.name, [])
        rows = rows if isinstance(rows, list) else []
        count = len(rows)
        if repeat.count is not None:
            number = as_number(self.evaluate(repeat, "count"))
            count = int(number) if 0 < number <= INSTANCES_MOST else INSTANCES_MOST if number > 0 else 0
        names = (*self.names, repeat.name)
        return [
            Scope(self.state, names, rows[at] if at < len(rows) else {}, self, at)
            for at in range(min(count, INSTANCES_MOST))
        ]

    # --- choices -----------------------------------------------------------------------------------

    def choices(self, question: Question) -> list[Choice]:
        """The choices that a question offers now."""
        if question.list_name.startswith("${"):
            return self.choices_from_answers(question)
        choices = self.form.all_choices(question)
        rule = self.form.rule(question, "choice_filter")
        if rule is not None:
            choices = self.passing(rule, choices)
        if question.parameters.get("randomize", "").lower() == "true":
            return shuffled(list(choices), self.seed(question))
        return list(choices)

    def passing(self, rule: Compiled, choices) -> list[Choice]:
        try:
            return [
                choice
                for choice in choices
                if as_boolean(rule(Context(self, "", ListNode("item", fields=choice.fields))))
            ]
        except TooMuchWork:
            return []

    def seed(self, question: Question) -> Value:
        seed = question.parameters.get("seed", "")
        if not seed.startswith("${"):
            return seed or "order"
        return scalar(self.form.text_rule(seed[2:-1].strip(), self.names)(Context(self)))

    def choices_from_answers(self, question: Question) -> list[Choice]:
        """A list made of what was answered elsewhere: `select_one ${child_name}`."""
        values = self.form.text_rule(question.list_name[2:-1].strip(), self.names)(Context(self))
        nodes = values if isinstance(values, NodeSet) else []
        names = dict.fromkeys(as_string(node.value()) for node in nodes)
        return [Choice(name.replace(" ", "_"), {self.language: name}) for name in names if name]

    # --- mistakes and storing ----------------------------------------------------------------------

    def is_required(self, question: Question) -> bool:
        return question.required is not None and as_boolean(
            scalar_or_set(self.evaluate(question, "required"))
        )

    def mistake(self, question: Question) -> Mistake | None:
        """What is wrong with the answer to a relevant question, if anything."""
        given = self.typed(question.name)
        if isinstance(given, list) and not any(given):
            given = []
        if not given:
            return Mistake("required") if self.is_required(question) else None
        known = {choice.name for choice in self.choices(question)} if question.list_name else set()
        wrong = mistake_of_type(question, given, known)
        if wrong or question.constraint is None:
            return wrong
        value = value_of(question, given)
        return (
            None
            if as_boolean(scalar_or_set(self.evaluate(question, "constraint", value)))
            else Mistake("constraint")
        )

    def clean(self) -> dict:
        """What is stored: only relevant answers, as text, numbers, ISO dates or lists of choices."""
        kept = {}
        for name, question in self.form.questions[self.names].items():
            value = self.stored_value(question)
            if value not in ("", [], None):
                kept[name] = value
        for name in self.form.repeats.get(self.names, {}):
            rows = [instance.clean() for instance in self.instances(name)]
            if rows:
                kept[name] = rows
        return kept

    def stored_value(self, question: Question):
        if question.is_calculated or question.type in ("start", "end", "today", "calculate", "hidden"):
            return as_string(self.value(question.name))
        if question.type in UNCOLLECTED or not self.is_relevant(question):
            return ""
        given = self.typed(question.name)
        return stored(question, given) if given and any(given) else ""


def scalar_or_set(value: Value) -> Value:
    """A node set of one answer is that answer: ODK's forms write `relevant` as a bare ${name}."""
    return value.first() if isinstance(value, NodeSet) and len(value) == 1 else value
