"""`flask themes`: tagging text from standard input, and measuring the tagger."""

import json
import sys
from pathlib import Path

import click

from app.core.commands import CommandGroup
from app.statements.language import find_language
from app.statements.sentiment import english_sentiment
from app.themes.codebook import current_codebook
from app.themes.evaluation import score
from app.themes.tagger import current_tagger

themes = CommandGroup("themes", help="Tag statements with themes and measure how well.")


class BadLine(ValueError):
    """A line of JSON lines that can't be used."""


def read_line(line: str) -> dict:
    """One statement: an object with a text; BadLine says what is missing."""
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadLine(f"not JSON: {error}") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadLine('an object with "text" is needed')
    if not isinstance(row.get("language"), str | None):
        raise BadLine('"language" must be a language key')
    return row


def tag_row(row: dict) -> dict:
    text = row["text"]
    language = row.get("language") or find_language(text)
    return {
        "id": row.get("id"),
        "language": language,
        "themes": [
            {
                "key": suggestion.theme,
                "confidence": suggestion.confidence,
                "evidence": [list(span) for span in suggestion.evidence],
            }
            for suggestion in current_tagger().suggest(text, language)
        ],
        "sentiment": english_sentiment(text, language),
    }


@themes.command()
def tag():
    """Read JSON lines {"id", "text", "language"?}; write {"id", "language", "themes", "sentiment"}."""
    bad = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            row = read_line(line.decode("utf-8", "replace"))
        except BadLine as error:
            bad += 1
            click.echo(f"line {number}: {error}", err=True)
            continue
        click.echo(json.dumps(tag_row(row), ensure_ascii=False))
    if bad:
        raise SystemExit(1)


@themes.command()
@click.option("--test", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--train", type=click.Path(path_type=Path))
@click.option("--codebook", type=click.Path(path_type=Path))
def evaluate(test, train, codebook):
    """Measure the tagger on labelled JSON lines: {"id", "text", "language"?, "themes": […]}."""
    if train or codebook:
        raise click.ClickException("The tagger does not learn yet: --train and --codebook are not there.")
    keys = current_codebook().keys
    pairs = []
    for number, line in enumerate(test.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            pairs.append(labelled_pair(read_line(line), keys))
        except BadLine as error:
            raise click.ClickException(f"{test} line {number}: {error}") from None
    click.echo(json.dumps(score(pairs, sorted(keys)), ensure_ascii=False, indent=1))


def labelled_pair(row: dict, keys: frozenset[str]) -> tuple[str, set[str], set[str]]:
    labelled = row.get("themes")
    if not isinstance(labelled, list) or not keys.issuperset(labelled):
        raise BadLine(f'"themes" must be a list of keys of the codebook, not {labelled!r}')
    language = row.get("language") or find_language(row["text"]) or "unknown"
    suggested = {suggestion.theme for suggestion in current_tagger().suggest(row["text"], language)}
    return language, set(labelled), suggested
