"""Sign-in of staff: Flask-Security-Too with our own templates and session rules."""

from flask_babel import lazy_gettext as _l
from flask_principal import Principal
from flask_security import LoginForm, Security, SQLAlchemyUserDatastore

from app.core.database import db
from app.people.models import Role, User

SETTINGS = {
    "SECURITY_BLUEPRINT_NAME": "security",
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_LOGIN_USER_TEMPLATE": "people/sign_in.html",
    "SECURITY_POST_LOGIN_VIEW": "/review",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_REGISTERABLE": False,
    "SECURITY_RECOVERABLE": False,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    # The same words whether the address or the password was wrong: accounts can't be guessed.
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
    "REMEMBER_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
}

#: Flask-Security's own message (its English text) and what we say instead.
WRONG_SIGN_IN = _l("The e-mail address or the password is wrong. Check both and try again.")


class SignInForm(LoginForm):
    """The sign-in form with one message for every way of being wrong."""

    def validate(self, **kwargs) -> bool:
        if super().validate(**kwargs):
            return True
        self.problem = WRONG_SIGN_IN
        return False


def init_security(app) -> None:
    for name, value in SETTINGS.items():
        app.config.setdefault(name, value)
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"][::-1])
    Security(app, SQLAlchemyUserDatastore(db, User, Role), login_form=SignInForm)
    forget_principal(app)


def forget_principal(app) -> None:
    """Drop Flask-Principal's hook: `core.access` asks the user's roles itself, and only where a route
    needs any, while the hook would look for a user on every page of a survey."""
    hooks = app.before_request_funcs[None]
    hooks[:] = [hook for hook in hooks if not isinstance(getattr(hook, "__self__", None), Principal)]
