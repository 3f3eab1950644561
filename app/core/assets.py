"""Addresses of static files that change when the file does, so that browsers may keep them for a year."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import current_app, url_for

YEAR = 365 * 24 * 3600


@cache
def digest(path: Path, changed: float) -> str:
    return sha256(path.read_bytes()).hexdigest()[:10]


def asset_url(name: str) -> str:
    """The address of `static/<name>` with its content's digest."""
    path = Path(current_app.static_folder) / name
    return url_for("static", filename=name, v=digest(path, path.stat().st_mtime))
