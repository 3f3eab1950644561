"""Personal data in free text: found by its form or by what stands beside it, and shown masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statements.masking import find_personal, mask_text, show_masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Call Mrs Khan on 07700 900123", "Call Mrs [name] on [phone]"),
        ("ring +44 20 7946 0123 or (020) 7946 0123", "ring [phone] or [phone]"),
        ("write to amina.k+help@mosque.org.uk please", "write to [email] please"),
        ("she lives at 14 Elm Street, E8 2AB", "she lives at [address], [postcode]"),
        ("Flat 12, 4 Attlee House is damp", "[address] is damp"),
        ("NHS number 943 476 5919", "NHS number [nhs-number]"),
        ("my NHS no 9434765919", "my NHS no [nhs-number]"),
        ("NI QQ 12 34 56 C", "NI [ni-number]"),
        ("follow @amina_k2 there", "follow [handle] there"),
        ("snapchat: lil_zee99", "snapchat: [handle]"),
        ("born 03/04/1956 and ill", "born [date-of-birth] and ill"),
        ("dob 3 May 99", "dob [date-of-birth]"),
        ("account 12345678", "account [number]"),
        ("my neighbour Amina says", "my neighbour [name] says"),
        ("my son Yusuf and her husband Khalid Ahmed", "my son [name] and her husband [name]"),
        ("My name is Grace O'Neill", "My name is [name]"),
        ("a woman called Blessing came", "a woman called [name] came"),
        ("moja sąsiadka Agnieszka mówi", "moja sąsiadka [name] mówi"),
        ("mi vecina Rosa no puede", "mi vecina [name] no puede"),
        ("Komşum Ayşe Hanım hasta", "[name] Hanım hasta"),
        ("magacaygu waa Cabdi", "magacaygu waa [name]"),
        ("جارتي فاطمة مريضة", "جارتي [name] مريضة"),
        ("میرا نام بلال ہے", "میرا نام [name] ہے"),
        ("রহিমা খালা অসুস্থ", "[name] খালা অসুস্থ"),
        ("રમેશ કાકા એકલા છે", "[name] કાકા એકલા છે"),
        ("ਮੇਰਾ ਨਾਂ ਗੁਰਪ੍ਰੀਤ", "ਮੇਰਾ ਨਾਂ [name]"),
        ("கமலா அக்கா வந்தா", "[name] அக்கா வந்தா"),
        ("Fatima khala and Ramesh bhai", "[name] khala and [name] bhai"),
    ],
)
def test_masked(text, masked):
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "We paid £1,200 in 2024 and 2025",
        "Open 9-5, call the council, bus 253",
        "The appointment is on 12/11/2026",
        "My neighbour says the GP never answers",
        "Call Centre staff put us on hold. This is London",
        "my landlord is from Leeds",
        "It costs 12.50 a day, 1.5 million people, 40%",
        "جارتي تقول ان الكهرباء غالية",
        "আমার প্রতিবেশী বলেছে বিদ্যুৎ বিল বেশি",
        "40 people came and 120 are waiting",
        "Father said mass, Sister came too late",
        "the 2021-22 report, page 103-105",
    ],
)
def test_left_alone(text):
    assert mask_text(text) == text


@given(st.text(max_size=200))
def test_any_text_keeps_what_is_not_personal(text):
    found = find_personal(text)
    pieces = show_masked(text, found, [(0, 3), (2, 9)])
    outside = "".join(piece.text for piece in pieces)
    kept = "".join(
        character
        for place, character in enumerate(text)
        if not any(each.start <= place < each.end for each in found)
    )
    assert outside == kept
    ends = 0
    for each in found:
        assert ends <= each.start < each.end <= len(text)
        ends = each.end


def test_evidence_is_marked_around_what_is_masked():
    text = "my neighbour Amina has damp"
    pieces = show_masked(text, find_personal(text), [(3, 12), (13, 18), (23, 27)])
    assert [(piece.text, piece.masked, piece.is_evidence) for piece in pieces] == [
        ("my ", "", False),
        ("neighbour", "", True),
        (" ", "", False),
        ("", "name", True),
        (" has ", "", False),
        ("damp", "", True),
    ]


@pytest.mark.parametrize("hostile", ["1 " * 10_000, "a@" * 10_000, "my neighbour " * 1_500, "+" * 20_000])
def test_hostile_texts_take_no_time(hostile):
    import time

    began = time.process_time()
    find_personal(hostile)
    assert time.process_time() - began < 2
