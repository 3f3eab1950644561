"""One application and one database for each test process; every test leaves the tables empty.

SQLite by default; with TEST_DATABASE_URL the suite runs on that PostgreSQL server, in databases of its own.
"""

import os
import re

import pytest
import sqlalchemy
from flask import g, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade

from app.core.config import database_url
from app.core.database import db, write
from app.factory import create_app
from app.people.actions import make_staff
from app.reference.actions import load_reference
from app.themes.actions import load_themes
from app.themes.codebook import shipped_codebook

KEPT = {"alembic_version", "area", "community", "language", "theme"}
PASSWORD = "correct horse battery"


def make_database(name: str, folder) -> str:
    """The URL of a fresh database: a file in `folder`, or one on the PostgreSQL server."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        return f"sqlite:///{folder / 'test.sqlite'}"
    url = sqlalchemy.make_url(database_url(server, folder))
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sqlalchemy.text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def make_test_app(folder, name: str):
    settings = {
        "TESTING": True,
        "SECRET_KEY": "only for tests",
        "SECURITY_PASSWORD_SALT": "only for tests",
        "SQLALCHEMY_DATABASE_URI": make_database(name, folder),
        "SESSION_COOKIE_SECURE": False,
        "SESSION_COOKIE_NAME": "session",
    }
    return create_app(settings, instance_path=str(folder))


class FreshClient(FlaskClient):
    """A client whose requests share nothing with the test's own application context."""

    def open(self, *arguments, **options):
        if has_app_context():
            vars(g).clear()
        return super().open(*arguments, **options)


@pytest.fixture(scope="session")
def worker():
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def session_app(tmp_path_factory, worker):
    app = make_test_app(tmp_path_factory.mktemp("instance"), f"community_views_test_{worker}")
    app.test_client_class = FreshClient
    with app.app_context():
        upgrade()
        load_reference()
        load_themes(shipped_codebook())
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(session_app):
    """The application inside its context, with empty tables."""
    with session_app.app_context():
        yield session_app
        db.session.rollback()
        db.session.remove()
        with write() as session:
            for table in reversed(db.metadata.sorted_tables):
                if table.name not in KEPT:
                    session.execute(table.delete())
        db.session.remove()
        session_app.extensions.pop("rounds", None)
        session_app.extensions.pop("questionnaires", None)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def runner(app):
    return app.test_cli_runner()


class Page:
    """A fetched page: its status, text, title and forms, and the way to press its buttons."""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True)

    @property
    def title(self) -> str:
        return re.search(r"<title>(.*?)</title>", self.html, re.S)[1]

    @property
    def csrf(self) -> str:
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.html)[1]

    def hidden(self, name: str) -> str:
        return re.search(rf'name="{name}" value="([^"]*)"', self.html)[1]


@pytest.fixture
def visit(client):
    """Get or post an address, follow redirects, and check what holds for every page."""

    def go(address: str, data: dict | None = None, status: int | None = 200, **options) -> Page:
        if data is None:
            response = client.get(address, follow_redirects=True, **options)
        else:
            response = client.post(address, data=data, follow_redirects=True, **options)
        page = Page(response)
        assert status is None or page.status == status, page.html[:3000]
        assert page.html.count("<h1") == 1
        ids = re.findall(r'\sid="([^"]+)"', page.html)
        assert len(ids) == len(set(ids)), "ids stand twice"
        assert "style=" not in page.html and "<script>" not in page.html
        return page

    return go


def sign_in(visit, email: str, role: str) -> str:
    """Make an account with this role and sign in with it; its address."""
    make_staff(email, role, "test", PASSWORD)
    page = visit("/sign-in")
    visit("/sign-in", {"email": email, "password": PASSWORD, "csrf_token": page.csrf, "next": "/review"})
    return email


@pytest.fixture
def analyst(app, visit):
    """Sign in as an analyst."""
    return sign_in(visit, "analyst@test.example", "analyst")


@pytest.fixture
def administrator(app, visit):
    """Sign in as an administrator."""
    return sign_in(visit, "admin@test.example", "administrator")
