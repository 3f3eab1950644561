"""A questionnaire as plain data: pages of questions, each text in every language of the workbook."""

from dataclasses import asdict, dataclass, field

Texts = dict[str, str]  # language key: text

#: What a question's answer is for, in the optional `role` column of the survey sheet.
ROLES = {
    "organisation": "the name that tells which organisation this is",
    "area": "where: the choices are keys of areas",
    "communities": "who is spoken about: the choices are keys of communities",
    "statement": "free text that is split into statements and tagged",
    "quote": "consent to be quoted: the choice `yes`",
}


@dataclass(frozen=True)
class Choice:
    name: str
    label: Texts


@dataclass(frozen=True)
class Question:
    """One row of the survey sheet that is shown: a question, or a note (text without an answer)."""

    name: str
    type: str  # text, integer, select_one, select_multiple, date or note
    label: Texts
    hint: Texts = field(default_factory=dict)
    #: trees of `expressions.parse`; None: always relevant, never required, anything goes
    relevant: list | None = None
    required: list | None = None
    constraint: list | None = None
    required_message: Texts = field(default_factory=dict)
    constraint_message: Texts = field(default_factory=dict)
    appearance: str = ""
    list_name: str = ""
    role: str = ""

    @property
    def is_note(self) -> bool:
        return self.type == "note"

    @property
    def is_multiline(self) -> bool:
        return "multiline" in self.appearance.split()


@dataclass(frozen=True)
class Page:
    name: str
    label: Texts
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Definition:
    """One version of a survey, compiled. Never changed once published."""

    key: str
    title: Texts
    default_language: str
    languages: tuple[str, ...]
    lists: dict[str, tuple[Choice, ...]]
    pages: tuple[Page, ...]

    @property
    def questions(self) -> list[Question]:
        """Every question that takes an answer, in order."""
        return [question for page in self.pages for question in page.questions if not question.is_note]

    def with_role(self, role: str) -> list[Question]:
        return [question for question in self.questions if question.role == role]

    def choice_label(self, question: Question, name: str, language: str) -> str:
        for choice in self.lists[question.list_name]:
            if choice.name == name:
                return self.text(choice.label, language)
        return name

    def text(self, texts: Texts, language: str) -> str:
        """The text in `language`, else in the workbook's default language, else any."""
        return texts.get(language) or texts.get(self.default_language) or next(iter(texts.values()), "")

    def to_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict) -> "Definition":
        return cls(
            key=data["key"],
            title=data["title"],
            default_language=data["default_language"],
            languages=tuple(data["languages"]),
            lists={
                name: tuple(Choice(**choice) for choice in choices) for name, choices in data["lists"].items()
            },
            pages=tuple(
                Page(page["name"], page["label"], tuple(Question(**row) for row in page["questions"]))
                for page in data["pages"]
            ),
        )
