"""WTForms fields for a page of a questionnaire, and what a sent page comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import get_template_attribute
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from app.core.text import clean_text
from app.questionnaires import wording
from app.questionnaires.answers import Given, Mistake, normal, range_values
from app.questionnaires.definition import Question, Texts
from app.questionnaires.evaluator import Context
from app.questionnaires.flow import Questionnaire, Scope, State, Stop, Typed
from app.questionnaires.search import LONG_LIST, exact, matches
from app.questionnaires.values import as_string

#: Before every field's name, so that no question can be taken for a control of the page.
PREFIX = "q-"
#: The names of the questions that the sent page showed.
SHOWN = "shown"
#: After a field's name: the box to search its list with, the box to take a file away.
FIND, REMOVE = "-find", "-remove"
#: More choices than this are a list to scroll, not buttons to read.
RADIO_LIMIT = 12
BLANK = "……"  # where an answer would be put into a text
STEPS_LIMIT = 11  # values of a range that are shown as buttons


def text_field(question: Question, label: str) -> UnboundField:
    return TextAreaField(label) if question.is_multiline else StringField(label)


def line_field(question: Question, label: str) -> UnboundField:
    return StringField(label)


def select_one_field(question: Question, label: str) -> UnboundField:
    return RadioField(label, validate_choice=False)


def select_multiple_field(question: Question, label: str) -> UnboundField:
    return SelectMultipleField(label, validate_choice=False)


#: question type: how to make its field. A new type is one function and one line.
FIELDS = {
    "text": text_field,
    "integer": line_field,
    "decimal": line_field,
    "range": line_field,
    "date": line_field,
    "time": line_field,
    "dateTime": line_field,
    "geopoint": line_field,
    "acknowledge": line_field,
    "image": line_field,
    "audio": line_field,
    "video": line_field,
    "file": line_field,
    "select_one": select_one_field,
    "select_multiple": select_multiple_field,
    "rank": select_multiple_field,
}


def kept_fields(form: Questionnaire, stop: Stop, language: str) -> dict[str, UnboundField]:
    """The fields of a page in a language, made once in the life of its questionnaire."""
    key = ("fields", stop.page.name, language)
    if key not in form.kept:
        form.kept[key] = {
            question.name: FIELDS[question.type](question, form.definition.text(question.label, language))
            for question in stop.page.questions
            if question.takes_answer
        }
    return form.kept[key]


@dataclass(frozen=True)
class Sought:
    """A search in a long list: what was written, and the choices that have it."""

    text: str
    found: list[tuple[str, str]]


class PageForm(BaseForm):
    """The fields of one page, filled with what was typed so far."""

    def __init__(self, state: State, stop: Stop, prefix: str = PREFIX):
        super().__init__(kept_fields(state.form, stop, state.language), prefix=prefix)
        self.state = state
        self.stop = stop
        self.page = stop.page
        self.scope = stop.scope
        self.language = state.language
        self.visible = state.visible(stop)
        self.sought: dict[str, Sought] = {}

    def fill(
        self, mistakes: Mapping[str, Mistake] | None = None, sought: Mapping[str, Sought] | None = None
    ) -> "PageForm":
        """Show what was typed, with a message at each mistake and the outcome of each search."""
        typed = {name: self.scope.typed(name) for name in self._fields}
        self.process(data=typed)
        self.sought = dict(sought or {})
        self.is_untouched = not mistakes and not sought and not any(typed.values())
        for question in self.visible:
            mistake = (mistakes or {}).get(question.name)
            if mistake and question.name in self._fields:
                self[question.name].errors = [self.message(question, mistake)]
        return self

    # --- words -------------------------------------------------------------------------------------

    def words(self, texts: Texts) -> str:
        return self.state.form.definition.text(texts, self.language)

    def text(self, texts: Texts) -> Markup:
        """A text as HTML."""
        return wording.inline(self.words(texts), self.answer)

    def plain(self, texts: Texts) -> str:
        """A text for a title, an attribute or a message."""
        return wording.plain(self.words(texts), self.answer)

    def block(self, texts: Texts) -> Markup:
        return wording.block(self.words(texts), self.answer)

    def label(self, question: Question) -> Markup:
        return self.text(question.label) if question.label else Markup("{}").format(question.name)

    def answer(self, name: str) -> str:
        return answer_in_words(self.scope, name, self.language) or "…"

    def message(self, question: Question, mistake: Mistake) -> str:
        """The words for a mistake: the author's where there are any, else what went wrong and what to do."""
        authors = {"required": question.required_message, "constraint": question.constraint_message}
        return self.plain(authors.get(mistake.kind, {})) or own_message(mistake, question)

    # --- choices -----------------------------------------------------------------------------------

    def choices(self, question: Question) -> list[tuple[str, str]]:
        """(name, label) of what a question offers."""
        if question.type == "range":
            return [(value, value) for value in range_values(question)]
        return labelled(self.scope, question, self.language)

    def is_long(self, question: Question) -> bool:
        return len(self.state.form.all_choices(question)) > LONG_LIST

    def chosen(self, question: Question) -> list[tuple[str, str]]:
        """What has been chosen, with its words."""
        given = self.scope.typed(question.name)
        names = given if isinstance(given, list) else [given]
        labels = self.state.form.labels(question, self.language)
        return [(name, labels.get(name, name)) for name in names if name]

    def control(self, question: Question) -> str:
        """How a question is asked: the name of its macro in fields.html."""
        if question.is_upload:
            return "upload"
        if question.type in ("select_one", "select_multiple") and self.is_long(question):
            return "search"
        return CONTROLS.get(question.type, control_of_choice)(question, self)

    def value(self, question: Question) -> str:
        """What a question that nobody can change shows."""
        return answer_in_words(self.scope, question.name, self.language)

    @property
    def shown(self) -> str:
        return " ".join(question.name for question in self.visible)

    @property
    def has_upload(self) -> bool:
        return any(question.is_upload for question in self.visible)

    @property
    def mistaken(self) -> list:
        """The fields with a message, in the order of the page."""
        return [
            self[question.name]
            for question in self.visible
            if question.name in self._fields and not question.is_note and self[question.name].errors
        ]


