"""Splitting an answer into statements: sentences, in every script, that can stand alone."""

import re

#: Sentence ends of Latin, Arabic, Urdu, Bengali, Gujarati, Punjabi and Ethiopic writing, and line ends.
END = re.compile(r"(?<=[.!?؟。।॥።۔…])[\"'”’»)\]]*\s+|\s*\n\s*")
#: Not the end of a sentence: "e.g. ", "Dr. ", "No. 5".
ABBREVIATION = re.compile(
    r"(?:^|\s)(?:[A-Za-z]|e\.g|i\.e|etc|dr|mr|mrs|ms|st|rd|no|ul|np|tzn|itd|dot)\.$", re.I
)
#: A sentence with fewer words than this says too little alone and stays with its neighbour.
FEWEST_WORDS = 4
LONGEST = 600  # characters


def split_statements(text: str) -> list[str]:
    """The statements of an answer, in order; together they are the whole text."""
    statements: list[str] = []
    for sentence in join_abbreviations(sentences(text)):
        too_short = len(sentence.split()) < FEWEST_WORDS
        previous_short = statements and len(statements[-1].split()) < FEWEST_WORDS
        if statements and (too_short or previous_short) and len(statements[-1]) < LONGEST:
            statements[-1] += " " + sentence
        else:
            statements.append(sentence)
    return statements


def sentences(text: str) -> list[str]:
    found, start = [], 0
    for match in END.finditer(text):
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def join_abbreviations(parts: list[str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and ABBREVIATION.search(joined[-1]):
            joined[-1] += " " + part
        else:
            joined.append(part)
    return joined
