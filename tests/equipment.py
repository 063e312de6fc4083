"""Says, before the tests run, which engines and which browser they will find."""

from __future__ import annotations

import shutil
import sys

from tests.engines import postgres_answers


def main() -> None:
    postgres = "postgresql" if postgres_answers() else "PostgreSQL does not answer: its tests are skipped"
    browser = shutil.which("chromium") or "chromium is missing: browser tests are skipped"
    sys.stdout.write(f"engines: sqlite, {postgres}\nbrowser: {browser}\n")


if __name__ == "__main__":
    main()
