"""The tagger: phrases as people write them, with evidence, and none as a normal outcome."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.database import db
from app.themes.codebook import CodebookError, current_codebook, read_codebook
from app.themes.evaluation import score
from app.themes.models import Tag, Tagging
from app.themes.phrases import phrase_languages, read_phrases
from app.themes.sweeps import tag_waiting
from app.themes.tagger import current_tagger
from app.themes.words import words_of
from tests.factories import open_weekly, send, sweep


def suggest(text, language="en"):
    return {s.theme: [text[a:b] for a, b in s.evidence] for s in current_tagger().suggest(text, language)}


@pytest.mark.parametrize(
    ("text", "language", "theme", "evidence"),
    [
        ("Nobody can afford it, the ENERGY BILLS doubled", "en", "poverty-income", "ENERGY BILLS"),
        ("He has only the old button phone", "en", "digital-exclusion", "button phone"),
        ("Landlord nie usuwa plesni", "pl", "housing", "plesni"),
        ("W sypialni jest PLEŚŃ", "pl", "housing", "PLEŚŃ"),
        ("البيت فيه رُطوبة كثيرة", "ar", "housing", "رُطوبة"),
        ("قالوا لنا عن الأكل والعفن", "ar", "housing", "والعفن"),
        ("মুরুব্বিরা ইন্টারনেটে যেতে পারেন না", "bn", "digital-exclusion", "ইন্টারনেটে"),
        ("খালার UNIVERSAL CREDIT বন্ধ", "bn", "poverty-income", "UNIVERSAL CREDIT"),
        ("they can't really ever afford rent", "en", "poverty-income", "can't really ever afford"),
        ("they can’t afford it", "en", "poverty-income", "can’t afford"),
    ],
)
def test_phrases_as_people_write_them(text, language, theme, evidence):
    assert any(evidence in found for found in suggest(text, language)[theme])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The choir is looking for altos", "en"),
        ("Thanks for the survey, see you next week", "en"),
        ("", "en"),
        ("12 34 !!", None),
        ("no problem with housing here", "en"),
        ("nie ma problemu z landlordem", "pl"),
        ("We are not worried about eviction", "en"),
        ("Scattered showers and warmth", "en"),
        ("Chór szuka nowych głosów", "pl"),
    ],
)
def test_none_of_these_is_a_normal_outcome(text, language):
    assert suggest(text, language) == {}


def test_not_having_something_is_no_denial():
    assert "food" in suggest("There is no food in the house, children go hungry")


def test_words_are_whole_in_every_script():
    assert "racism-discrimination" not in suggest("We planted embracing trees")
    assert [word for word, _, _ in words_of("কি'রে, ŁÓDŹ 'quoted' can't")] == [
        "কি'রে",
        "lodz",
        "quoted",
        "can't",
    ]


def test_more_evidence_is_more_confidence():
    one = current_tagger().suggest("There is damp here", "en")[0]
    two = current_tagger().suggest("There is damp here and the landlord evicts people", "en")[0]
    assert one.confidence < two.confidence


@given(st.text(max_size=200), st.sampled_from(["en", "ar", "bn", "pl", "xx", None]))
def test_any_text_gets_an_answer_with_evidence_inside_it(text, language):
    keys = current_codebook().keys
    for suggestion in current_tagger().suggest(text, language):
        assert suggestion.theme in keys and 0 < suggestion.confidence < 1
        ends = 0
        for start, end in suggestion.evidence:
            assert ends <= start < end <= len(text)
            ends = end


def test_a_very_long_text_is_read_in_reasonable_time():
    assert "housing" in suggest("damp " + "word " * 20_000)


def test_every_theme_has_phrases_in_every_language():
    for language in phrase_languages():
        phrases, _ = read_phrases(language)
        assert {phrase.theme for phrase in phrases} == current_codebook().keys, language


def test_a_broken_codebook_is_refused(tmp_path):
    path = tmp_path / "codebook.json"
    theme = {"key": "a", "family": "f", "names": {}, "include": "", "exclude": "", "examples": []}
    for themes, families in (([theme, theme], ["f"]), ([theme], []), ("x", ["f"])):
        path.write_text(
            json.dumps(
                {"version": 1, "families": [{"key": key, "names": {}} for key in families], "themes": themes}
            )
        )
        with pytest.raises(CodebookError):
            read_codebook(path)
    path.write_text("{")
    with pytest.raises(CodebookError):
        read_codebook(path)


def test_the_codebook():
    codebook = current_codebook()
    assert len(codebook.themes) == 26 and len(codebook.families) == 7
    assert codebook.theme("racism-discrimination").is_always_read


def test_tagging_is_done_once_and_leaves_decisions_alone(app):
    send(open_weekly(), saying="Damp and mould in every flat here.")
    sweep()
    tags = db.session.scalars(select(Tag)).all()
    assert [(tag.theme_key, tag.state, tag.origin) for tag in tags] == [("housing", "suggested", "machine")]
    assert tag_waiting() == 0
    assert len(db.session.scalars(select(Tagging)).all()) == 1


def test_scores():
    pairs = [("en", {"a", "b"}, {"a"}), ("en", set(), {"b"}), ("pl", {"b"}, {"b"})]
    found = score(pairs, ["a", "b", "c"])
    assert found["micro"] == {"precision": 0.6667, "recall": 0.6667, "f1": 0.6667, "support": 3}
    assert found["themes"]["a"]["f1"] == 1 and found["themes"]["c"]["support"] == 0
    assert found["macro"]["f1"] == 0.75
    assert found["languages"]["pl"]["recall"] == 1


# --- the command -----------------------------------------------------------------------------------


def test_tag_streams_in_order_and_names_bad_lines(runner):
    lines = [
        json.dumps({"id": 1, "text": "Damp and mould everywhere", "language": "en"}),
        "not json",
        json.dumps({"id": 2, "text": "Chór szuka nowych głosów na niedzielę"}),
        json.dumps({"id": 3}),
        "",
        json.dumps({"id": "x", "text": ""}),
    ]
    result = runner.invoke(args=["themes", "tag"], input="\n".join(lines))
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in rows] == [1, 2, "x"]
    assert rows[0]["themes"][0]["key"] == "housing" and rows[0]["themes"][0]["evidence"][0] == [0, 4]
    assert isinstance(rows[0]["sentiment"], float)
    assert rows[1] == {"id": 2, "language": "pl", "themes": [], "sentiment": None}
    assert "line 2: not JSON" in result.stderr and "line 4:" in result.stderr
    assert result.exit_code == 1


def test_evaluate(runner, tmp_path):
    path = tmp_path / "test.jsonl"
    path.write_text(json.dumps({"id": 1, "text": "mould again", "language": "en", "themes": ["housing"]}))
    result = runner.invoke(args=["themes", "evaluate", "--test", str(path)])
    assert json.loads(result.stdout)["micro"]["f1"] == 1
    path.write_text(json.dumps({"id": 1, "text": "mould again", "themes": ["nonsense"]}))
    refused = runner.invoke(args=["themes", "evaluate", "--test", str(path)])
    assert refused.exit_code == 1 and "line 1" in refused.stderr
    later = runner.invoke(args=["themes", "evaluate", "--test", str(path), "--train", str(path)])
    assert later.exit_code == 1 and "does not learn yet" in later.stderr
