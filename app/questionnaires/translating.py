"""The translator's sheet: one row for each text and language, out of a workbook and back into it."""

import re
from dataclasses import dataclass

from app.questionnaires.faults import Fault, Faulty
from app.questionnaires.layout import language_key
from app.questionnaires.workbook import Row, Workbook

DONE, MISSING, CHANGED = "done", "missing", "changed"
KINDS = ("label", "hint", "guidance_hint", "constraint_message", "required_message", "heading")
HEAD = ("key", "text", "translation", "status")


@dataclass(frozen=True)
class Text:
    """One text of a workbook and its translation into one language."""

    #: sheet, name (for a choice its list and name) and kind: "survey/saying/label"
    key: str
    source: str
    translation: str
    status: str  # DONE, MISSING, or CHANGED: its source is not what was translated


@dataclass(frozen=True)
class Place:
    sheet: str
    number: int
    columns: dict[str, str]  # language name as in the column's head: the column


def places_of(workbook: Workbook) -> dict[str, Place]:
    """Where each text stands. A text without a language in its column's head is in the default language."""
    default = default_language(workbook)
    found: dict[str, Place] = {}
    for sheet in ("survey", "choices", "settings"):
        heads = workbook.sheets[sheet].header if sheet in workbook.sheets else []
        for row in workbook.rows(sheet):
            for kind in KINDS:
                columns = {
                    head.partition("::")[2] or default: head
                    for head in heads
                    if head.partition("::")[0] == kind
                }
                if any(row.get(column) for column in columns.values()):
                    found.setdefault(f"{sheet}/{name_of(row)}/{kind}", Place(sheet, row.number, columns))
    return found


def name_of(row: Row) -> str:
    if row.sheet == "choices":
        return f"{row.get('list_name', 'list name')}/{row.get('name', 'value')}"
    return row.get("name", "value") if row.sheet == "survey" else "form"


def default_language(workbook: Workbook) -> str:
    """The language, as the columns name it, that the others are translated from."""
    named = languages_of(workbook)
    wanted = workbook.setting("default_language")
    return wanted if wanted in named or not named else named[0]


def languages_of(workbook: Workbook) -> list[str]:
    """The languages as the heads of the columns name them: "Arabic (ar)"."""
    heads = [
        head
        for sheet in ("survey", "choices", "settings")
        if sheet in workbook.sheets
        for head in workbook.sheets[sheet].header
    ]
    return list(
        dict.fromkeys(h.partition("::")[2] for h in heads if h.partition("::")[0] in KINDS and "::" in h)
    )


def find_language(workbook: Workbook, key: str) -> str | None:
    """The name in the heads of the columns for a language key: "ar" is "Arabic (ar)"."""
    return next((name for name in languages_of(workbook) if language_key(name) == key), None)


def texts_of(workbook: Workbook, language: str, earlier: Workbook | None = None) -> list[Text]:
    """Every text with its translation; `earlier` is the last version, to see which sources changed since."""
    default = default_language(workbook)
    rows = {(sheet, row.number): row for sheet in workbook.sheets for row in workbook.rows(sheet)}
    before = {text.key: text for text in texts_of(earlier, language)} if earlier else {}
    found = []
    for key, place in places_of(workbook).items():
        row = rows[place.sheet, place.number]
        source = row.get(place.columns.get(default, "")) or next(
            (row.get(column) for column in place.columns.values() if row.get(column)), ""
        )
        translation = row.get(place.columns.get(language, ""))
        found.append(Text(key, source, translation, status_of(source, translation, before.get(key))))
    return found


def status_of(source: str, translation: str, before: Text | None) -> str:
    if not translation:
        return MISSING
    if before and before.source != source and before.translation == translation:
        return CHANGED
    return DONE


def apply_texts(workbook: Workbook, language: str, given: list[Text]) -> tuple[Workbook, list[Fault]]:
    """The workbook with the translations put in, and why any of them was not.

    A translation is left out when its text is not in the workbook (any more), when the source has been
    changed since the sheet was made, or when it lost or gained a ${name}.
    """
    changed = Workbook.from_dict(workbook.to_dict())
    places = places_of(changed)
    now = {text.key: text for text in texts_of(changed, language)}
    faults = []
    for number, text in enumerate(given, start=2):
        if not text.translation:
            continue
        fault = refusal(text, now.get(text.key))
        if fault:
            faults.append(Fault("texts", number, text.key, *fault))
        elif now[text.key].translation != text.translation:
            put(changed, places[text.key], language, text.translation)
    return changed, faults


def refusal(text: Text, now: Text | None) -> tuple[str, str] | None:
    if now is None:
        return "There is no such text in the survey.", "Leave the row out."
    if text.source and text.source != now.source:
        return "The text has been changed since this sheet was made.", "Translate the new text."
    if holes(text.translation) != holes(now.source):
        return "The translation must have the same ${…} as the text.", "Copy them as they are."
    return None


def holes(text: str) -> list[str]:
    return sorted(re.findall(r"\$\{\s*[^\s{}]+\s*\}", text))


def put(workbook: Workbook, place: Place, language: str, text: str) -> None:
    """Write a translation into its cell; the column is made where there is none yet."""
    sheet = workbook.sheets[place.sheet]
    head = place.columns.get(language)
    if head is None:
        kind = next(iter(place.columns.values())).partition("::")[0]
        head = f"{kind}::{language}"
        if head not in sheet.header:
            sheet.header.append(head)
            for _, cells in sheet.rows:
                cells.append("")
    at = sheet.header.index(head)
    for number, cells in sheet.rows:
        if number == place.number:
            cells[at] = text


# --- files -----------------------------------------------------------------------------------------


def write_po(texts: list[Text], language: str) -> bytes:
    """The texts as a gettext catalogue: the key is the context, a changed one is fuzzy."""
    import io

    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po as write

    catalog = Catalog(project="Community Views", fuzzy=False)
    catalog.mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("X-Language", language)]
    for text in texts:
        flags = ["fuzzy"] if text.status == CHANGED else []
        catalog.add(text.source, text.translation, context=text.key, flags=flags)
    buffer = io.BytesIO()
    write(buffer, catalog, omit_header=False, width=0)
    return buffer.getvalue()


def read_po(content: bytes) -> list[Text]:
    """Faulty when it is no catalogue."""
    import io

    from babel.messages.pofile import read_po as read

    try:
        catalog = read(io.BytesIO(content), charset="utf-8", abort_invalid=True)
    except Exception as error:  # babel raises whatever a damaged line leads to
        raise Faulty(
            [Fault("", None, "", f"The .po file can't be read: {error}.", "Save it again.")]
        ) from error
    return [
        Text(message.context or "", str(message.id), str(message.string or ""), DONE)
        for message in catalog
        if message.id and not message.fuzzy
    ]


def sheet_rows(texts: list[Text]) -> list[list[str]]:
    """The translator's sheet, with its header."""
    return [list(HEAD), *([text.key, text.source, text.translation, text.status] for text in texts)]


def read_sheet(rows: list[list[str]]) -> list[Text]:
    """Faulty when the columns are not those of the translator's sheet."""
    if not rows or [cell.strip().lower() for cell in rows[0][:3]] != list(HEAD[:3]):
        wanted = ", ".join(HEAD[:3])
        raise Faulty(
            [Fault("", 1, "", f"The first row must be: {wanted}.", "Start from the downloaded sheet.")]
        )
    return [Text(row[0], row[1], row[2].strip(), DONE) for row in rows[1:] if len(row) > 2 and row[0]]
