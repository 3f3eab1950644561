"""The shipped tagger: what people write, in their languages, with evidence, and none as a normal outcome."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reference.languages import launch_keys
from app.themes.codebook import shipped_codebook
from app.themes.corpus import list_examples
from app.themes.tagger import LONGEST, Coding, Suggestion, priority_of, shipped_tagger


def suggest(text, language="en"):
    return {s.theme: [text[a:b] for a, b in s.evidence] for s in shipped_tagger().suggest(text, language)}


@pytest.mark.parametrize(
    ("text", "language", "theme", "evidence"),
    [
        ("Nobody can afford it, the ENERGY BILLS doubled", "en", "poverty-income", "ENERGY BILLS"),
        ("He has only the old button phone", "en", "digital-exclusion", "button phone"),
        ("Landlord nie usuwa plesni", "pl", "housing", "plesni"),
        ("W sypialni jest PLEŚŃ i wilgoć na ścianie", "pl", "housing", "PLEŚŃ"),
        ("البيت فيه رُطوبة كثيرة", "ar", "housing", "رُطوبة"),
        ("মুরুব্বিরা ইন্টারনেটে ফর্ম পূরণ করতে পারেন না", "bn", "digital-exclusion", "ইন্টারনেটে"),
        ("খালার UNIVERSAL CREDIT বন্ধ", "bn", "poverty-income", "UNIVERSAL CREDIT"),
        ("they can’t afford it", "en", "poverty-income", "can’t afford"),
    ],
)
def test_themes_as_people_write_them(text, language, theme, evidence):
    assert any(evidence in found for found in suggest(text, language)[theme])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The choir is looking for altos", "en"),
        ("Thanks for the survey, see you next week", "en"),
        ("", "en"),
        ("12 34 !!", None),
        ("Chór szuka nowych głosów", "pl"),
        ("شكرا لكم على الدعوة", "ar"),
        ("ধন্যবাদ, আবার দেখা হবে", "bn"),
    ],
)
def test_none_of_these_is_a_normal_outcome(text, language):
    assert suggest(text, language) == {}


def test_a_script_that_nobody_taught_it_is_nothing_rather_than_a_guess():
    assert suggest("እንደምን አላችሁ ጤና ይስጥልኝ", None) == {}
    assert suggest("我们没有暖气", None) == {}


@given(st.text(max_size=200), st.sampled_from(["en", "ar", "bn", "pl", "xx", None]))
def test_any_text_gets_an_answer_with_evidence_inside_it(text, language):
    keys = shipped_codebook().keys
    for suggestion in shipped_tagger().suggest(text, language):
        assert suggestion.theme in keys and 0 < suggestion.confidence < 1
        assert suggestion.evidence, "every suggestion shows why"
        ends = 0
        for start, end in suggestion.evidence:
            assert ends <= start < end <= len(text)
            ends = end


def test_the_same_text_is_read_the_same_whatever_was_read_before():
    tagger = shipped_tagger()
    before = tagger.read("The food bank ran out again", "en")
    for number in range(50):
        tagger.read(f"other words {number} in between", "pl")
    assert tagger.read("The food bank ran out again", "en") == before


def test_a_very_long_text_is_read_to_its_limit():
    long = "damp and mould in the flat. " * (LONGEST // 10)
    assert "housing" in suggest(long)
    assert suggest(long) == suggest(long[:LONGEST])


def test_domestic_abuse_raises_the_safeguarding_flag():
    coding = shipped_tagger().read("Her husband hits her and keeps her passport", "en")
    assert "domestic-abuse-vawg" in [s.theme for s in coding.suggestions] and "safeguarding" in coding.flags


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("she says she wants to kill herself", "en"),
        ("Nie chce już żyć, mówi że się zabije", "pl"),
        ("dice que ya no quiere vivir y se va a suicidar", "es"),
    ],
)
def test_danger_is_flagged_in_every_language(text, language):
    assert "safeguarding" in shipped_tagger().read(text, language).flags


def test_a_queue_full_of_false_alarms_would_hide_the_true_ones():
    quiet = [each for each in list_examples() if each.type == "other" and "safeguarding" not in each.flags]
    codings = shipped_tagger().read_all([(each.text, each.language) for each in quiet[:2000]])
    assert sum("safeguarding" in coding.flags for coding in codings) < 100


def test_danger_outweighs_everything_in_the_queue():
    calm = Coding((Suggestion("racism-discrimination", 0.9, ((0, 1),)),), "concern", (), 9.0)
    assert priority_of(Coding((), "concern", ("safeguarding",), 0.0)) > priority_of(calm) > 9.0


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("Which days is the food bank open?", "question"),
        ("Thank you, see you on Monday", "other"),
        ("The volunteers at the gurdwara were wonderful to us", "positive"),
        ("There should be a bench halfway up the hill", "suggestion"),
    ],
)
def test_types(text, type):
    assert shipped_tagger().read(text, "en").type == type


# --- the corpus ------------------------------------------------------------------------------------


def test_the_corpus_has_every_theme_in_every_language():
    seen: dict[tuple[str, str], set[str]] = {}
    for example in list_examples():
        assert example.themes <= shipped_codebook().keys
        for theme in example.themes or {"none"}:
            seen.setdefault((example.language, theme), set()).add(example.text)
    for language in launch_keys():
        for theme in [*shipped_codebook().keys, "none"]:
            assert len(seen.get((language, theme), ())) >= 20, (language, theme)


def test_no_statement_of_the_corpus_stands_in_the_evaluation():
    from app.themes.card import evaluation_lines

    taught = {" ".join(example.text.casefold().split()) for example in list_examples()}
    tested = {" ".join(line.text.casefold().split()) for line in evaluation_lines()}
    # An answer of a word or two ("knife crime") is nobody's own.
    assert not [text for text in taught & tested if len(text.split()) > 3]
