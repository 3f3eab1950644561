"""`flask themes`: tagging text from standard input, training the tagger and measuring it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from app.core.commands import CommandGroup
from app.reference.languages import transliterated_keys
from app.statements.language import find_language, main_script
from app.statements.sentiment import english_sentiment
from app.themes.codebook import Codebook, CodebookError, read_codebook, shipped_codebook
from app.themes.evaluation import Judged, score
from app.themes.lexicon import language_in_latin
from app.themes.lines import BadLine, Line, read_coded_lines, read_line
from app.themes.tagger import LONGEST, Tagger, shipped_tagger

themes = CommandGroup(
    "themes", help="Tag statements with themes, train the tagger, measure how well it does."
)

#: Lines that are tagged together: enough for speed, few enough that the first answers come at once.
BATCH, BATCH_BYTES = 256, 4_000_000
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@themes.command()
def tag():
    """Read JSON lines {"id", "text", "language"?}; write {"id", "language", "themes", "sentiment", …}."""
    bad = 0
    tagger = shipped_tagger()
    for batch in batched_lines(sys.stdin.buffer):
        lines = []
        for number, raw in batch:
            try:
                lines.append((number, read_line(raw)))
            except BadLine as error:
                bad += 1
                click.echo(f"line {number}: {error}", err=True)
        for (number, _), row in zip(lines, tag_rows(tagger, [line for _, line in lines]), strict=True):
            if "problem" in row:
                click.echo(f"line {number}: {row['problem']}", err=True)
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    if bad:
        raise SystemExit(1)


def batched_lines(stream: BinaryIO) -> Iterator[list[tuple[int, bytes]]]:
    """(number, line) of lines that aren't blank, as many at once as are read together."""
    batch, size = [], 0
    for number, raw in enumerate(stream, 1):
        if raw.strip():
            batch.append((number, raw))
            size += len(raw)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    yield batch


def tag_rows(tagger: Tagger, lines: list[Line]) -> Iterator[dict]:
    languages = [language_of(line) for line in lines]
    codings = tagger.read_all([(line.text, spoken) for line, spoken in zip(lines, languages, strict=True)])
    for line, language, coding in zip(lines, languages, codings, strict=True):
        row = {
            "id": line.id,
            "language": language,
            "themes": [
                {"key": each.theme, "confidence": each.confidence, "evidence": each.evidence}
                for each in coding.suggestions
            ],
            "sentiment": english_sentiment(line.text, language),
            "type": coding.type,
            "flags": coding.flags,
        }
        if problem := problem_of(line.text, language):
            row["problem"] = problem
        yield row


def language_of(line: Line) -> str | None:
    """The language that the line names, else the one that its script, its letters or its words tell."""
    if line.language:
        return line.language
    guess = find_language(line.text)
    if main_script(line.text) != "Latn":
        return guess
    return language_in_latin(line.text, guess, transliterated_keys())


def problem_of(text: str, language: str | None) -> str:
    """Why nothing, or not everything, could be read; "" where all was."""
    if not text.strip():
        return "the text is empty"
    if len(text) > LONGEST:
        return f"only the first {LONGEST} of {len(text)} characters were read"
    if language is None and main_script(text) is not None:
        return "the language is not known, so only what reads as English was found"
    if language is None:
        return "the text is in no script that is known here"
    return ""


@themes.command()
@click.option("--test", required=True, type=FILE, help="Coded statements to measure on.")
@click.option(
    "--train", type=FILE, help="Coded statements to learn from first, instead of the shipped tagger."
)
@click.option("--codebook", type=FILE, help="The themes to learn, where they are not the product's own.")
def evaluate(test, train, codebook):
    """Measure the tagger on coded JSON lines: {"id", "text", "language"?, "themes": […]}."""
    try:
        book = read_codebook(codebook) if codebook else shipped_codebook()
        if codebook and not train:
            raise click.ClickException(
                "--codebook needs --train: nothing has been learned for its themes yet."
            )
        tested = read_file(test, book)
        tagger = learned_tagger(book, read_file(train, book)) if train else shipped_tagger()
    except (BadLine, CodebookError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    result = score((judge(tagger, line) for line in tested), [theme.key for theme in book.themes])
    click.echo(json.dumps(result, ensure_ascii=False, indent=1))


def read_file(path: Path, codebook: Codebook) -> list[Line]:
    """All coded statements of a file; BadLine names file and line."""
    with path.open("rb") as file:
        try:
            return list(read_coded_lines(file, codebook.keys))
        except BadLine as error:
            raise BadLine(f"{path} {error}") from None


def learned_tagger(codebook: Codebook, lines: list[Line]) -> Tagger:
    """A tagger trained on nothing but these statements."""
    # Imported here because it loads scikit-learn, which only training needs.
    from app.themes.corpus import Example
    from app.themes.training import train_tagger

    examples = [Example(line.text, language_of(line), line.themes) for line in lines]
    return Tagger(codebook, train_tagger(codebook, examples, f"{len(lines)} statements"), "trial")


def judge(tagger: Tagger, line: Line) -> Judged:
    language = language_of(line)
    suggested = {each.theme: each.confidence for each in tagger.suggest(line.text, language)}
    return Judged(language or "unknown", line.themes, suggested)


@themes.command()
def train():
    """Train the shipped tagger anew from the corpus, and write its weights into the project."""
    from app.themes.corpus import list_examples
    from app.themes.model import write_weights
    from app.themes.tagger import MODEL
    from app.themes.training import LOWEST_ON_CORPUS, train_tagger

    examples = list_examples()
    click.echo(f"Training on {len(examples)} examples …", err=True)
    told = f"{len(examples)} example statements written for this product"
    weights = train_tagger(shipped_codebook(), examples, told, LOWEST_ON_CORPUS)
    MODEL.write_bytes(write_weights(weights))
    click.echo(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.1f} MB")


@themes.command()
def report():
    """Measure the shipped tagger on the evaluation statements, and write the figures of the model card."""
    from app.themes.card import FIGURES, evaluation_lines
    from app.themes.corpus import list_examples

    tagger = shipped_tagger()
    keys = [theme.key for theme in shipped_codebook().themes]
    figures = score((judge(tagger, line) for line in evaluation_lines()), keys)
    figures["examples"] = len(list_examples())
    FIGURES.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(f"{figures['statements']} statements: F1 {figures['micro']['f1']}")
