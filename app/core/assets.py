"""Addresses of static files that change when the file does, so that browsers may keep them for a year."""

from functools import cache
from hashlib import sha256

from app.core.config import ROOT

YEAR = 365 * 24 * 3600


@cache
def asset_url(name: str) -> str:
    """The address of `static/<name>` with its content's digest."""
    return f"/static/{name}?v={sha256((ROOT / 'static' / name).read_bytes()).hexdigest()[:10]}"
