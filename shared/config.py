"""Settings from the environment (prefix TALENT_); one object per process."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict

PORTS = {"portal": 0, "registry": 1, "quota": 2, "notify": 3}


class Settings(BaseSettings):
    """What an operator may set. A `demo` makes its own keys and well-known credentials; production refuses both."""

    model_config = SettingsConfigDict(env_prefix="TALENT_", env_file=None)

    environment: Literal["demo", "production"] = "production"
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port_base: int = 8000
    bus_url: str = "embedded:"
    time_zone: str = "Asia/Shanghai"
    demo: bool = True

    registry_database_url: str = ""
    quota_database_url: str = ""
    notify_database_url: str = ""

    registry_url: str = ""
    quota_url: str = ""
    notify_url: str = ""

    keys_file: Path | None = None
    issuer: str = "talent-registry"
    audience: str = "talent"
    token_minutes: int = 15

    portal_client_id: str = ""
    portal_client_secret: str = ""

    def port(self, service: str) -> int:
        """The port of a service: portal, registry, quota and notify follow one another from `port_base`."""
        return self.port_base + PORTS[service]

    def url(self, service: str) -> str:
        """Where a service answers, without a trailing slash."""
        given = str(getattr(self, f"{service}_url", "") or "")
        return given.rstrip("/") or f"http://{self.host}:{self.port(service)}"

    def database_url(self, service: str) -> str:
        """The service's own database; a SQLite file in the data folder unless the operator names a server."""
        given = str(getattr(self, f"{service}_database_url"))
        return given or f"sqlite:///{self.data_dir / f'{service}.db'}"

    @property
    def keys_path(self) -> Path:
        """The file of keys; in production it is named by the operator."""
        return self.keys_file or self.data_dir / "keys.json"

    @property
    def credentials_path(self) -> Path:
        """Where a demo writes its well-known clients."""
        return self.data_dir / "demo-credentials.json"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
