"""Who may open which route. A route that says nothing is closed."""

from flask import abort, current_app, request
from flask_login import current_user

EVERYONE = "everyone"
ANALYST = "analyst"
ADMINISTRATOR = "administrator"
STAFF = (ANALYST, ADMINISTRATOR)
#: Who may read what people wrote before names, numbers and addresses are masked; every reading is logged.
ORIGINAL_READERS = (ADMINISTRATOR,)

#: Routes that extensions bring along, which can't carry the decorator.
BROUGHT_ALONG = {
    "static": frozenset({EVERYONE}),
    "security.login": frozenset({EVERYONE}),
    "security.logout": frozenset({EVERYONE}),
}


def may(*roles: str):
    """Decorate a view with the roles that may open it, or EVERYONE."""

    def mark(view):
        view.who_may = frozenset(roles)
        return view

    return mark


def takes_body(limit: int):
    """Decorate a view that takes files: the most bytes that a request to it may have."""

    def mark(view):
        view.body_limit = limit
        return view

    return mark


def limit_body():
    """Before anything reads the request: let files be as large as the route allows. Text keeps its limit."""
    limit = getattr(current_app.view_functions.get(request.endpoint), "body_limit", None)
    if limit and request.mimetype == "multipart/form-data":
        request.max_content_length = limit


def who_may(endpoint: str, view) -> frozenset[str] | None:
    """The roles that may open `endpoint`, or None where no rule was written."""
    return getattr(view, "who_may", None) or BROUGHT_ALONG.get(endpoint)


def enforce():
    """Before each request: refuse whoever the route's rule doesn't name."""
    if request.endpoint is None:
        return None
    roles = who_may(request.endpoint, current_app.view_functions[request.endpoint])
    if roles is None:
        abort(403)
    if EVERYONE in roles:
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()
    if not any(current_user.has_role(role) for role in roles):
        abort(403)
    return None
