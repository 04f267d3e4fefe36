"""The bureau that runs a production: its first clients, its policy, a partner, and a goal of one."""

from typing import Any

from tests.deploy.production import Production
from tests.fixtures import person

PROGRAMME = "youth-intake"
PACK = "deploy/policy/nanchang-2018-39.toml"
Credentials = dict[str, str]


class Bureau:
    """A production whose first clients are made and whose policy is in force."""

    def __init__(self, production: Production) -> None:
        self.production = production
        self.officer = self.made("bureau_officer", "人社局经办")
        self.leader = self.made("leader", "市领导", "--client-id", "leader")
        applied = self.talent("policy", "apply", PACK)
        assert applied.returncode == 0, applied.stdout + applied.stderr
        self.clerk = self._partner()
        self._goal()

    def made(self, role: str, name: str, *more: str) -> Credentials:
        """A client that the command line of the registry's container makes."""
        words = ["python", "-m", "services.registry", "client", "--role", role, "--name", name, *more]
        done = self.production.run("registry", words)
        assert done.returncode == 0, done.stderr
        return dict(line.split() for line in done.stdout.splitlines())

    def talent(self, *words: str) -> Any:
        """`talent` in the registry's container, as the officer."""
        environment = {f"TALENT_{name.upper()}": value for name, value in self.officer.items()}
        return self.production.run("registry", ["talent", *words], **environment)

    def _partner(self) -> Credentials:
        with self.production.client("registry", self.officer) as client:
            wanted = {"name": "测试单位", "reporting_unit": "donghu"}
            institution = client.post("/v1/institutions", json=wanted).raise_for_status().json()
            new = {"name": "经办", "role": "institution_clerk"}
            answer = client.post(f"/v1/institutions/{institution['id']}/clients", json=new)
            issued: Credentials = answer.raise_for_status().json()
        path = f"/v1/institutions/{institution['id']}/clients/{issued['client_id']}/approve"
        with self.production.client("registry", self.made("bureau_officer", "人社局核准")) as client:
            client.post(path).raise_for_status()
        return issued

    def _goal(self) -> None:
        wanted = {
            "programme": PROGRAMME,
            "unit": "donghu",
            "kind": "goal",
            "comparison": "at_least",
            "amount": 1,
            "measure": "net_cumulative",
            "period": {"start": "2019-01-01", "end": "2019-12-31", "basis": "operator_set", "label": "2019"},
            "milestones": [100],
        }
        with self.production.client("quota", self.officer) as client:
            client.post("/v1/quotas", json=wanted).raise_for_status()

    def register(self, serial: int) -> None:
        """One registration that counts at once."""
        body = person(serial, PROGRAMME, fact_date="2019-07-01", details={})
        with self.production.client("registry", self.clerk) as client:
            answer = client.post("/v1/registrations", json=body)
            assert answer.status_code == 201, answer.text

    def value(self) -> int:
        """How many count in the city."""
        with self.production.client("quota", self.leader) as client:
            items = client.get("/v1/progress", params={"programme": PROGRAMME}).raise_for_status().json()["items"]
        (row,) = [item for item in items if item["unit"] == "donghu" and item["amount"] == 1]
        return int(row["value"])

    def alerts(self) -> list[str]:
        """The kinds of alerts in the leader's inbox."""
        with self.production.client("notify", self.leader) as client:
            found = client.get("/v1/alerts", params={"programme": PROGRAMME}).raise_for_status().json()["items"]
        return [alert["kind"] for alert in found]
