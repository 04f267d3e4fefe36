"""What a process tells of itself, set up once: its log, and its spans where a collector is named."""

from shared.config import settings
from shared.logs import configure_logging
from shared.traces import record_spans


def configure_telemetry(service: str, part: str) -> None:
    """Write our own lines, and record spans if TALENT_TRACES_URL says where to."""
    configure_logging(service, part)
    if settings().traces_url:
        from shared.spans import sending_to  # noqa: PLC0415  # a library that nobody else need have loaded

        record_spans(sending_to(settings().traces_url, service, part, settings().traces_share))
