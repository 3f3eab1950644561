"""python -m benchmarks.forms: what a form of 300 questions in 12 languages and a list of 2,000 options cost.

Times are CPU seconds of this process (and of the child that reads the workbook), the least of several runs.
"""

import resource
import tempfile
import time
from pathlib import Path

from app.core.database import db
from app.factory import create_app
from app.questionnaires.actions import publish_version
from app.questionnaires.compiler import compile_file
from app.reference.communities import community_keys
from app.reference.places import area_keys
from app.rounds.actions import open_round

LANGUAGES = ["English (en)", "Arabic (ar)", "Bengali (bn)", "Polish (pl)", "Spanish (es)", "Somali (so)",
             "Tamil (ta)", "Turkish (tr)", "Urdu (ur)", "Gujarati (gu)", "Punjabi (pa)", "Romanian (ro)"]  # fmt: skip
TYPES = ["text", "integer", "select_one yn", "select_multiple big", "date"]
RUNS = 30


def large_form(groups: int = 30, questions: int = 10) -> str:
    """A workbook of 300 questions with labels and hints in 12 languages, every third with a condition."""
    labels = " | ".join(f"label::{language}" for language in LANGUAGES)
    hints = " | ".join(f"hint::{language}" for language in LANGUAGES)
    rows = ["| survey |", f"| | type | name | {labels} | {hints} | relevant |"]
    number = 0
    for group in range(groups):
        words = " | ".join(f"Group {group} in {language}" for language in LANGUAGES)
        rows.append(f"| | begin_group | g{group} | {words} | {' | ' * 11} | |")
        for _ in range(questions):
            words = " | ".join(f"Question {number}, as it is asked in {language}" for language in LANGUAGES)
            hint = " | ".join(f"A hint for {number} in {language}" for language in LANGUAGES)
            condition = f"${{q{number - 1}}} != ''" if number % 3 == 2 else ""
            rows.append(f"| | {TYPES[number % 5]} | q{number} | {words} | {hint} | {condition} |")
            number += 1
        rows.append("| | end_group | |")
    rows += ["| choices |", f"| | list_name | name | {labels} |"]
    for name, size in (("yn", 2), ("big", 20)):
        for choice in range(size):
            words = " | ".join(f"Choice {choice} in {language}" for language in LANGUAGES)
            rows.append(f"| | {name} | c{choice} | {words} |")
    return "\n".join([*rows, "| settings |", "| | form_id |", "| | large |"]) + "\n"


def long_list() -> str:
    choices = "\n".join(f"| | place | p{number} | Place number {number} |" for number in range(2000))
    return (
        "| survey |\n| | type | name | label |\n| | select_one place | where | Where |\n| choices |\n"
        f"| | list_name | name | label |\n{choices}\n| settings |\n| | form_id |\n| | long |\n"
    )


def cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def least(work, runs: int = RUNS) -> tuple[float, float]:
    """(CPU milliseconds, milliseconds by the clock), the least of several runs."""
    found = []
    for _ in range(runs):
        clock, used = time.perf_counter(), cpu()
        work()
        found.append((1000 * (cpu() - used), 1000 * (time.perf_counter() - clock)))
    return min(found)[0], min(ms for _, ms in found)


def main():
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/forms.sqlite", "WTF_CSRF_ENABLED": False}
        )
        with app.app_context():
            db.create_all()
            for name, text in (("large", large_form()), ("long", long_list())):
                path = Path(folder) / f"{name}.md"
                path.write_text(text)
                used, clock = least(lambda path=path: compile_file(path, area_keys(), community_keys()), 5)
                print(f"check {name}: {used:.0f} ms CPU, {clock:.0f} ms")
                compiled = compile_file(path, area_keys(), community_keys())
                open_round(publish_version(compiled.definition, "benchmark")[0], "benchmark")
        client = app.test_client()
        page = {
            "q-q10": "some words",
            "q-q11": "12",
            "q-q12": "c1",
            "q-q13": ["c1", "c2"],
            "q-q14": "2026-01-02",
        }
        client.get("/s/large")
        client.post("/s/large/1", data={"q-q0": "words"})
        print(
            "open a page of 300 questions: {:.1f} ms CPU".format(
                least(lambda: client.get("/s/large/2?lang=ar"))[0]
            )
        )
        print(
            "send a page of 300 questions: {:.1f} ms CPU".format(
                least(lambda: client.post("/s/large/2", data=page))[0]
            )
        )
        print(
            "check one's answers to 300 questions: {:.1f} ms CPU".format(
                least(lambda: client.get("/s/large/check"))[0]
            )
        )
        fresh = app.test_client()
        html = fresh.get("/s/long").data
        print(f"page with a list of 2,000: {len(html)} bytes")
        search = {"q-where-find": "number 19", "find": "where"}
        html = fresh.post("/s/long/1", data=search).data
        used = least(lambda: fresh.post("/s/long/1", data=search))[0]
        print(f"the same with what a search found: {len(html)} bytes, {used:.1f} ms CPU")


if __name__ == "__main__":
    main()
