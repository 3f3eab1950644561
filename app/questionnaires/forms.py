"""WTForms fields for a page of a questionnaire, and what a sent page comes to."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import get_template_attribute
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from app.core.text import clean_text
from app.questionnaires.definition import Definition, Page, Question
from app.questionnaires.flow import Mistake, Questionnaire, Typed, read_date

#: Before every field's name, so that no question can be taken for a control of the page.
PREFIX = "q-"
#: The names of the questions that the sent page showed.
SHOWN = "shown"
#: More choices than this are a list to scroll, not buttons to read.
RADIO_LIMIT = 12


def text_field(definition, question, label, language) -> UnboundField:
    return TextAreaField(label) if question.is_multiline else StringField(label)


def select_one_field(definition, question, label, language) -> UnboundField:
    choices = labelled_choices(definition, question, language)
    if "minimal" in question.appearance.split() or len(choices) > RADIO_LIMIT:
        return SelectField(label, choices=[("", ""), *choices])
    return RadioField(label, choices=choices)


def select_multiple_field(definition, question, label, language) -> UnboundField:
    return SelectMultipleField(label, choices=labelled_choices(definition, question, language))


def line_field(definition, question, label, language) -> UnboundField:
    return StringField(label)


#: question type: how to make its field. A new type is one function and one line.
FIELDS = {
    "text": text_field,
    "integer": line_field,
    "date": line_field,
    "select_one": select_one_field,
    "select_multiple": select_multiple_field,
}


def labelled_choices(definition: Definition, question: Question, language: str) -> list[tuple[str, str]]:
    return [
        (choice.name, definition.text(choice.label, language))
        for choice in definition.lists[question.list_name]
    ]


def make_fields(definition: Definition, page: Page, language: str) -> dict[str, UnboundField]:
    return {
        question.name: FIELDS[question.type](
            definition, question, definition.text(question.label, language), language
        )
        for question in page.questions
        if not question.is_note
    }


def kept_fields(questionnaire: Questionnaire, page: Page, language: str) -> dict[str, UnboundField]:
    """The fields of a page in a language, made once in the life of its questionnaire."""
    kept = questionnaire.kept
    if (page.name, language) not in kept:
        kept[page.name, language] = make_fields(questionnaire.definition, page, language)
    return kept[page.name, language]


class PageForm(BaseForm):
    """The fields of one page, filled with what was typed so far."""

    def __init__(self, questionnaire: Questionnaire, page: Page, language: str):
        super().__init__(kept_fields(questionnaire, page, language), prefix=PREFIX)
        self.questionnaire = questionnaire
        self.page = page
        self.language = language

    def fill(self, typed: Typed, mistakes: Mapping[str, Mistake] | None = None) -> "PageForm":
        """Show `typed`, with a message at each mistake."""
        self.process(data={name: typed.get(name) for name in self._fields})
        self.is_untouched = not mistakes and not any(typed.get(name) for name in self._fields)
        self.visible = self.questionnaire.visible(self.page, typed)
        for question in self.visible:
            mistake = (mistakes or {}).get(question.name)
            if mistake:
                self[question.name].errors = [message(self.questionnaire, question, mistake, self.language)]
        return self

    def text(self, texts: dict[str, str]) -> str:
        return self.questionnaire.definition.text(texts, self.language)

    @property
    def shown(self) -> str:
        return " ".join(question.name for question in self.visible)

    @property
    def mistaken(self) -> list:
        """The fields with a message, in the order of the page."""
        return [
            self[question.name]
            for question in self.visible
            if not question.is_note and self[question.name].errors
        ]


def questions_html(form: PageForm) -> Markup:
    """The questions of a page. One that nobody has touched is the same for everybody: rendered once."""
    render = get_template_attribute("questionnaires/fields.html", "questions")
    if not form.is_untouched:
        return render(form)
    kept, key = form.questionnaire.kept, ("html", form.page.name, form.language, form.shown)
    if key not in kept:
        kept[key] = render(form)
    return kept[key]


@dataclass(frozen=True)
class SentPage:
    """What a respondent sent with one page."""

    typed: Typed  # of the whole questionnaire, this page's answers replaced
    mistakes: dict[str, Mistake]
    added: list[Question]  # questions that these answers made relevant and nobody has seen yet


def read_page(questionnaire: Questionnaire, page: Page, before: Typed, sent) -> SentPage:
    """What the sent form data `sent` (a MultiDict) makes of the answers so far."""
    names = {question.name for question in page.questions if not question.is_note}
    shown = names & shown_names(questionnaire, page, before, sent)
    typed = {**before, **{name: read_answer(questionnaire.by_name[name], sent) for name in shown}}
    added = [
        question
        for question in questionnaire.visible(page, typed)
        if question.name in names and question.name not in shown
    ]
    unseen = {question.name for question in added}
    mistakes = questionnaire.mistakes(page, typed)
    return SentPage(typed, {name: m for name, m in mistakes.items() if name not in unseen}, added)


def shown_names(questionnaire: Questionnaire, page: Page, before: Typed, sent) -> set[str]:
    """What the sent page showed: as it says itself, else what was relevant before and what it answers."""
    if SHOWN in sent:
        return set(sent[SHOWN].split())
    answered = {name.removeprefix(PREFIX) for name in sent if name.startswith(PREFIX)}
    return answered | {question.name for question in questionnaire.visible(page, before)}


def read_answer(question: Question, sent) -> str | list[str]:
    given = [clean_text(text) for text in sent.getlist(PREFIX + question.name)]
    if question.type == "select_multiple":
        return list(dict.fromkeys(filter(None, given)))
    text = given[0] if given else ""
    if question.type == "date" and (day := read_date(text)):
        return day.isoformat()  # the only form in which a browser's date control shows it again
    return text


def message(questionnaire: Questionnaire, question: Question, mistake: Mistake, language: str) -> str:
    """The words for a mistake: the author's where there are any, else what went wrong and what to do."""
    authors = {"required": question.required_message, "constraint": question.constraint_message}
    text = questionnaire.definition.text(authors.get(mistake.kind, {}), language)
    return text or own_message(mistake, question)


def own_message(mistake: Mistake, question: Question) -> str:
    if mistake.kind == "required":
        return _("Choose an answer") if question.list_name else _("Write an answer")
    if mistake.kind == "too_long":
        return _(
            "Your answer has %(given)s characters. The most we can take is %(limit)s. Shorten it.",
            given=mistake.given,
            limit=mistake.limit,
        )
    if mistake.kind == "not_a_number":
        return _("Write a whole number in digits, like 25")
    if mistake.kind == "not_a_date":
        return _("Write a date as day/month/year, like 31/3/2027")
    if mistake.kind == "not_a_choice":
        return _("Choose one of the answers in the list")
    return _("Check this answer")
