"""The sweeps that carry what people say along the way, run on a schedule by huey.

State lives in the database; a sweep finds what is left to do, so a killed worker loses nothing.
"""

import click
from flask import Flask, current_app

from app.core.commands import CommandGroup
from app.learning.sweeps import train_waiting
from app.reference.actions import load_reference
from app.statements.sweeps import split_waiting
from app.themes.actions import load_themes
from app.themes.codebook import shipped_codebook
from app.themes.sweeps import find_emerging, tag_waiting

#: In the order of the way; each is safe to run at any time and any number of times.
SWEEPS = (split_waiting, tag_waiting, find_emerging, train_waiting)

sweeps = CommandGroup("sweeps", help="Background work: splitting and tagging what has come in, and training.")


def load_data_files() -> None:
    """Bring areas, communities, languages and themes up to date with the data files of this version."""
    load_reference()
    load_themes(shipped_codebook())


def run_sweeps() -> dict[str, int]:
    """Run each sweep once; how much each did."""
    return {sweep.__name__: sweep() for sweep in SWEEPS}


def make_worker(app: Flask):
    """A huey consumer that runs the sweeps every minute: on Redis where there is one, else in SQLite."""
    from huey import RedisHuey, SqliteHuey, crontab  # here, because no page needs it

    if app.config["REDIS_URL"]:
        queue = RedisHuey("community-views", url=app.config["REDIS_URL"])
    else:
        queue = SqliteHuey("community-views", filename=f"{app.instance_path}/queue.sqlite")

    @queue.periodic_task(crontab(minute="*"))
    @queue.lock_task("sweeps")
    def every_minute():
        with app.app_context():
            run_sweeps()

    return queue.create_consumer(workers=1, periodic=True)


@sweeps.command()
def run():
    """Run every sweep once, now."""
    load_data_files()
    for name, done in run_sweeps().items():
        click.echo(f"{name}: {done}")


@sweeps.command()
def work():
    """Run the sweeps every minute until stopped."""
    load_data_files()
    make_worker(current_app._get_current_object()).run()
