"""Personal data in free text: where it stands, and the text without it.

Numbers and addresses are told by their form. Names are told by what stands before or behind them: a title
("Mrs Khan", "Fatima khala"), a relation ("my neighbour Adam") or "my name is". In scripts without capital
letters only common given names count there, or every sentence about a neighbour would lose its verb.
The words of each language are in `data/naming.toml`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

NAME, PHONE, EMAIL, POSTCODE, ADDRESS, NHS_NUMBER, NI_NUMBER, HANDLE, BIRTH, NUMBER = (
    "name",
    "phone",
    "email",
    "postcode",
    "address",
    "nhs-number",
    "ni-number",
    "handle",
    "date-of-birth",
    "number",
)
DATA = Path(__file__).with_name("data")
#: Characters that are searched; more than any statement has.
LONGEST = 20_000
#: A year up to this in a full date is somebody's birth, not an appointment.
LAST_BIRTH_YEAR = 2012
#: How many characters before a date say that it is a birth.
BORN_REACH = 16

STREET = (
    "street|st|road|rd|avenue|ave|lane|ln|close|court|ct|house|gardens?|gdns|drive|dr|way|place|pl|square|sq|"
    "terrace|crescent|grove|walk|mews|hill|rise|row|towers?|heights|buildings|lodge|point|parade"
)
DATE = r"(?:\d{1,2}[ ./-](?:\d{1,2}|[^\W\d_]{3,9})[ ./-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{1,2}-\d{1,2})"
#: Tried in this order; what an earlier one has found, a later one leaves alone.
FORMS = (
    (EMAIL, re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")),
    (HANDLE, re.compile(r"(?<![\w@./])@[A-Za-z0-9_][A-Za-z0-9_.]{2,29}\b")),
    (
        HANDLE,
        re.compile(
            r"\b(?:insta(?:gram)?|ig|snap(?:chat)?|tiktok|telegram|facebook|fb|whatsapp)(?: id| name| is|:)*"
            r"[ :]+([a-z][a-z0-9]*[_.\d][a-z0-9_.]{1,28})\b",
            re.I,
        ),
    ),
    (NI_NUMBER, re.compile(r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.I)),
    (NHS_NUMBER, re.compile(r"(?<![\d+])\d{3}[ -]\d{3}[ -]\d{4}(?!\d)")),
    (NHS_NUMBER, re.compile(r"\bnhs\W{0,3}(?:no|num|number|nr|numarası|numer)?\W{0,4}(\d{10})(?!\d)", re.I)),
    (PHONE, re.compile(r"(?<![\w£$€.,-])(?:\+|\(?0)\d{0,4}\)?(?:[ .-]?\(?\d\)?){6,12}(?![\w%])")),
    (
        POSTCODE,
        re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]?) ?\d[ABD-HJLNP-UW-Z]{2}\b", re.I),
    ),
    (
        ADDRESS,
        re.compile(
            rf"\b(?:(?:flat|apartment|apt|unit|room|block|no\.?|number) ?\d+[a-z]?,? )?\d+[a-z]?,? "
            rf"(?:[^\W\d_]['’\w-]*,? ){{1,3}}(?:{STREET})\b\.?",
            re.I,
        ),
    ),
    (ADDRESS, re.compile(rf"\bflat \d+[a-z]?,? (?:[A-Z][\w'’-]+ ){{1,3}}(?:{STREET})\b", re.I)),
    (NUMBER, re.compile(r"(?<![\w£$€.,])\d(?:[ -]?\d){7,18}(?!\w)")),
)


@dataclass(frozen=True)
class Personal:
    """Something personal at [start, end) of a text."""

    start: int
    end: int
    #: one of the kinds above
    kind: str


def find_personal(text: str, language: str | None = None) -> list[Personal]:
    """What is personal in `text`, in order and without overlaps."""
    found: list[Personal] = []
    for kind, form in FORMS:
        add_matches(found, form.finditer(text[:LONGEST]), kind)
    add_matches(found, birth_dates(text[:LONGEST]), BIRTH)
    for form in naming_forms():
        add_matches(found, form.finditer(text[:LONGEST]), NAME)
    return sorted(found, key=lambda each: each.start)


def add_matches(found: list[Personal], matches: Iterable[re.Match], kind: str) -> None:
    """Add what the matches cover (their last group, where they have one) unless something is there."""
    for match in matches:
        start, end = match.span(match.lastindex or 0)
        if start < end and not any(start < each.end and each.start < end for each in found):
            found.append(Personal(start, end, kind))


def birth_dates(text: str) -> Iterator[re.Match]:
    """Full dates that are somebody's birth: so called, or long ago."""
    born = naming_words()["born"]
    for match in re.finditer(rf"(?<!\w){DATE}(?!\w)", text):
        year = re.search(r"(?:19|20)\d{2}", match[0])
        before = text[max(0, match.start() - BORN_REACH) : match.start()].casefold()
        if (year and int(year[0]) <= LAST_BIRTH_YEAR) or any(word in before for word in born):
            yield match


