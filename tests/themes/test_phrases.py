"""Phrases of a codebook: their notation, and what they find in words."""

import pytest

from app.themes.codebook import shipped_codebook
from app.themes.matching import count_hits, find_phrases, join_stretches
from app.themes.phrases import PhraseBook, read_said
from app.themes.words import words_of


def found(text, *phrases, hints=(), denials=(), language="en"):
    said = {"phrases": {"t": list(phrases)}, "hints": {"t": list(hints)}, "denials": list(denials)}
    words = words_of(text)
    matches = find_phrases(PhraseBook({"en": said}).index(language), [word for word, _, _ in words])
    return [
        text[a:b]
        for a, b in [
            (words[a][1], words[b][2]) for a, b in join_stretches([(m.first, m.last) for m in matches])
        ]
    ]


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("They EVICTED us", "evict*", ["EVICTED"]),
        ("no good Polish interpreter", "no .. interpreter", ["no good Polish interpreter"]),
        ("no one two three four interpreter", "no .. interpreter", []),
        ("pleśń", "plesn", ["pleśń"]),
        ("We planted embracing trees", "racing", []),
    ],
)
def test_notation(text, phrase, expected):
    assert found(text, phrase) == expected


def test_denials_reach_three_words():
    assert found("no problem with housing", "housing", denials=["no problem"]) == []
    assert found("no problem. But there are many flats without housing", "housing", denials=["no problem"])


def test_english_phrases_are_tried_in_every_language():
    assert found("khalar universal credit bondho", "universal credit", language="bn") == ["universal credit"]


def test_hits_count_different_phrases():
    book = PhraseBook({"en": {"phrases": {"a": ["damp", "mould"]}, "hints": {"b": ["cold"]}}})
    words = [word for word, _, _ in words_of("damp damp mould cold")]
    assert count_hits(find_phrases(book.index("en"), words), {"a": 0, "b": 1}).tolist() == [[2, 0], [0, 1]]


def test_words_are_whole_in_every_script():
    assert [word for word, _, _ in words_of("কি'রে, ŁÓDŹ 'quoted' can't")] == [
        "কি'রে",
        "lodz",
        "quoted",
        "can't",
    ]
    assert [word for word, _, _ in words_of("வாடகை கட்ட முடியல")] == ["வாடகை", "கட்ட", "முடியல"]


def test_every_theme_has_phrases_in_every_language_with_a_file():
    codebook = shipped_codebook()
    for language, said in codebook.phrases.items():
        phrases, _ = read_said(said)
        found = {phrase.theme for phrase in phrases}
        assert "safeguarding" in found, language
        assert found - {"safeguarding"} in (codebook.keys, set()), language
