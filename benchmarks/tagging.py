"""What tagging costs: `python -m benchmarks.tagging [--statements 1000000] [--kills 5] [--database URL]`.

Speed of the tagger, loading it, training it, and reading a database full of statements anew while the worker
is killed with -9 at random: nothing may be lost or doubled. Prints what it measured.
"""

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOAD = """
import json, resource, time
import app.themes.queries
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, began = peak(), time.perf_counter()
from app.themes.tagger import shipped_tagger
shipped_tagger().read("The food bank ran out", "en")
print(json.dumps({"seconds": round(time.perf_counter() - began, 2), "megabytes": round(peak() - before)}))
"""
SWEEP = (
    "from wsgi import app\nfrom app.themes.sweeps import tag_waiting\nwith app.app_context(): tag_waiting()"
)


def examples(count: int) -> list:
    """Statements of the corpus, shuffled and repeated, some words swapped so that no two are the same."""
    from app.themes.corpus import list_examples

    chance = random.Random(1)
    known = [each for each in list_examples() if each.text]
    made = []
    for _ in range(count):
        one, two = chance.choice(known), chance.choice(known)
        words = one.text.split()
        words[chance.randrange(len(words))] = chance.choice(two.text.split())
        made.append((" ".join(words), one.language, one.themes))
    return made


def measure_speed() -> None:
    from app.themes.tagger import shipped_tagger

    tagger = shipped_tagger()
    tagger.read("begin", "en")
    for count in (10_000, 20_000, 40_000):
        statements = [(text, language) for text, language, _ in examples(count)]
        began = time.process_time()
        for start in range(0, count, 500):
            tagger.read_all(statements[start : start + 500])
        spent = time.process_time() - began
        print(f"tagging {count:,}: {count / spent:,.0f} a second on one core")


def measure_command(count: int = 20_000) -> None:
    lines = "\n".join(
        json.dumps({"id": n, "text": text, "language": language})
        for n, (text, language, _) in enumerate(examples(count))
    )
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    flask("themes", "tag", input=lines)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began
    print(
        f"`flask themes tag` of {count:,} lines: {spent:.1f} s CPU with start-up, {count / spent:,.0f} a second"
    )


def measure_loading() -> None:
    found = json.loads(
        subprocess.run(
            [sys.executable, "-c", LOAD], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
    )
    print(f"loading the tagger: {found['seconds']} s, {found['megabytes']} MB more memory")


def measure_training(count: int = 50_000) -> None:
    from app.themes.codebook import shipped_codebook
    from app.themes.corpus import Example
    from app.themes.training import train_tagger

    made = [Example(text, language, themes) for text, language, themes in examples(count)]
    began = time.process_time()
    train_tagger(shipped_codebook(), made, "a benchmark")
    print(f"training on {count:,} statements: {time.process_time() - began:.0f} s CPU")


def measure_retagging(count: int, kills: int, url: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATABASE_URL": url or f"sqlite:///{folder}/benchmark.sqlite"}
        flask("db", "upgrade", environment=environment)
        fill(environment, count)
        clock = time.perf_counter()
        for _ in range(kills):
            worker = subprocess.Popen([sys.executable, "-c", SWEEP], cwd=ROOT, env=environment)
            time.sleep(random.uniform(2, 15))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        subprocess.run([sys.executable, "-c", SWEEP], cwd=ROOT, env=environment, check=True)
        spent = time.perf_counter() - clock
        print(
            f"reading {count:,} stored statements anew, killed {kills} times: {spent:,.0f} s, {count / spent:,.0f} a second"
        )
        check(environment, count)


def fill(environment: dict, count: int) -> None:
    subprocess.run(
        [sys.executable, "-m", "benchmarks.tagging", "--fill", str(count)],
        cwd=ROOT,
        env=environment,
        check=True,
    )


def fill_here(count: int) -> None:
    """Statements straight into the tables, a hundred to a contribution."""
    from sqlalchemy import insert

    from app.core.database import now, write
    from app.reference.actions import load_reference
    from app.rounds.weeks import week_of
    from app.statements.models import Contribution, Statement
    from app.themes.actions import load_themes
    from app.themes.codebook import shipped_codebook
    from wsgi import app

    made = examples(min(count, 50_000))
    with app.app_context():
        load_reference()
        load_themes(shipped_codebook())
        for start in range(0, count, 10_000):
            with write() as session:
                contributions = range(start // 100 + 1, (start + 10_000) // 100 + 1)
                session.execute(
                    insert(Contribution),
                    [
                        {
                            "id": n,
                            "source": "note",
                            "source_id": str(n),
                            "week": week_of(now()),
                            "respondent": str(n % 997),
                        }
                        for n in contributions
                    ],
                )
                session.execute(
                    insert(Statement),
                    [
                        {
                            "contribution_id": start // 100 + 1 + n // 100,
                            "question": "said",
                            "position": n % 100,
                            "text": made[(start + n) % len(made)][0],
                            "language": made[(start + n) % len(made)][1],
                        }
                        for n in range(min(10_000, count - start))
                    ],
                )


def check(environment: dict, count: int) -> None:
    """Every statement read once, no theme twice at one, and the tags those that the tagger gives."""
    code = f"""
from sqlalchemy import func, select
from app.core.database import db
from app.statements.models import Statement
from app.themes.models import Tag, Tagging
from app.themes.queries import current_tagger, current_version
from wsgi import app
with app.app_context():
    read = db.session.scalar(select(func.count()).where(Tagging.tagger == current_version()))
    pairs = select(Tag.statement_id, Tag.theme_key).distinct().subquery()
    tags = db.session.scalar(select(func.count()).select_from(Tag))
    different = db.session.scalar(select(func.count()).select_from(pairs))
    wrong = 0
    for row in db.session.execute(select(Statement.id, Statement.text, Statement.language).where(Statement.id % 97 == 1).limit(5000)).all():
        expected = {{each.theme for each in current_tagger().suggest(row.text, row.language)}}
        stored = set(db.session.scalars(select(Tag.theme_key).where(Tag.statement_id == row.id)))
        wrong += expected != stored
    print(f"  {{read:,}} of {count:,} read, {{tags:,}} tags, {{tags - different}} doubled, {{wrong}} of those looked at differ")
    assert read == {count} and tags == different and not wrong
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)


def flask(*arguments: str, environment: dict | None = None, input: str | None = None) -> None:
    command = [str(Path(sys.executable).with_name("flask")), *arguments]
    subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        input=input,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--database")
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.fill:
        fill_here(given.fill)
        return
    measure_loading()
    measure_speed()
    measure_command()
    measure_training()
    measure_retagging(given.statements, given.kills, given.database)


if __name__ == "__main__":
    main()
