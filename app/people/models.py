"""Staff accounts and roles, in the shape that Flask-Security-Too asks for."""

from flask_security.models import fsqla_v3

from app.core.database import db

fsqla_v3.FsModels.set_db_info(db)


class Role(db.Model, fsqla_v3.FsRoleMixin):
    pass


class User(db.Model, fsqla_v3.FsUserMixin):
    pass
