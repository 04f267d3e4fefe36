"""Numbers of people in clear: looked for in whatever any test leaves behind, because they may stand nowhere.

Every invented person has a number of the address 360101, which is issued to nobody. Databases, the files and the log of
a city, the log of PostgreSQL and all that is logged here are read as they end; what may hold one is sealed.
"""

import logging
import re
from collections.abc import Iterable
from pathlib import Path

NUMBER = re.compile(rb"(?<!\d)360101(?:19|20)\d{9}[0-9Xx](?![0-9])")
OF_TESTS = {"httpx", "urllib3"}  # what tests themselves ask for


class Heard(logging.Handler):
    """Keeps which loggers said a number since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self._by: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one line."""
        if record.name.partition(".")[0] not in OF_TESTS and NUMBER.search(record.getMessage().encode()):
            self._by.add(f"{record.name} at {record.filename}:{record.lineno}")

    def refuse(self) -> None:
        """Fail where a number was said."""
        by, self._by = self._by, set()
        assert not by, f"a person's number was logged by {by}"


def refuse_in(files: Iterable[Path]) -> None:
    """Fail where one of these files, or its name, holds a number."""
    held = [str(file) for file in files if file.is_file() and NUMBER.search(bytes(file) + b"\n" + file.read_bytes())]
    assert not held, f"a person's number stands in clear in {held}"


heard = Heard()
