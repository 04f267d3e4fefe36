"""What the tests of rebuilds share."""

import time
from dataclasses import dataclass
from typing import Any

from shared.auth import Role
from shared.contracts.facts import SIGNED_FACTS, digest_of
from tests.quota.conftest import Site
from tests.quota.verification.damaged import (
    Counted,
)

REASON = "quota 库由旧备份恢复"


@dataclass
class Rebuilding:
    """One rebuild of a quota, filled by what the registry would tell."""

    site: Site
    path: str

    @classmethod
    def begun(cls, site: Site) -> "Rebuilding":
        answer = site.ask(Role.OPERATOR, "POST", "/v1/rebuilds", {"reason": REASON})
        assert (answer.status_code, answer.json()["state"]) == (201, "filling")
        return cls(site, answer.headers["Location"])

    def ask(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """A request; a page of facts goes as the registry signed it, unless it says how itself."""
        if path == "/facts" and "signature" not in body:
            body = {"signature": signed(self.site, body.get("facts", []))} | body
        return self.site.ask(Role.OPERATOR, method, self.path + path, body)

    def filled(self, facts: list[dict[str, Any]]) -> "Rebuilding":
        for start in range(0, len(facts), 2):
            assert self.ask("/facts", {"facts": facts[start : start + 2]}).status_code == 200
        assert self.ask("/filled", {"registrations": len(facts)}).json()["state"] == "filled"
        return self

    def shown(self) -> Any:
        return self.site.get(self.path, Role.AUDITOR).json()["comparison"]

    def swapped(self) -> Any:
        answer = self.ask("/swap")
        assert answer.status_code == 200, answer.text
        return answer.json()


def signed(site: Site, page: list[dict[str, Any]], typ: str = SIGNED_FACTS, **about: Any) -> str:
    """What the registry says of a page of facts."""
    now = int(time.time())
    claims = {"iss": site.issuer.settings.issuer, "aud": SIGNED_FACTS, "iat": now, "exp": now + 3600}
    return site.issuer.signed(claims | {"sha256": digest_of(page)} | about, typ=typ)


def facts(counted: Counted) -> list[dict[str, Any]]:
    """What quota knows while it is right: what the registry tells."""
    items: list[dict[str, Any]] = counted.site.get("/v1/facts", Role.AUDITOR, params={"limit": 1000}).json()["items"]
    return items
