"""What every client of Apache Kafka here has in common."""

import logging
from collections.abc import Sequence
from typing import Any

from kafka.errors import KafkaError, KafkaTimeoutError, RequestTimedOutError

from shared.config import Settings

CLOSED_WITHIN = 5.0  # seconds


class Overheard(logging.Handler):
    """Why connections failed, which the client tells nowhere but in its log."""

    def __init__(self) -> None:
        super().__init__()
        self._reasons: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep every reason once; it speaks of addresses and certificates, never of records."""
        for error in record.args or ():
            known = isinstance(error, KafkaTimeoutError | RequestTimedOutError) or str(error) in self._reasons
            if isinstance(error, KafkaError) and not known:
                self._reasons.append(str(error))

    def drain(self) -> str:
        """What was heard since the last time."""
        reasons, self._reasons = self._reasons, []
        return ", ".join(reasons)


overheard = Overheard()
logging.getLogger("kafka").setLevel(logging.CRITICAL)  # it repeats itself, and at DEBUG it tells keys and values
connections = logging.getLogger("kafka.net.manager")
connections.setLevel(logging.WARNING)
connections.addHandler(overheard)
connections.propagate = False


def access(servers: Sequence[str], settings: Settings) -> dict[str, Any]:
    """What every client of Apache Kafka is told: where, by whom, and how protected."""
    config: dict[str, Any] = {
        "bootstrap_servers": list(servers),
        # Named, so that no constructor asks a server: one that fails leaves a thread behind.
        "api_version": tuple(map(int, settings.kafka_api_version.split("."))),
        "security_protocol": settings.kafka_security,
        "ssl_check_hostname": True,
        "reconnect_backoff_max_ms": 1000,
    }
    if settings.kafka_security.startswith("SASL"):
        config["sasl_mechanism"] = settings.kafka_sasl_mechanism
        config["sasl_plain_username"] = settings.kafka_username
        config["sasl_plain_password"] = settings.kafka_password.get_secret_value()
    files = {
        "ssl_cafile": settings.kafka_ca_file,
        "ssl_certfile": settings.kafka_certificate_file,
        "ssl_keyfile": settings.kafka_key_file,
    }
    return config | {name: str(file) for name, file in files.items() if file}


def kind(error: Exception) -> str:
    """What went wrong, without a word of what was sent."""
    return f"{type(error).__name__} {getattr(type(error), 'description', '')}".rstrip()
