"""A small city that has been at work: something in every state, so that every page has something to show."""

from datetime import timedelta
from functools import partial
from typing import Any

import httpx

from shared import clock
from tests.city import TIMEOUT, City, eventually
from tests.fixtures import organisation, person
from tests.registry.imports.files import csv_of, row

STUDIOS, YOUTH, TOP = "skill-master-studios", "youth-intake", "top-talent"
STUDIO_PERIOD = "2018"
CLERK = "institution-a-clerk"
END = ("previewed", "committed")
RED = ("village-graduates", "science-commissioners")  # one for each day that is walked


def seed(city: City) -> None:
    """Registrations in the states that queues are of, milestones, alerts, bulletins, an import, accounts to approve."""
    studios = city.register(*(organisation(n, STUDIOS) for n in range(3)))
    city.recognise(studios[:2], notice=True)
    city.value(STUDIOS, 2, STUDIO_PERIOD)
    city.alerts(STUDIOS, 1)
    _queues(city)
    _bulletins(city)
    _alert_signed_for(city)
    _partners(city)
    _imports(city)
    _on_notice(city, studios[2])
    _suspected_twins(city)
    _placed(city)
    _endpoint(city)
    _red(city)


def _endpoint(city: City) -> None:
    """A system of an institution that cannot be reached."""
    body = {"url": "https://hr.example.invalid/hooks", "description": "人事系统"}
    city.client(CLERK, "notify").post("/v1/webhook-endpoints", json=body).raise_for_status()


def _red(city: City) -> None:
    """Targets begun today that are behind at once, so that posts have follow-ups to answer, and another post.

    That one subscribes to nothing: it is the leader's too, who else would hear of everything twice.
    """
    deputy = {"code": "deputy", "post_zh": "副职", "post_en": "Deputy", "login": city.credentials("leader")["login"]}
    operator = city.client("operator", "notify")
    operator.post("/v1/recipients", json=deputy).raise_for_status()
    (own,) = _items(operator.get("/v1/subscriptions", params={"recipient": deputy["code"]}))
    tag = {"If-Match": f'"{own["version"]}"'}
    operator.delete(f"/v1/subscriptions/{own['id']}", headers=tag).raise_for_status()
    today = clock.today()
    period = {"start": today.isoformat(), "end": (today + timedelta(days=1)).isoformat()}
    for n, programme in enumerate(RED):
        wanted = {"programme": programme, "kind": "goal", "amount": 1000, "period": period}
        city.client("bureau", "quota").post("/v1/quotas", json=wanted).raise_for_status()
        city.register(person(7000 + n, programme))  # whatever moves in a programme has its lamps judged
    leader = city.client("leader", "notify")
    assert len(eventually(lambda: _items(leader.get("/v1/follow-ups")), lambda all_: len(all_) == len(RED))) == len(RED)


def _items(answer: httpx.Response) -> list[Any]:
    found: list[Any] = answer.raise_for_status().json()["items"]
    return found


def _placed(city: City) -> None:
    """Somebody who works at an internship base."""
    bases = city.register(organisation(40, "internship-bases"))
    city.recognise(bases)
    body = {"base": bases[0], "subject": person(6000, YOUTH)["subject"], "started_on": "2019-01-15", "months": 3}
    answer = city.client("bureau").post("/v1/placements/batch", json={"items": [body]})
    assert answer.raise_for_status().json()["items"][0]["problem"] is None


def _on_notice(city: City, studio: str) -> None:
    """One whose notice is up, and one that is to be."""
    city.act("institution-a-reviewer", "endorse", [studio])
    city.act("district-donghu", "pass_district", [studio])
    for action in ("pass_city", "propose"):
        city.act("bureau", action, [studio])
    for officer in ("bureau", "bureau-2"):
        city.act(officer, "publish", [studio], effective_on="2018-12-05", impact_assessment_ref="PIA-2018-01")


def _suspected_twins(city: City) -> None:
    """Two people of one name and birth date."""
    one, other = person(21, YOUTH), person(9021, YOUTH)
    other["subject"]["name"] = one["subject"]["name"]
    city.register(one, other)


def _queues(city: City) -> None:
    """One of each step on the way, and those that left it."""
    ids = city.register(*(person(n, TOP, details={"talent_class": "A"}) for n in range(5)))
    city.act("institution-a-reviewer", "endorse", ids[1:])
    city.act("district-donghu", "pass_district", ids[2:])
    city.act("bureau", "return", ids[2:3], reason="学历材料缺页")
    city.act("bureau", "pass_city", ids[3:])
    city.act("bureau", "propose", ids[4:])


def _bulletins(city: City) -> None:
    """Two editions, the second of which restates the first."""
    for edition, number in (("2019-01", "洪人社通报〔2019〕2号"), ("2019-02", "洪人社通报〔2019〕3号")):
        body = {"edition": edition, "number": number, "issued_on": "2019-03-10"}
        city.client("bureau", "quota").post("/v1/bulletins", json=body).raise_for_status()


def _alert_signed_for(city: City) -> None:
    inbox = city.client("leader", "notify")
    found = eventually(lambda: inbox.get("/v1/alerts").raise_for_status().json()["items"], bool)
    inbox.post(f"/v1/alerts/{found[-1]['id']}/acknowledge", json={}).raise_for_status()


def _partners(city: City) -> None:
    """Credentials and an account that wait for an officer."""
    operator = city.client("operator")
    body = {"name": "来岸接口", "role": "institution_clerk"}
    institution = city.credentials("institution-a-clerk")["institution_id"]
    operator.post(f"/v1/institutions/{institution}/clients", json=body).raise_for_status()
    account = {"login": "zhou", "name": "测试周", "role": "leader"}
    operator.post("/v1/accounts", json=account).raise_for_status()


def _imports(city: City) -> None:
    """One that waits for its uploader with faults, and one that was entered."""
    rows = [row(n) for n in range(1, 9)]
    rows[2] |= {"填报单位": "火星区"}
    rows[5] |= {"证件号码": "36010119800101"}
    clerk = _in_person(city, CLERK)
    for dry_run in ("true", "false"):
        sent = {"file": ("六月名册.csv", csv_of(rows), "text/csv")}
        wanted = {"programme": YOUTH, "dry_run": dry_run}
        answer = clerk.post("/v1/imports", params=wanted, files=sent).raise_for_status()
        place = f"/v1/imports/{answer.json()['id']}"
        assert eventually(partial(_state_of, clerk, place), END.__contains__) in END


def _state_of(client: httpx.Client, place: str) -> str:
    return str(client.get(place).raise_for_status().json()["state"])


def _in_person(city: City, name: str) -> httpx.Client:
    """Somebody of the demo, signed in; what a person uploads is theirs and not their client's."""
    held = city.credentials(name)
    body = {"login": held["login"], "password": held["password"]}
    client = httpx.Client(base_url=city.url("registry"), trust_env=False, timeout=TIMEOUT)
    token = client.post("/v1/sessions", json=body).raise_for_status().json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client