@cache
def naming_words() -> dict:
    with (DATA / "naming.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def naming_forms() -> tuple[re.Pattern, ...]:
    """The constructions that a name stands in; the name is the group."""
    words = naming_words()
    titles = alternatives(words["titles"])
    suffixes = alternatives(words["suffixes"])
    relations = alternatives(words["relations"])
    introductions = alternatives(words["introductions"])
    given = alternatives(words["given"])
    capital = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*"
    # One or two names with a capital; where letters have none, a given name that we know.
    names = rf"(?:(?=[A-ZÀ-ÞĀ-Ž]){capital}(?: (?=[A-ZÀ-ÞĀ-Ž]){capital}){{0,2}})"
    known = rf"(?:(?i:{given}))(?:[ -](?i:{given}))?"
    edge = r"(?<!\w)"
    return (
        re.compile(rf"{edge}(?i:{titles})\.? ({names}|{known})(?!\w)"),
        re.compile(rf"{edge}({names}|{known})[ -](?i:{suffixes})(?!\w)"),
        re.compile(rf"{edge}(?i:{introductions}),? ({names}|{known})(?!\w)"),
        re.compile(
            rf"{edge}(?i:{relations}),? (?i:{alternatives(words['called'])} )?({names}|{known})(?!\w)"
        ),
        re.compile(
            rf"{edge}(?i:{alternatives(words['cues'])}) ((?:{known})(?: (?=[A-ZÀ-ÞĀ-Ž]){capital})?)(?!\w)"
        ),
    )


def alternatives(words: Iterable[str]) -> str:
    """A group that matches any of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


@dataclass(frozen=True)
class Piece:
    """A stretch of a text as it is shown: words, or in their place the kind of what is masked."""

    text: str
    #: set where something personal stood
    masked: str = ""
    is_evidence: bool = False


def show_masked(text: str, personal: list[Personal], evidence: list[tuple[int, int]] = ()) -> list[Piece]:
    """The text in pieces, what is personal replaced, and what carried a tag marked."""
    edges = {0, len(text)}
    edges |= {edge for each in personal for edge in (each.start, each.end)}
    edges |= {min(edge, len(text)) for span in evidence for edge in span}
    points = sorted(edges)
    pieces: list[Piece] = []
    for start, end in pairwise(points):
        is_evidence = any(first <= start and end <= last for first, last in evidence)
        hit = next((each for each in personal if each.start <= start < each.end), None)
        if hit is None:
            pieces.append(Piece(text[start:end], "", is_evidence))
        elif hit.start == start:
            pieces.append(Piece("", hit.kind, is_evidence))
    return pieces


def mask_text(text: str, language: str | None = None) -> str:
    """The text with the kind of each personal thing in its place, as in "call [phone]"."""
    return "".join(
        f"[{piece.masked}]" if piece.masked else piece.text
        for piece in show_masked(text, find_personal(text, language))
    )
