"""A questionnaire as plain data: pages of questions, each text in every language of the workbook."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields

Texts = dict[str, str]  # language key: text
Tree = list  # of `expressions.parse`

#: What a question's answer is for, in the optional `role` column of the survey sheet.
ROLES = {
    "organisation": "the name that tells which organisation this is",
    "area": "where: the choices are keys of areas",
    "communities": "who is spoken about: the choices are keys of communities",
    "statement": "free text that is split into statements and tagged",
    "quote": "consent to be quoted: the choice `yes`",
}
UPLOADS = {"image", "audio", "video", "file"}
SELECTS = {"select_one", "select_multiple", "rank"}
#: Types whose answer is a list of choices.
MULTIPLE = {"select_multiple", "rank"}
#: Appearances whose choices stand side by side where there is room.
IN_ROW = {
    "likert", "horizontal", "horizontal-compact", "compact", "columns", "columns-pack", "quick", "list",
    "list-nolabel", "rating",
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    name: str
    label: Texts
    #: the other columns of its row, for `choice_filter`
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, str]:
        """Its cells as `choice_filter` names them."""
        return {"name": self.name, **self.extra}


@dataclass(frozen=True)
class Question:
    """One row of the survey sheet: a question, a note (text without an answer) or a hidden value."""

    #: unique among the questions of its scope
    name: str
    type: str
    label: Texts = field(default_factory=dict)
    hint: Texts = field(default_factory=dict)
    #: None: always relevant, never required, anything goes
    relevant: Tree | None = None
    required: Tree | None = None
    constraint: Tree | None = None
    required_message: Texts = field(default_factory=dict)
    constraint_message: Texts = field(default_factory=dict)
    appearance: str = ""
    list_name: str = ""
    role: str = ""
    calculation: Tree | None = None
    #: what it is while nothing has been answered
    default: Tree | None = None
    choice_filter: Tree | None = None
    read_only: Tree | None = None
    #: names of the questions whose change sets this one to its calculation
    trigger: tuple[str, ...] = ()
    parameters: dict[str, str] = field(default_factory=dict)
    #: the repeats that it is in, outermost first
    scope: tuple[str, ...] = ()
    #: element names from the form's root, for XPath
    path: tuple[str, ...] = ()
    #: the names of the groups it is shown under on its page, where they have a label
    section: tuple[Texts, ...] = ()

    @property
    def is_note(self) -> bool:
        return self.type == "note"

    @property
    def looks(self) -> frozenset[str]:
        return frozenset(self.appearance.lower().split())

    @property
    def is_multiline(self) -> bool:
        return "multiline" in self.looks

    @property
    def is_in_row(self) -> bool:
        return self.type == "range" or bool(self.looks & IN_ROW)

    @property
    def is_multiple(self) -> bool:
        return self.type in MULTIPLE

    @property
    def is_upload(self) -> bool:
        return self.type in UPLOADS

    @property
    def is_calculated(self) -> bool:
        """Whether it always is what its calculation says, whatever anybody types."""
        return self.calculation is not None and not self.trigger

    @property
    def takes_answer(self) -> bool:
        """Whether a person can change it."""
        return not (self.is_note or self.is_calculated or self.read_only == ["call", "true"])


@dataclass(frozen=True)
class Repeat:
    """A group that is answered again and again, once for each child, visit, project …"""

    name: str
    label: Texts
    #: the repeats that it is in, outermost first, without itself
    scope: tuple[str, ...] = ()
    relevant: Tree | None = None
    #: how many there are; None: as many as are added
    count: Tree | None = None
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    name: str
    label: Texts
    questions: tuple[Question, ...]
    scope: tuple[str, ...] = ()
    #: the repeat whose list this page is: what was added, and the button to add another
    repeat: str = ""


@dataclass(frozen=True)
class Definition:
    """One version of a survey, compiled. Never changed once published."""

    key: str
    title: Texts
    default_language: str
    languages: tuple[str, ...]
    lists: dict[str, tuple[Choice, ...]]
    pages: tuple[Page, ...]
    #: questions that nobody sees: calculations, hidden values and metadata
    silent: tuple[Question, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    #: name of an attached file: its rows
    files: dict[str, tuple[dict[str, str], ...]] = field(default_factory=dict)

    @property
    def all_questions(self) -> Iterator[Question]:
        """Every question that has a value, seen ones first."""
        for page in self.pages:
            yield from (question for question in page.questions if not question.is_note)
        yield from self.silent

    @property
    def questions(self) -> list[Question]:
        """Every question that a person answers, outside of repeats, in order."""
        return [
            question
            for page in self.pages
            if not page.scope
            for question in page.questions
            if not question.is_note
        ]

    def with_role(self, role: str) -> list[Question]:
        return [question for question in self.questions if question.role == role]

    def choice_label(self, question: Question, name: str, language: str) -> str:
        for choice in self.lists.get(question.list_name, ()):
            if choice.name == name:
                return self.text(choice.label, language) or name
        return name

    def text(self, texts: Texts, language: str) -> str:
        """The text in `language`, else in the workbook's default language, else any."""
        return texts.get(language) or texts.get(self.default_language) or next(iter(texts.values()), "")

    def to_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict) -> "Definition":
        """The definition kept as JSON, by this or an earlier release."""
        return cls(
            key=data["key"],
            title=data["title"],
            default_language=data["default_language"],
            languages=tuple(data["languages"]),
            lists={
                name: tuple(Choice(**choice) for choice in choices) for name, choices in data["lists"].items()
            },
            pages=tuple(
                Page(
                    page["name"],
                    page["label"],
                    tuple(map(question_from, page["questions"])),
                    tuple(page.get("scope", ())),
                    page.get("repeat", ""),
                )
                for page in data["pages"]
            ),
            silent=tuple(map(question_from, data.get("silent", ()))),
            repeats=tuple(
                Repeat(**{**row, "scope": tuple(row["scope"]), "path": tuple(row["path"])})
                for row in data.get("repeats", ())
            ),
            files={name: tuple(rows) for name, rows in data.get("files", {}).items()},
        )


TUPLES = [entry.name for entry in fields(Question) if entry.default == ()]


def question_from(row: dict) -> Question:
    return Question(**{**row, **{name: tuple(row.get(name, ())) for name in TUPLES}})
