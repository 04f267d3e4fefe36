"""`python -m shared.cli.welcome`, which `talent up` starts beside the services of a demo."""

import signal
import sys

from rich.console import Console

from shared.cli.showing import sentences_for_errors
from shared.cli.welcome import welcome

signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the progress bar gives the terminal its cursor back
out = Console(highlight=False)
with sentences_for_errors(out):
    welcome(out)
