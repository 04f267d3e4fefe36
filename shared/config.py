"""Settings from the environment (prefix TALENT_); one object per process."""

from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, FilePath, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PORTS = {"portal": 0, "registry": 1, "quota": 2, "notify": 3}


class Settings(BaseSettings):
    """What an operator may set. A `demo` makes its own keys and well-known credentials; production refuses both."""

    model_config = SettingsConfigDict(env_prefix="TALENT_", env_file=None)

    environment: Literal["demo", "production"] = "production"
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port_base: int = 8000
    trusted_proxies: str = ""  # whose X-Forwarded-For and -Proto are believed: addresses or networks, by commas
    inner_port_base: int | None = None  # in production documents and metrics answer here alone
    tls_certificate_file: FilePath | None = None  # PEM, with its key: this process serves by TLS alone
    tls_ca_file: FilePath | None = None  # PEM: authorities that are trusted beside the public ones
    bus_url: str = "embedded:"

    log_format: Literal["auto", "json", "text"] = "auto"  # text at a terminal, JSON elsewhere
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    traces_url: str = Field("", pattern=r"^(https?://\S+)?$")  # of an OpenTelemetry collector (OTLP over HTTP), if any
    traces_share: float = Field(0.1, ge=0, le=1)  # of the traces that begin here, to be recorded

    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str = ""
    kafka_password: SecretStr = SecretStr("")
    kafka_ca_file: Path | None = None
    kafka_certificate_file: Path | None = None
    kafka_key_file: Path | None = None
    kafka_api_version: str = Field("4.0", pattern=r"^\d+\.\d+$")
    kafka_replication: int | None = None
    kafka_min_insync: int | None = None
    kafka_instance: str = Field("", max_length=200, pattern=r"^[A-Za-z0-9._-]*$")
    kafka_session_seconds: int = 45
    kafka_prefix: str = Field("talent", max_length=50, pattern=r"^[a-z][a-z0-9-]*$")  # of a city among several

    time_zone: str = "Asia/Shanghai"
    self_check_at: time = time(6, 30)  # of the business day
    demo: bool = True

    registry_database_url: str = ""
    quota_database_url: str = ""
    notify_database_url: str = ""

    portal_url: str = ""  # as browsers and readers of messages reach it
    registry_url: str = ""
    quota_url: str = ""
    notify_url: str = ""

    pulse_file: Path | None = None

    keys: Path | None = None
    audit_checkpoints: Path | None = None
    issuer: str = "talent-registry"
    audience: str = "talent"
    token_minutes: int = 15
    session_idle_minutes: int = 30  # after which whoever did nothing signs in again
    session_hours: int = 12  # after which everybody does

    oidc_issuer: str = ""  # where staff may sign in instead of by a password, as its discovery document names itself
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_second_factor: str = "mfa"  # what of its `amr` or `acr` says that two factors were shown, by blanks
    oidc_name: str = ""  # what the portal calls it on the page where one signs in; empty: it is not offered

    outbound_allow: str = ""  # networks beside the public one that robots, gateways and endpoints may lie in, by commas

    retention_refused_years: int = Field(2, ge=1)  # for which who was never recognised is kept
    retention_left_years: int = Field(10, ge=1)  # for which who left is kept

    portal_client_id: str = ""
    portal_client_secret: str = ""
    cities: Path | None = None  # of a province: the file that names them (see services/portal/client/cities.py)
    public_page: bool = False  # whether the overview is shown without signing in; in a demo it always is

    def port(self, service: str) -> int:
        """The port of a service: portal, registry, quota and notify follow one another from `port_base`."""
        return self.port_base + PORTS[service]

    def inner_port(self, service: str) -> int | None:
        """The port of a service for operators alone (运维专用), where there is one."""
        return None if self.inner_port_base is None else self.inner_port_base + PORTS[service]

    def url(self, service: str) -> str:
        """Where a service answers, without a trailing slash."""
        given = str(getattr(self, f"{service}_url", "") or "")
        scheme = "https" if self.tls_certificate_file else "http"
        return given.rstrip("/") or f"{scheme}://{self.host}:{self.port(service)}"

    def database_url(self, service: str) -> str:
        """The service's own database; a SQLite file in the data folder unless the operator names a server."""
        given = str(getattr(self, f"{service}_database_url"))
        return given or f"sqlite:///{self.data_dir / f'{service}.db'}"

    @property
    def kafka_copies(self) -> int:
        """On how many Kafka brokers a record is kept: three, or one in a demo, unless the operator says otherwise."""
        return self.kafka_replication or (1 if self.environment == "demo" else 3)

    @property
    def kafka_copies_in_sync(self) -> int:
        """How many of them must hold a record before it is acknowledged: one may be away, unless there is only one."""
        return self.kafka_min_insync or max(1, self.kafka_copies - 1)

    @property
    def keys_path(self) -> Path:
        """The folder of key rings and of the keys of events; in production it is named by the operator."""
        return self.keys or self.data_dir / "keys"

    @property
    def checkpoints_path(self) -> Path:
        """Where signed checkpoints of the audit trail are written; best on a disk that the database has no part in."""
        return self.audit_checkpoints or self.data_dir / "audit-checkpoints.jsonl"

    @property
    def credentials_path(self) -> Path:
        """Where a demo writes its well-known clients."""
        return self.data_dir / "demo-credentials.json"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process. Raises SystemExit with a line that names each that is wrong, without its value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"TALENT_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors())
        raise SystemExit(f"设置有误 · wrong settings: {wrong} (docs/configuration.md)") from None
