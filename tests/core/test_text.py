"""Cleaning text changes nothing that people say."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from app.core.text import UNWANTED, clean_text


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text):
    assert clean_text(clean_text(text)) == clean_text(text)


@given(st.text())
def test_only_invisible_characters_go(text):
    kept = [c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] in "LNPS"]
    cleaned = [c for c in clean_text(text) if unicodedata.category(c)[0] in "LNPS"]
    assert cleaned == kept or UNWANTED.search(text)
    assert not UNWANTED.search(clean_text(text))


def test_examples():
    assert clean_text(" a\r\nb\0\u202ec\u2066 ") == "a\nbc"
    assert clean_text("ক্‍ষ") == unicodedata.normalize("NFC", "ক্‍ষ")  # a joiner is spelling
    assert clean_text("e\u0301") == "é"
