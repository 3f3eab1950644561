"""python -m benchmarks: server CPU, statements and bytes of one response, and responses per second.

Each database gets a fresh copy of the product under gunicorn. Needs nothing but what the tests need;
PostgreSQL is measured where DATABASE_URL or a server on 127.0.0.1 answers.
"""

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import sqlalchemy

from benchmarks.respondent import Respondent

BIN = Path(sys.executable).parent
POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
CLIENTS = 16


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--responses", type=int, default=200, help="responses to measure CPU over")
    arguments.add_argument("--seconds", type=float, default=10, help="how long to load the server")
    arguments.add_argument("--workers", type=int, default=os.cpu_count())
    options = arguments.parse_args()
    rows = {}
    for name, make in (("SQLite", sqlite_url), ("PostgreSQL", postgres_url)):
        with tempfile.TemporaryDirectory() as folder:
            url = make(folder)
            if url:
                rows[name] = measure(url, options)
    show(rows)


def sqlite_url(folder: str) -> str:
    return f"sqlite:///{folder}/bench.sqlite"


def postgres_url(folder: str) -> str | None:
    base = sqlalchemy.make_url(POSTGRES.replace("postgresql:", "postgresql+psycopg:"))
    engine = sqlalchemy.create_engine(base, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for verb in ("DROP DATABASE IF EXISTS", "CREATE DATABASE"):
                connection.execute(sqlalchemy.text(f"{verb} community_views_bench"))
    except sqlalchemy.exc.OperationalError:
        return None
    finally:
        engine.dispose()
    return base.set(database="community_views_bench").render_as_string(hide_password=False)


def measure(url: str, options) -> dict[str, str]:
    environ = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "benchmark"}
    for command in (["db", "upgrade"], ["surveys", "publish", "surveys/weekly.md", "--open-now"]):
        subprocess.run([BIN / "flask", *command], env=environ, check=True, capture_output=True)
    row = {"first load, compressed": first_load(environ)}
    row["statements for one response"] = statements(environ)
    with Server(environ, 1) as server:
        cpu = cpu_of(server, options.responses)
        row["server CPU for one response"] = f"{cpu:.1f} ms"
    with Server(environ, options.workers) as server:
        rate, p95, memory = load(server, options.seconds)
        row[f"responses per second, {CLIENTS} clients"] = f"{rate:.0f}"
        row["request p95 under that load"] = f"{p95:.0f} ms"
        row["memory under that load (PSS)"] = f"{memory:.0f} MiB"
    return row


class Server:
    """gunicorn on a free port of loopback."""

    def __init__(self, environ: dict, workers: int):
        self.environ, self.workers = environ, workers

    def __enter__(self) -> "Server":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [BIN / "gunicorn", "wsgi:app", "-b", f"127.0.0.1:{self.port}", "-w", str(self.workers)]
        command += ["--preload", "--threads", "4", "--keep-alive", "30", "--log-level", "error"]
        self.process = subprocess.Popen(command, env=self.environ, start_new_session=True)
        for _ in range(100):
            try:
                Respondent("127.0.0.1", self.port).ask("GET", "/")
                return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("gunicorn did not start")

    def __exit__(self, *error):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()

    def children(self) -> list[int]:
        listed = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True)
        return [int(pid) for pid in listed.stdout.split()]

    def cpu_seconds(self) -> float:
        ticks = 0
        for pid in self.children():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Proportional set size of all processes, in MiB."""
        rollups = [
            Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in [self.process.pid, *self.children()]
        ]
        return sum(int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) for text in rollups) / 1024


def cpu_of(server: Server, responses: int) -> float:
    """Milliseconds of user and system time of the workers for one complete response."""
    respondent = Respondent("127.0.0.1", server.port)
    for number in range(10):
        respondent.complete(number, time.perf_counter)
    measured = []
    for _ in range(3):  # the quietest counts: other work on the machine can only add
        before = server.cpu_seconds()
        for number in range(responses):
            respondent.complete(number, time.perf_counter)
        measured.append(1000 * (server.cpu_seconds() - before) / responses)
    return min(measured)


def load(server: Server, seconds: float) -> tuple[float, float, float]:
    """(complete responses per second, 95th percentile of a request in ms, MiB) with CLIENTS at once."""
    done, times, ends = [], [], time.monotonic() + seconds

    def answer(client: int):
        respondent = Respondent("127.0.0.1", server.port)
        number = 0
        while time.monotonic() < ends:
            done.append(respondent.complete(client * 100_000 + number, time.perf_counter))
            number += 1
        times.extend(respondent.seconds)

    threads = [threading.Thread(target=answer, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(set(done)) != len(done):
        raise RuntimeError("two responses have one reference")
    return len(done) / seconds, 1000 * statistics.quantiles(times, n=20)[18], server.memory()


def first_load(environ: dict) -> str:
    """Bytes of the survey page and all it loads, as a browser gets them."""
    script = (
        "import re\nfrom wsgi import app\nc = app.test_client()\nh = {'Accept-Encoding': 'gzip'}\n"
        "p = c.get('/s/weekly', headers=h)\nimport gzip\nt = gzip.decompress(p.data).decode()\n"
        'a = re.findall(r\'<(?:link|script|img)[^>]+(?:href|src)="(/[^"]+)"\', t)\n'
        "print(len(p.data) + sum(len(c.get(x, headers=h).data) for x in a), 1 + len(a))"
    )
    size, requests = run_python(script, environ).split()
    return f"{int(size) / 1000:.1f} KB, {requests} requests"


def statements(environ: dict) -> str:
    script = (
        "from sqlalchemy import event\nfrom sqlalchemy.engine import Engine\nimport threading, time\n"
        "from werkzeug.serving import make_server\nfrom wsgi import app\n"
        "from benchmarks.respondent import Respondent\nsaid = []\n"
        "s = make_server('127.0.0.1', 0, app, threaded=True)\n"
        "threading.Thread(target=s.serve_forever, daemon=True).start()\n"
        "Respondent('127.0.0.1', s.port).complete(0, time.perf_counter)\n"
        "event.listen(Engine, 'before_cursor_execute', lambda c, k, t, *r: said.append(t))\n"
        "time.sleep(6)\n"  # the round kept in memory has gone stale: it is asked for again
        "Respondent('127.0.0.1', s.port).complete(1, time.perf_counter)\nsaid = [t for t in said if 'pg_catalog' not in t and not t.startswith('show ')]\nprint(len(said))"
    )
    return run_python(script, environ).split()[-1]


def run_python(script: str, environ: dict) -> str:
    result = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr)
    return result.stdout


def show(rows: dict[str, dict[str, str]]) -> None:
    print(f"| what | {' | '.join(rows)} |\n|---|{'---|' * len(rows)}")
    for what in next(iter(rows.values())):
        print(f"| {what} | {' | '.join(row[what] for row in rows.values())} |")


if __name__ == "__main__":
    main()
