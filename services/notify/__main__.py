"""Run notify: `python -m services.notify serve | relay | consume | send | escalate | migrate`."""

from services.notify.main import service
from shared.running import run

run(service)
