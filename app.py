"""The WSGI entry point."""

from cnapp import create_app
from cnapp.config import BadSettings

try:
    app = create_app()
except BadSettings as error:
    raise SystemExit(str(error)) from None

if __name__ == "__main__":
    app.run(port=app.config["PORT"])