class WholePage(PageForm):
    """A page with all its questions and choices, whatever is relevant: for paper and for a preview."""

    def __init__(self, state: State, stop: Stop, prefix: str):
        super().__init__(state, stop, prefix)
        self.fill()
        self.is_untouched = False
        self.visible = list(stop.page.questions)

    def answer(self, name: str) -> str:
        return BLANK

    def value(self, question: Question) -> str:
        return BLANK

    def choices(self, question: Question) -> list[tuple[str, str]]:
        if question.type == "range":
            return super().choices(question)
        return list(self.state.form.labels(question, self.language).items())


def whole_pages(form: Questionnaire, language: str) -> list[WholePage]:
    """Every page of a form, those of a repeat once."""
    state = form.state(one_of_each(form, ()), language)
    stops = [
        state.find_stop(number, (0,) * len(page.scope))
        for number, page in enumerate(form.definition.pages, 1)
        if not page.repeat
    ]
    return [WholePage(state, stop, f"{language}-{stop.number}-") for stop in stops if stop]


def one_of_each(form: Questionnaire, scope: tuple[str, ...]) -> Typed:
    return {name: [one_of_each(form, (*scope, name))] for name in form.repeats.get(scope, {})}


def control_of_choice(question: Question, form: PageForm) -> str:
    if question.type == "select_multiple":
        return "checkboxes"
    if "autocomplete" in question.looks:
        return "search"
    if "minimal" in question.looks or len(form.choices(question)) > RADIO_LIMIT:
        return "drop_down"
    return "radios"


def control_of_range(question: Question, form: PageForm) -> str:
    return "radios" if len(range_values(question)) <= STEPS_LIMIT else "number"


CONTROLS = {
    "text": lambda question, form: "multiline" if question.is_multiline else "line",
    "integer": lambda question, form: "number",
    "decimal": lambda question, form: "number",
    "range": control_of_range,
    "date": lambda question, form: "month" if question.looks & {"month-year", "year"} else "date",
    "time": lambda question, form: "time",
    "dateTime": lambda question, form: "moment",
    "geopoint": lambda question, form: "place",
    "acknowledge": lambda question, form: "tick",
    "rank": lambda question, form: "rank",
}


