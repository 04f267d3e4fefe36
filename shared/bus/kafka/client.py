"""What every client of Apache Kafka here has in common."""

import logging
from collections.abc import Sequence
from typing import Any

from shared.config import Settings

logging.getLogger("kafka").setLevel(logging.CRITICAL)  # it repeats itself, and at DEBUG it tells keys and values

CLOSED_WITHIN = 5.0  # seconds


def access(servers: Sequence[str], settings: Settings) -> dict[str, Any]:
    """What every client of Apache Kafka is told: where, by whom, and how protected."""
    told: dict[str, Any] = {
        "bootstrap_servers": list(servers),
        # Named, so that no constructor asks a server: one that fails leaves a thread behind.
        "api_version": tuple(map(int, settings.kafka_api_version.split("."))),
        "security_protocol": settings.kafka_security,
        "ssl_check_hostname": True,
        "reconnect_backoff_max_ms": 1000,
    }
    if settings.kafka_security.startswith("SASL"):
        told["sasl_mechanism"] = settings.kafka_sasl_mechanism
        told["sasl_plain_username"] = settings.kafka_username
        told["sasl_plain_password"] = settings.kafka_password.get_secret_value()
    files = {
        "ssl_cafile": settings.kafka_ca_file,
        "ssl_certfile": settings.kafka_certificate_file,
        "ssl_keyfile": settings.kafka_key_file,
    }
    return told | {name: str(file) for name, file in files.items() if file}


def kind(error: Exception) -> str:
    """What went wrong, without a word of what was sent."""
    return f"{type(error).__name__} {getattr(type(error), 'description', '')}".rstrip()
