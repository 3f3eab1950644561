"""The invented statements, from `data/<language>.jsonl`, and drawing from them."""

import json
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.demo.panel import theme_weight
from app.statements.splitting import split_statements

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Line:
    text: str
    themes: tuple[str, ...]
    role: str  # saying, need, rumour, works or note

    @property
    def first_theme(self) -> str | None:
        return self.themes[0] if self.themes else None


@cache
def list_lines(language: str) -> tuple[Line, ...]:
    with (DATA / f"{language}.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    return tuple(Line(row["text"], tuple(row["themes"]), row["role"]) for row in rows)


class Talk:
    """Draws statements for members of the panel, and remembers what each is about."""

    def __init__(self, chance: random.Random):
        self.chance = chance
        self.themes_of: dict[str, tuple[str, ...]] = {}

    def draw(self, language: str, role: str, week: int, place: str, count: int) -> list[str]:
        """`count` different statements of a role, likelier themes first."""
        lines = [line for line in list_lines(language) if line.role == role] or [
            line for line in list_lines(language) if line.role == "saying"
        ]
        weights = [theme_weight(line.first_theme, week) for line in lines]
        drawn = dict.fromkeys(self.chance.choices(lines, weights, k=count))
        return [self.remember(line, place) for line in drawn]

    def remember(self, line: Line, place: str) -> str:
        text = line.text.replace("{place}", place).replace("{n}", str(self.chance.randint(2, 9)))
        for part in (text, *split_statements(text)):
            self.themes_of[part] = line.themes
        return text