def labelled(scope: Scope, question: Question, language: str) -> list[tuple[str, str]]:
    text = scope.form.definition.text
    return [(choice.name, text(choice.label, language) or choice.name) for choice in scope.choices(question)]


def answer_in_words(scope: Scope, name: str, language: str) -> str:
    """A question's answer as a reader says it: the labels of its choices, else the value."""
    found = scope.form.locate(name, scope.names)
    if not found or found[0] != "question":
        return ""
    value = as_string(scope.form.text_rule(name, scope.names)(Context(scope)))
    question = scope.form.question_at(*found[1:])
    if not question.list_name:
        return value
    labels = scope.form.labels(question, language)
    return ", ".join(labels.get(choice, choice) for choice in value.split())


def questions_html(form: PageForm) -> Markup:
    """The questions of a page. One that nobody has touched is the same for everybody: rendered once."""
    render = get_template_attribute("questionnaires/fields.html", "questions")
    kept, key = form.state.form.kept, ("html", form.page.name, form.language, form.shown)
    if not form.is_untouched or not is_alike(form):
        return render(form)
    if key not in kept:
        kept[key] = render(form)
    return kept[key]


def is_alike(form: PageForm) -> bool:
    """Whether a page is the same for everybody while nothing on it is answered."""
    key = ("alike", form.page.name)
    kept = form.state.form.kept
    if key not in kept:
        kept[key] = not any(map(is_personal, form.page.questions)) and not form.page.scope
    return kept[key]


def is_personal(question: Question) -> bool:
    texts = [
        *question.label.values(),
        *question.hint.values(),
        *(t for s in question.section for t in s.values()),
    ]
    return (
        not (question.takes_answer or question.is_note)
        or question.default is not None
        or question.choice_filter is not None
        or question.list_name.startswith("${")
        or "randomize" in question.parameters
        or any(map(wording.has_answers, texts))
    )


# --- a sent page -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class SentPage:
    """What a respondent sent with one page."""

    typed: Typed  # of the whole questionnaire, this page's answers replaced
    mistakes: dict[str, Mistake]
    added: list[Question]  # questions that these answers made relevant and nobody has seen yet
    sought: dict[str, Sought] = field(default_factory=dict)


def read_page(
    form: Questionnaire, number: int, place: tuple[int, ...], before: Typed, sent, uploads=None
) -> SentPage:
    """What the sent form data `sent` (a MultiDict) makes of the answers so far.

    `uploads` is {question name: (typed answer or None, Mistake or None)} for the files that came along.
    Raises LookupError when there is no such page, or the instance is gone.
    """
    state = form.state(before)
    stop = state.find_stop(number, place)
    if stop is None:
        raise LookupError(f"page {number} {place}")
    answerable = {question.name: question for question in stop.page.questions if question.takes_answer}
    shown = answerable.keys() & shown_names(state, stop, sent)
    given, sought, mistakes = {}, {}, {}
    for name in shown:
        given[name] = read_answer(answerable[name], sent, stop.scope)
        seek(answerable[name], sent, stop.scope, given, sought, mistakes)
    for name, (answer, mistake) in (uploads or {}).items():
        if name in shown and mistake:
            mistakes[name] = mistake
        elif name in shown:
            given[name] = answer
    typed = form.settle(before, with_answers(before, stop, given))
    after = form.state(typed)
    here = after.find_stop(number, place)
    added = [q for q in after.visible(here) if q.takes_answer and q.name not in shown]
    unseen = {question.name for question in added}
    wrong = {**after.mistakes(here), **mistakes}
    return SentPage(typed, {name: m for name, m in wrong.items() if name not in unseen}, added, sought)


def with_answers(typed: Typed, stop: Stop, given: dict[str, Given]) -> Typed:
    """`typed` with one page's answers replaced, in the instance that they were given in."""
    return changed(
        typed, list(zip(stop.scope.names, stop.place, strict=True)), lambda data: {**data, **given}
    )


