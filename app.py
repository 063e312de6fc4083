"""The WSGI entry point."""

import sys

from cnapp import create_app
from cnapp.config import BadSettings

DO_NOT_TRY_AGAIN = 3
"""What makes gunicorn stop instead of starting worker after worker."""

try:
    app = create_app()
except BadSettings as error:
    sys.stderr.write(f"{error}\n")
    raise SystemExit(DO_NOT_TRY_AGAIN) from None

if __name__ == "__main__":
    app.run(port=app.config["PORT"])
