"""`flask themes`: JSON lines in and out, learning another codebook, and clear words for bad input."""

import json
import random

import pytest

from app.themes.evaluation import Judged, score


def tag(runner, *lines, exit_code=0):
    result = runner.invoke(args=["themes", "tag"], input="\n".join(lines))
    assert result.exit_code == exit_code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def row(**fields):
    return json.dumps(fields, ensure_ascii=False)


def test_tag_keeps_order_and_shows_why(runner):
    rows, _ = tag(
        runner,
        row(id="a", text="The food bank ran out of food again"),
        row(id=7, text="W sypialni jest pleśń i wilgoć", language="pl"),
        row(id=None, text="See you on Monday"),
    )
    assert [each["id"] for each in rows] == ["a", 7, None]
    assert "food" in [theme["key"] for theme in rows[0]["themes"]]
    for theme in rows[0]["themes"]:
        assert 0 < theme["confidence"] < 1 and all(0 <= a < b for a, b in theme["evidence"])
    assert rows[0]["language"] == "en" and isinstance(rows[0]["sentiment"], float)
    assert rows[1]["language"] == "pl" and rows[1]["sentiment"] is None
    assert rows[2]["themes"] == [] and rows[2]["type"] == "other" and rows[2]["flags"] == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("amar basha onek thanda, gas bill dite parchi na", "bn"),
        ("The flat is very cold and we can't pay the gas bill", "en"),
        ("La casa es muy fria y no podemos pagar el gas", "es"),
    ],
)
def test_a_language_in_latin_letters_is_told_by_its_words(runner, text, language):
    rows, _ = tag(runner, row(id=1, text=text))
    assert rows[0]["language"] == language and "poverty-income" in [t["key"] for t in rows[0]["themes"]]


def test_bad_lines_are_named_and_the_rest_is_done(runner):
    rows, said = tag(
        runner,
        "nonsense",
        row(id=1, text="Damp in every flat"),
        row(id=2),
        "",
        '["text"]',
        row(id=3, text="x", language=5),
        "[" * 100_000,
        row(id=4, text="Mould"),
        exit_code=1,
    )
    assert [each["id"] for each in rows] == [1, 4]
    for number in (1, 3, 5, 6, 7):
        assert f"line {number}: " in said


def test_texts_that_cannot_be_read_whole_say_so(runner):
    rows, said = tag(
        runner,
        row(id=1, text=""),
        row(id=2, text=" \n "),
        row(id=3, text="mould " * 20_000),
        row(id=4, text="እንደምን አላችሁ ጤና ይስጥልኝ"),
        row(id=5, text="\u0000\ud800 damp".encode("utf-8", "surrogatepass").decode("utf-8", "replace")),
    )
    assert [each.get("problem", "")[:20] for each in rows[:4]] == [
        "the text is empty",
        "the text is empty",
        "only the first 20000",
        "the language is not ",
    ]
    assert rows[0]["themes"] == rows[3]["themes"] == []
    assert "line 1: the text is empty" in said


@pytest.fixture
def files(tmp_path):
    """A codebook of two colours, and statements about them to learn from and to be tested on."""
    chance = random.Random(1)
    words = {
        "red": "crimson scarlet ruby cherry".split(),
        "blue": "azure navy cobalt sky".split(),
        None: "grey plain dull".split(),
    }

    def lines(count, start):
        for number in range(start, start + count):
            colour = chance.choice([*words])
            text = f"the {chance.choice(words[colour])} one number {chance.randint(1, 99)}"
            yield row(id=number, text=text, language="en", themes=[colour] if colour else [])

    for name, count in (("train", 200), ("test", 60)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines(count, 0)))
    (tmp_path / "codebook.json").write_text(
        json.dumps([{"key": "red", "label": "Red"}, {"key": "blue", "label": "Blue"}])
    )
    return tmp_path


def evaluate(runner, *arguments, exit_code=0):
    result = runner.invoke(args=["themes", "evaluate", *map(str, arguments)])
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout) if exit_code == 0 else result.stderr


def test_it_learns_another_codebook(runner, files):
    found = evaluate(
        runner,
        "--test",
        files / "test.jsonl",
        "--train",
        files / "train.jsonl",
        "--codebook",
        files / "codebook.json",
    )
    assert found["micro"]["f1"] > 0.95 and set(found["themes"]) == {"red", "blue"}
    assert found["statements"] == 60 and found["languages"]["en"]["f1"] == found["micro"]["f1"]
    assert all(step["right"] > 0.9 for step in found["reliability"]["all"] if step["from"] >= 0.8)


def test_the_shipped_tagger_is_measured(runner, tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text(row(id=1, text="The food bank ran out of food", themes=["food"]))
    assert evaluate(runner, "--test", path)["themes"]["food"]["recall"] == 1.0


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([row(text="x", themes=["green"])], "line 1: themes that are not in the codebook: green"),
        ([row(text="x", themes=[]), row(text="x")], 'line 2: "themes" is needed'),
        ([row(text="x", themes="red")], 'line 1: "themes" must be a list'),
        (["{"], "line 1: not JSON"),
        ([], "no examples to learn from"),
    ],
)
def test_bad_training_files_are_refused_with_the_line(runner, files, lines, said):
    (files / "train.jsonl").write_text("\n".join(lines))
    error = evaluate(
        runner,
        "--test",
        files / "test.jsonl",
        "--train",
        files / "train.jsonl",
        "--codebook",
        files / "codebook.json",
        exit_code=1,
    )
    assert said in error and "Traceback" not in error


def test_bad_codebooks_and_options_are_refused(runner, files):
    (files / "codebook.json").write_text('[{"key": "red"}, {"key": "red"}]')
    paths = (
        "--test",
        files / "test.jsonl",
        "--train",
        files / "train.jsonl",
        "--codebook",
        files / "codebook.json",
    )
    assert "stand twice: red" in evaluate(runner, *paths, exit_code=1)
    (files / "codebook.json").write_text('["red", "blue"]')
    alone = ("--test", files / "test.jsonl", "--codebook", files / "codebook.json")
    assert "needs --train" in evaluate(runner, *alone, exit_code=1)
    assert "does not exist" in evaluate(runner, "--test", files / "nowhere.jsonl", exit_code=2)


def test_training_on_one_kind_of_statement_only(runner, files):
    """Nothing to tell apart: it says nothing rather than falling over."""
    (files / "train.jsonl").write_text(row(text="grey", themes=[]))
    found = evaluate(
        runner,
        "--test",
        files / "test.jsonl",
        "--train",
        files / "train.jsonl",
        "--codebook",
        files / "codebook.json",
    )
    assert found["micro"]["f1"] == 0.0


def test_scores_by_hand():
    judged = [
        Judged("en", {"a", "b"}, {"a": 0.9}),
        Judged("en", set(), {"b": 0.85}),
        Judged("pl", {"b"}, {"b": 0.95}),
        Judged("pl", set(), {}),
    ]
    found = score(judged, ["a", "b", "c"])
    assert found["micro"] == {"precision": 0.6667, "recall": 0.6667, "f1": 0.6667, "support": 3}
    assert found["themes"]["a"]["f1"] == 1.0 and found["themes"]["c"]["support"] == 0
    assert found["macro"]["f1"] == 0.75
    assert found["none"] == {"statements": 2, "left_alone": 1}
    assert found["reliability"]["all"] == [
        {"from": 0.8, "tags": 1, "confidence": 0.85, "right": 0.0},
        {"from": 0.9, "tags": 2, "confidence": 0.925, "right": 1.0},
    ]
    assert found["reliability"]["languages"]["pl"][0]["right"] == 1.0