def changed(typed: Typed, way: list[tuple[str, int]], change) -> Typed:
    """A copy of `typed` in which `change` was made to the answers of one instance of a repeat."""
    if not way:
        return change(typed)
    (repeat, index), rest = way[0], way[1:]
    rows = list(typed.get(repeat, []))
    rows += [{} for _ in range(index + 1 - len(rows))]
    rows[index] = changed(rows[index], rest, change)
    return {**typed, repeat: rows}


def shown_names(state: State, stop: Stop, sent) -> set[str]:
    """What the sent page showed: as it says itself, else what was relevant before and what it answers."""
    if SHOWN in sent:
        return set(sent[SHOWN].split())
    answered = {name.removeprefix(PREFIX) for name in sent if name.startswith(PREFIX)}
    return answered | {question.name for question in state.visible(stop)}


def read_answer(question: Question, sent, scope: Scope) -> Given:
    name = PREFIX + question.name
    given = [clean_text(text) for text in sent.getlist(name)]
    if question.is_upload:
        return "" if sent.get(name + REMOVE) else str(scope.typed(question.name))
    if question.type == "rank":
        return given if any(given) else []
    if question.type == "select_multiple":
        return list(dict.fromkeys(filter(None, given)))
    return normal(question, given[0] if given else "")


def seek(question: Question, sent, scope: Scope, given: dict, sought: dict, mistakes: dict) -> None:
    """Take what was written into the search box of a long list: an answer, or a list to choose from."""
    text = clean_text(sent.get(PREFIX + question.name + FIND, "")).strip()
    if not text or not question.list_name:
        return
    choices = labelled(scope, question, scope.language)
    name = exact(scope.form.all_choices(question), choices, text)
    if name and question.type == "select_multiple":
        given[question.name] = list(dict.fromkeys([*given[question.name], name]))
    elif name:
        given[question.name] = name
    elif not given[question.name] or given[question.name] == scope.typed(question.name):
        found = matches(choices, text)
        sought[question.name] = Sought(text, found)
        mistakes[question.name] = Mistake("choose_match" if found else "not_found", given=text)


def own_message(mistake: Mistake, question: Question) -> str:
    messages = {
        "too_long": lambda: _(
            "Your answer has %(given)s characters. The most we can take is %(limit)s. Shorten it.",
            given=mistake.given,
            limit=mistake.limit,
        ),
        "not_a_number": lambda: _("Write a whole number in digits, like 25"),
        "not_a_decimal": lambda: _("Write a number in digits, like 2.5"),
        "not_in_range": lambda: _(
            "Write a number from %(least)s to %(most)s, in steps of %(step)s",
            least=mistake.least,
            most=mistake.limit,
            step=mistake.step,
        ),
        "not_a_date": lambda: _("Write a date as day/month/year, like 31/3/2027"),
        "not_a_time": lambda: _("Write a time in hours and minutes, like 14:30"),
        "not_a_moment": lambda: _("Write a date and a time, like 31/3/2027 14:30"),
        "not_a_place": lambda: _("Write latitude and longitude with a space between, like 51.5072 -0.1276"),
        "not_a_choice": lambda: _("Choose one of the answers in the list"),
        "not_ranked": lambda: _("Choose each answer once, in the order you want"),
        "choose_match": lambda: _("Choose one of those found, or search again"),
        "not_found": lambda: _("Nothing in the list has “%(text)s”. Try another word.", text=mistake.given),
        "too_large": lambda: _(
            "The file is larger than %(limit)s MB. Choose a smaller one.", limit=mistake.limit
        ),
        "not_the_type": lambda: _("This is not a file of the kind we asked for. Choose another one."),
        "too_many": lambda: _("You have sent as many files as we can take. Remove one first."),
    }
    if mistake.kind == "required":
        return required_message(question)
    return messages[mistake.kind]() if mistake.kind in messages else _("Check this answer")


def required_message(question: Question) -> str:
    if question.is_upload:
        return _("Choose a file")
    if question.type == "acknowledge":
        return _("Tick the box to go on")
    return _("Choose an answer") if question.list_name else _("Write an answer")
