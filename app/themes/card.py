"""The figures on the model card, as `flask themes report` last measured them."""

import json
from functools import cache

from app.themes.codebook import DATA, shipped_codebook
from app.themes.lines import Line, read_coded_lines

FIGURES = DATA / "figures.json"


@cache
def shipped_figures() -> dict:
    """What `evaluation.score` said of the shipped tagger on the statements in `data/evaluation`."""
    return json.loads(FIGURES.read_text(encoding="utf-8"))


def evaluation_lines() -> list[Line]:
    """The coded statements that the shipped tagger is measured on, and never learns from."""
    lines = []
    for path in sorted((DATA / "evaluation").glob("*.jsonl")):
        with path.open("rb") as file:
            lines += read_coded_lines(file, shipped_codebook().keys)
    return lines
