"""The texts of a form as HTML: Markdown made safe, answers put in where the author wrote ${name}."""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

REFERENCE = re.compile(r"\$\{\s*([^\s{}]+)\s*\}")
#: HTML that authors write because ODK's apps understand it; its text stays.
TAGS = re.compile(
    r"</?(?:span|font|b|i|u|em|strong|small|big|center|div|p|h[1-6])(?:\s[^<>]*)?>", re.IGNORECASE
)
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
OUTPUT = re.compile(r"<output\s+value\s*=\s*\"[^\"]*?([\w.-]+)\s*\"\s*/?>(?:</output>)?", re.IGNORECASE)
MARKS = re.compile(r"[*_`#\[\]<>&\\!~|\n]|^\s*(?:[-+]|\d+[.)])\s", re.MULTILINE)
HOLE, END = "\ue000", "\ue001"  # private use: in no text that people write
MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "html_block", "html_inline"]
)

Answer = Callable[[str], str]  # a question's name: its answer in words


def has_answers(text: str) -> bool:
    """Whether other answers are to be put into a text."""
    return "${" in text or "<output" in text


def plain(text: str, answer: Answer) -> str:
    """A text without marks, for a title, an attribute or a message."""
    return REFERENCE.sub(lambda found: answer(found[1]), tidied(text))


def inline(text: str, answer: Answer) -> Markup:
    """A label or hint as HTML, without paragraphs."""
    return rendered(text, answer, MARKDOWN.renderInline)


def block(text: str, answer: Answer) -> Markup:
    """A note as HTML, with its paragraphs and lists. Its headings are bold lines: the page has its own."""
    html = rendered(text, answer, MARKDOWN.render, always=True)
    return Markup(re.sub(r"<h[1-6]>(.*?)</h[1-6]>", r'<p class="loud">\1</p>', str(html)))  # noqa: S704 (escaped by the renderer)


def rendered(text: str, answer: Answer, render: Callable[[str], str], always: bool = False) -> Markup:
    text = tidied(text)
    if not always and not MARKS.search(text) and "${" not in text:
        return escape(text)
    names: list[str] = []

    def hole(found: re.Match) -> str:
        names.append(found[1])
        return f"{HOLE}{len(names) - 1}{END}"

    html = render(REFERENCE.sub(hole, text.replace(HOLE, "").replace(END, "")))
    fill = re.compile(f"{HOLE}(\\d+){END}")
    return Markup(  # noqa: S704 (the renderer escapes the text, this the answers)
        fill.sub(lambda found: f'<bdi dir="auto">{escape(answer(names[int(found[1])]))}</bdi>', html)
    )


def tidied(text: str) -> str:
    if "<" not in text:
        return text
    return TAGS.sub("", BREAK.sub("\n", OUTPUT.sub(r"${\1}", text)))
