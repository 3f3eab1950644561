"""Putting the application together; the only file that knows every room."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, g, render_template, request
from flask_babel import Babel, format_date, format_percent, format_time
from flask_babel import gettext as _
from flask_compress import Compress
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from jinja2 import FileSystemLoader
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import app.coding.models
import app.core.models
import app.reference.models
import app.themes.models  # noqa: F401 - the tables that no view imports
from app.answering import views as answering
from app.answering.cli import export
from app.coding import views as coding
from app.core import access, headers, locale
from app.core import views as core
from app.core.assets import YEAR, asset_url
from app.core.config import ROOT, read_settings
from app.core.database import db
from app.demo.cli import demo
from app.learning import views as learning
from app.map import views as map_views
from app.map.cells import Cell
from app.map.cli import map_group
from app.notes import views as notes
from app.people.cli import staff
from app.people.security import init_security
from app.questionnaires import views as authoring
from app.questionnaires.cli import surveys
from app.questionnaires.forms import questions_html
from app.reference.communities import list_communities
from app.reference.languages import list_written_languages, text_direction
from app.reference.places import list_boroughs, list_ics
from app.rounds import cli as rounds_cli  # noqa: F401 - adds `publish` to the surveys commands
from app.rounds import views as rounds
from app.rounds.queries import has_demo_data
from app.rounds.weeks import LONDON
from app.schedule import make_worker, sweeps
from app.themes import views as themes_views
from app.themes.cli import themes

ROOMS = (
    core.bp,
    rounds.bp,
    authoring.bp,
    answering.bp,
    answering.files,
    notes.bp,
    themes_views.bp,
    coding.bp,
    coding.blind,
    learning.bp,
    map_views.bp,
)
COMMANDS = (surveys, themes, export, map_group, staff, sweeps, demo)


def create_app(settings: dict | None = None, instance_path: str | None = None) -> Flask:
    """The application; `settings` override what the environment says."""
    app = Flask(
        "app",
        root_path=str(ROOT / "app"),
        static_folder=str(ROOT / "static"),
        template_folder=None,
        instance_path=instance_path or str(ROOT / "instance"),
    )
    Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    app.config.from_mapping(read_settings(Path(app.instance_path)))
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR
    app.config.from_mapping(settings or {})
    app.jinja_loader = FileSystemLoader(sorted((ROOT / "app").glob("*/templates")))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    if app.config["TRUSTED_PROXIES"]:
        proxies = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    Babel(
        app,
        default_translation_directories=str(ROOT / "translations"),
        locale_selector=lambda: locale.reader_language().locale,
        timezone_selector=lambda: str(LONDON),
    )
    app.before_request(access.limit_body)
    CSRFProtect(app)
    Compress(app)
    app.extensions["worker"] = lambda: make_worker(app)
    init_security(app)
    app.before_request(access.enforce)
    app.after_request(lambda response: headers.add_headers(response, request))
    app.after_request(locale.keep_asked_language)
    for room in ROOMS:
        app.register_blueprint(room)
    for command in COMMANDS:
        app.cli.add_command(command)
    add_words(app)
    add_error_pages(app)
    return app


# --- what every template may say -------------------------------------------------------------------


def add_words(app: Flask) -> None:
    app.context_processor(page_context)
    app.jinja_env.install_gettext_callables(locale.translate, locale.translate_many, newstyle=True)
    app.jinja_env.globals.update(
        asset_url=asset_url, here_in=here_in, is_demo=is_demo, questions_html=questions_html
    )
    app.jinja_env.filters.update(
        instant=lambda at: f"{format_date(at, 'full')} {format_time(at, 'short')}" if at else "",
        day=lambda day: format_date(day, "d MMM y"),
        week_end=lambda monday: format_date(monday + timedelta(days=6), "d MMM y"),
        short_day=lambda day: format_date(day, "d MMM"),
        percent=lambda share: format_percent(share, "#,##0%"),
        in_language=in_language,
        area_name=lambda key: name_of(list_boroughs(), key),
        community_name=lambda key: name_of(list_communities(), key),
        ics_name=lambda key: in_language(list_ics()[key]),
        language_name=language_name,
        direction=lambda key: text_direction(key) if key else "auto",
        spoken=spoken,
    )


def page_context() -> dict:
    return {"language": locale.reader_language(), "languages": locale.list_languages()}


def in_language(names: dict[str, str]) -> str:
    return locale.in_language(names, locale.reader_language().key)


def name_of(rows, key: str) -> str:
    return next((in_language(row.names) for row in rows if row.key == key), key)


def language_name(key: str) -> str:
    """A language's name in the reader's language, else in its own."""
    found = locale.reader_language().locale.languages.get(key)
    return found or next((w.endonym for w in list_written_languages() if w.key == key), key)


def spoken(cell: Cell) -> str:
    """A number of the map as it is read out."""
    return _("hidden") if cell.marker == "c" else _("nobody answered") if cell.marker else str(cell.count)


def here_in(language: str) -> str:
    """The address of this page in another language."""
    return f"{request.path}?{urlencode({**request.args, 'lang': language})}"


def is_demo() -> bool:
    """Whether what this page shows was made by `flask demo`."""
    sitting = g.get("sitting")
    current = sitting.round if sitting else g.get("round")
    return current.demo if current else has_demo_data()


# --- when something is wrong -----------------------------------------------------------------------


def add_error_pages(app: Flask) -> None:
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(CSRFError, lambda error: show_error(400, "session"))
    app.register_error_handler(locale.UnknownLanguage, show_unknown_language)
    app.register_error_handler(OperationalError, show_database_error)


def show_http_error(error: HTTPException):
    if error.code is None or error.code < 400:
        return error
    return show_error(error.code)


def show_unknown_language(error):
    g.language = locale.get_language(locale.DEFAULT)
    return show_error(404, "language")


def show_database_error(error):
    db.session.rollback()
    return show_error(503)


def show_error(status: int, problem: str = ""):
    if "language" not in g:
        try:
            locale.reader_language()
        except locale.UnknownLanguage:
            g.language = locale.get_language(locale.DEFAULT)
    return render_template("core/error.html", status=status, problem=problem), status
