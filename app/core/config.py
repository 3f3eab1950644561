"""Settings, read once from the environment; safe without any."""

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BODY_LIMIT = 1024 * 1024  # bytes in one request: every answer of one page with room to spare


def read_settings(instance: Path, environ=os.environ) -> dict:
    """Flask configuration from `environ`; a generated secret is kept in `instance`."""
    public_url = environ.get("PUBLIC_URL", "http://127.0.0.1:5000").rstrip("/")
    secure = public_url.startswith("https://")
    return {
        "SECRET_KEY": environ.get("SECRET_KEY") or kept_secret(instance / "secret-key"),
        "SQLALCHEMY_DATABASE_URI": database_url(environ.get("DATABASE_URL"), instance),
        "PUBLIC_URL": public_url,
        # How many proxies in front add X-Forwarded-*: none is believed unless it is said here.
        "TRUSTED_PROXIES": int(environ.get("TRUSTED_PROXIES", "0")),
        "REDIS_URL": environ.get("REDIS_URL"),
        "MAX_CONTENT_LENGTH": BODY_LIMIT,
        "MAX_FORM_MEMORY_SIZE": BODY_LIMIT,
        "MAX_FORM_PARTS": 500,
        # Browsers and scripts refuse Secure cookies over plain http, which only the demo is served on.
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": secure,
        # A limit in time throws away what somebody typed slowly; the token dies with the session.
        "WTF_CSRF_TIME_LIMIT": None,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_STREAMS": False,
        "COMPRESS_BR_LEVEL": 4,
        "COMPRESS_LEVEL": 5,
        "COMPRESS_MIN_SIZE": 400,
    }


def database_url(given: str | None, instance: Path) -> str:
    """A SQLAlchemy URL: SQLite in `instance` unless a PostgreSQL or other URL is given."""
    if not given:
        return f"sqlite:///{instance / 'community-views.sqlite'}"
    for prefix in ("postgres://", "postgresql://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    return given


def kept_secret(path: Path) -> str:
    """The secret in the file at `path`, made there (readable by its owner only) the first time."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
