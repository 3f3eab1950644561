"""The application for `flask` and for any WSGI server: `gunicorn --preload wsgi:app`."""

import gc

from app.factory import create_app

app = create_app()

# What has been imported stays for good: the collector need not look at it again, and forked workers share it.
gc.collect()
gc.freeze()
