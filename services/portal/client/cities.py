"""The cities that a province looks at together (各市): where each answers, and the client that it issued for that.

A city gives a client of its own, in the role of a leader: it reads figures, in which nobody is named, and ends when the
city withdraws it.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import httpx
from pydantic import BaseModel, ConfigDict, HttpUrl, SecretStr, ValidationError

from services.portal.client.memory import PolicyMemory
from services.portal.client.services import Services
from services.portal.client.tokens import ClientTokens
from shared.config import Settings
from shared.problems import Language, Said

OPEN_TO_OTHERS = 0o077


class BadCities(ValueError):
    """The file that TALENT_CITIES names cannot be used; it says which city and field, and what to do."""


class JoinedCity(BaseModel):
    """One city of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name_zh: str
    name_en: str
    registry_url: HttpUrl
    quota_url: HttpUrl
    portal_url: HttpUrl
    client_id: str
    client_secret: SecretStr

    @property
    def name(self) -> Said:
        """What it is called."""
        return Said(self.name_zh, self.name_en)


class Reached(NamedTuple):
    """A city with what asks its services."""

    city: JoinedCity
    settings: Settings
    tokens: ClientTokens
    memory: PolicyMemory


class Cities:
    """The cities by their codes, and what asks each of them."""

    def __init__(self, joined: Mapping[str, JoinedCity], settings: Settings, web: httpx.AsyncClient) -> None:
        self._web = web
        self.reached = {code: _reached(city, settings, web) for code, city in joined.items()}

    def services(self, code: str, language: Language) -> Services:
        """The services of one city, asked by the client that it issued."""
        _, settings, tokens, memory = self.reached[code]
        return Services(settings, self._web, tokens, language, self._web, memory)


def read_cities(path: Path | None) -> Mapping[str, JoinedCity]:
    """The cities of a TOML file, a table each under its code; none without a file. Raises BadCities."""
    if path is None:
        return {}
    try:
        if path.stat().st_mode & OPEN_TO_OTHERS:
            raise BadCities(f"{path} 含有密钥，请执行 chmod 600 · holds secrets: chmod 600 it")
        tables = tomllib.loads(path.read_text("utf-8"))
        return {code: JoinedCity.model_validate(table) for code, table in tables.items()}
    except tomllib.TOMLDecodeError as error:  # which names a place, a key or a character, and no value
        said = f"{path} 不是TOML，或某市重复 · is no TOML, or has a city twice (TALENT_CITIES): {error}"
        raise BadCities(said) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadCities(f"{path} 读不出来 · cannot be read (TALENT_CITIES): {type(error).__name__}") from None
    except ValidationError as error:
        fields = ", ".join(sorted({str(fault["loc"][0]) if fault["loc"] else "?" for fault in error.errors()}))
        raise BadCities(f"{path} 中这些项不对 · these are wrong (TALENT_CITIES): {fields}") from None


def _reached(city: JoinedCity, settings: Settings, web: httpx.AsyncClient) -> Reached:
    own = {
        "registry_url": str(city.registry_url),
        "quota_url": str(city.quota_url),
        "portal_client_id": city.client_id,
        "portal_client_secret": city.client_secret.get_secret_value(),
    }
    there = settings.model_copy(update=own)
    return Reached(city, there, ClientTokens(there, web), PolicyMemory())
