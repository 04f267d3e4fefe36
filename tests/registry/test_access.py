"""Who may do what: every route of the registry for each of the demo's credentials; a route not named here fails."""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from services.registry.accounts.commands.accounts import add_account
from services.registry.registrations.models import HistoryEntry
from shared import clock
from shared.auth import Reach, Role
from shared.db import Database, insert_ignoring, insert_rows, table_of
from shared.ids import new_id
from shared.rights import Right
from shared.service_tables import dead_letter
from tests.registry.conftest import PACK_OF_NANCHANG, Registry
from tests.registry.imports.files import NAMED_COLUMNS, cancelled, remembered
from tests.registry.outcomes.access import Followed
from tests.registry.routes import NAMES, OPEN, QUERIES, TABLE
from tests.registry.subjects import organisation, organisation_code, person, resident_number
from tests.rights import answer_of, check_every_right, elsewhere, problem, rights_in

NOTHING_LIKE_IT = "0" * 64
BOUNDARY = {"old": "donghu", "new": "honggutan", "effective_on": "2020-06-28", "decision_no": "X", "reason": "核对"}
ACTS = {"institution-a-reviewer": "endorse", "district-donghu": "pass_district"}


def routes_of(routes: Iterable[Any]) -> Iterator[str]:
    for route in routes:
        if included := getattr(route, "original_router", None):
            yield from routes_of(included.routes)
        else:
            methods: set[str] = getattr(route, "methods", set())  # the mount with the files of /docs has none
            yield from (f"{method} {route.path}" for method in methods - {"HEAD"})


def test_every_route_is_classified(registry: Registry) -> None:
    found = list(routes_of(registry.http.app.routes))  # type: ignore[attr-defined]  # a Starlette application
    assert len(found) == len(set(found))
    assert set(found) == OPEN | TABLE.keys()
    documented = registry.http.get("/openapi.json").json()["paths"]
    assert {f"{method.upper()} {path}" for path, methods in documented.items() for method in methods} <= set(found)


def parked(database: Database) -> str:
    """An event that could not be taken in."""
    numbers = {"id": UUID(int=1), "partition": 0, "position": 0, "parked_at": clock.now()}
    texts = {"consumer": "registry", "topic": "talent.quota.v1", "reason": "x", "fingerprint": NOTHING_LIKE_IT}
    with database.writing() as session:
        insert_ignoring(session, dead_letter, [numbers | texts | {"body": b"{}"}], ["id"])
    return str(UUID(int=1))


def on_list(database: Database, registration_id: str) -> None:
    """An entry of a list for publication."""
    row = {"registration_id": UUID(registration_id), "version": 99, "action": "publish", "state": "on_notice"}
    row |= {"effective_on": date(2019, 9, 27), "by": "bureau", "role": "bureau_officer", "at": clock.now()}
    with database.writing() as session:
        insert_rows(session, table_of(HistoryEntry), [row | {"id": new_id()}])


def merger(of: str) -> dict[str, Any]:
    """An organisation that went into another."""
    into = {"uscc": organisation_code(9), "name": "测试单位9"}
    why = {"effective_on": "2020-06-15", "decision_no": "X", "reason": "核对"}
    return {"kind": "merger", "old_uscc": of, "successors": [into]} | why


def newcomer(database: Database) -> str:
    """An account that waits for somebody to approve it."""
    with database.writing() as session:
        return str(add_account(session, "newcomer", "赵植树", Role.LEADER, issued_by="somebody").id)


class Places:
    """An object of institution A for every address, and a body that is in order."""

    def __init__(self, registry: Registry) -> None:
        held = registry.post("institution-a-clerk", "/v1/registrations", organisation(submit=False)).json()
        self.institution = registry.credentials["institution-a-clerk"]["institution_id"]
        clients = f"/v1/institutions/{self.institution}/clients"
        client = registry.post("operator", clients, {"name": "新客户端", "role": "institution_clerk"}).json()
        mine, other = (
            registry.post("institution-a-clerk", "/v1/registrations", person(n, submit=False)).json()["subject_ref"]
            for n in (11, 12)
        )
        documents = registry.get("bureau", f"/v1/people/{mine}/documents").json()["items"]
        on_list(registry.context.database, held["id"])
        later = {"since": "2190-01-01", "until": "2190-12-31", "reason": "核对", "document_no": "X"}
        bars = f"/v1/institutions/{self.institution}/bars"
        self.later = later
        self.checked = {
            "kind": "retention_check",
            "registration_id": held["id"],
            "found_on": "2020-01-02",
            "basis": "contract",
            "result": "in_post",
        }
        self.suspected = {"one": mine, "other": other, "reason": "核对"}
        registry.post("institution-a-clerk", "/v1/registrations", organisation(2, submit=False))
        self.merged = merger(of=organisation_code(1))
        earlier = registry.post("bureau", "/v1/reorganisations", merger(of=organisation_code(2))).json()
        self.followed = Followed.of(registry)
        account = newcomer(registry.context.database)
        own = registry.post("operator", f"/v1/accounts/{account}/clients", {"name": "业务系统"})
        self.of_newcomer = own.json()["client_id"]
        self.wanted = {"subject_ref": mine, "kind": "access", "reason": "核对"}
        self.ids = {
            "code": "youth-intake",
            "year": "2019",
            "institution_id": self.institution,
            "client_id": client["client_id"],
            "account_id": account,
            "registration_id": held["id"],
            "bar_id": registry.post("bureau", bars, later).json()["id"],
            "programme": "skill-master-studios",
            "first_day": "2019-09-27",
            "form": "html",
            "dead_letter_id": parked(registry.context.database),
            "subject_ref": mine,
            "document_id": documents[0]["id"],
            "uscc": organisation_code(1),
            "reorganisation_id": earlier["id"],
            **self.followed.ids,
            "import_id": cancelled(registry),
            "wording_id": remembered(registry),
            "request_id": registry.post("bureau", "/v1/subject-requests", self.wanted).json()["id"],
            "duplicate_id": registry.post("bureau", "/v1/duplicates", self.suspected).json()["id"],
        }

    def body(self, route: str, name: str) -> Any:
        act = {"action": ACTS.get(name, "submit")}
        bodies = {
            "PUT /v1/policy": PACK_OF_NANCHANG,
            "POST /v1/institutions": {"name": "新单位", "reporting_unit": "donghu"},
            "PATCH /v1/institutions/{institution_id}": {"name": "新名称"},
            "POST /v1/institutions/{institution_id}/clients": {"name": "客户端", "role": "institution_clerk"},
            "POST /v1/accounts/{account_id}/clients": {"name": "业务系统"},
            "POST /v1/accounts": {"login": "newcomer-2", "name": "赵植树", "role": "leader"},
            "PATCH /v1/accounts/{account_id}": {"name": "钱植树"},
            "POST /v1/accounts/{account_id}/second-factor": {},
            "POST /v1/sessions/end": {"session_id": self.ids["account_id"]},
            "POST /v1/institutions/{institution_id}/bars": self.later,
            "POST /v1/institutions/{institution_id}/bars/{bar_id}/lift": {"reason": "核对"},
            "POST /v1/aftercare": {"items": [self.checked]},
            "POST /v1/people/{subject_ref}/documents": {"id_number": resident_number(13), "reason": "核对"},
            "POST /v1/people/{subject_ref}/documents/{document_id}/corrections": {
                "id_number": resident_number(14),
                "reason": "公安更正",
            },
            "POST /v1/boundary-changes": BOUNDARY,
            "PUT /v1/organisations/{uscc}/parent": {"parent_uscc": organisation_code(2)},
            "POST /v1/reorganisations": self.merged,
            "POST /v1/reorganisations/{reorganisation_id}/undo": {"reason": "核对"},
            "POST /v1/duplicates": self.suspected,
            "POST /v1/duplicates/{duplicate_id}/decision": {"decision": "same", "reason": "核对"},
            "POST /v1/duplicates/{duplicate_id}/undo": {"reason": "核对"},
            "POST /v1/subjects/{subject_ref}/restrict": {"reason": "核对"},
            "POST /v1/subjects/{subject_ref}/lift": {"reason": "核对"},
            "POST /v1/subject-requests": self.wanted,
            "POST /v1/privacy-notices": {"zh": "告知书", "en": "Notice"},
            "POST /v1/subject-requests/{request_id}/answer": {"decision": "fulfil", "reason": "核对"},
            "POST /v1/facts/announcements": {"ids": [self.ids["registration_id"]], "reason": "核对"},
            "POST /v1/registrations/{registration_id}/unmask": {"purpose": "核对申报材料"},
            "POST /v1/registrations/exports": {"purpose": "核对申报材料"},
            "POST /v1/registrations/search": {"q": "HR-1"},
            "POST /v1/programmes/{code}/check": person(),
            "PUT /v1/calendar/{year}": {"document_no": "X", "days_off": [], "days_worked": []},
            "POST /v1/dead-letters/replay": {"fingerprint": NOTHING_LIKE_IT},
            "POST /v1/dead-letters/drop": {"fingerprint": NOTHING_LIKE_IT, "reason": "已另行录入"},
            "POST /v1/registrations": person(),
            "POST /v1/registrations/batch": {"items": [person()]},
            "PATCH /v1/registrations/{registration_id}": {"township": "甲镇"},
            "POST /v1/registrations/{registration_id}/check": {"township": "甲镇"},
            "POST /v1/registrations/{registration_id}/transitions": act,
            "POST /v1/registrations/transitions": act | {"ids": [self.ids["registration_id"]]},
        }
        return (bodies | NAMED_COLUMNS | self.followed.bodies()).get(route)

    def named(self, route: str) -> dict[str, str]:
        """What an address names that is not of institution A itself."""
        of_person = {"client_id": self.of_newcomer} if "/accounts/" in route else {}
        return self.followed.named(route) | of_person

    def ask(self, registry: Registry, name: str, route: str, **other: str) -> Any:
        method, path = route.split(" ")
        return registry.ask(
            name,
            method,
            path.format(**self.ids | self.named(route) | other) + QUERIES.get(route, ""),
            self.body(route, name),
            If_Match='"99"',
        )


def sign(status: int) -> str:
    assert status not in (400, 401, 405, 422, 428), status
    assert status < 500
    return {403: "-", 404: "0"}.get(status, "+")


def test_every_credential_is_admitted_where_it_belongs_and_nowhere_else(registry: Registry) -> None:
    places = Places(registry)
    found = {route: "".join(sign(places.ask(registry, name, route).status_code) for name in NAMES) for route in TABLE}
    assert found == TABLE


def test_nobody_is_admitted_without_a_token(registry: Registry) -> None:
    places = Places(registry)
    for route in sorted(TABLE):
        method, path = route.split(" ")
        for headers in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic eDp5"}):
            answer = registry.http.request(
                method, path.format(**places.ids), json=places.body(route, "bureau"), headers=headers
            )
            assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated"), route
            assert answer.headers["www-authenticate"] == "Bearer", route


def test_what_is_open_needs_no_token(registry: Registry) -> None:
    for route in sorted(OPEN):
        method, path = route.split(" ")
        assert registry.http.request(method, path).status_code in (200, 400, 404, 422), route  # 404: no issuer


def test_every_route_admits_whom_it_names_and_nobody_else(registry: Registry) -> None:
    check_every_right(registry.http, registry.issuer, rights_in(registry.http))


ABSENT = "01890000-0000-7000-8000-000000000000"


def replaced(value: Any, named: Collection[str]) -> Any:
    """What is sent or answered, with what is absent in the place of what is institution A's."""
    return json.loads(re.sub("|".join(named), ABSENT, json.dumps(value)))


def test_what_belongs_to_another_is_as_if_absent(registry: Registry) -> None:
    """To clerks and reviewers of other institutions and officers of other districts, people and machines alike."""
    places, table = Places(registry), rights_in(registry.http)
    own = [each for each in table if each.reach is Reach.OWN and f"{each.method} {each.path}" in TABLE]
    bound = {"institution_id": registry.credentials["institution-b-clerk"]["institution_id"], "reporting_unit": "xihu"}
    for right in own:
        route = f"{right.method} {right.path}"
        ids = places.ids | places.named(route)
        path, named = right.path.format(**ids), [ids[each] for each in IDS]
        for role, token in elsewhere(registry.issuer, **bound):
            body = places.body(route, LIKE.get(role, "institution-a-clerk"))
            if not any(each in path + json.dumps(body) for each in named):
                continue  # it makes something of one's own, or lists it: see the tests beside this one
            query = QUERIES.get(route, "")
            hidden = answer_of(registry.http, right, path + query, token, body)
            absent = answer_of(registry.http, right, replaced(path, named) + query, token, replaced(body, named))
            assert hidden.status_code == absent.status_code, (route, role)
            bodies = [{**replaced(each.json(), named), "instance": None} for each in (hidden, absent)]
            assert bodies[0] == bodies[1], (route, role)
            if admitted_to_one(right, role):
                assert hidden.status_code == 404 or problem(hidden) == "person-needed", (route, role)
            headers = [{**each.headers, "x-request-id": None} for each in (hidden, absent)]
            assert headers[0] == headers[1], (route, role)


IDS = ("institution_id", "registration_id", "account_id", "fact_id", "placement_id", "bar_id")


LIKE = {Role.INSTITUTION_REVIEWER: "institution-a-reviewer", Role.DISTRICT_OFFICER: "district-donghu"}


def admitted_to_one(right: Right, role: Role) -> bool:
    """Whether a role may use a route that is about one thing, named in its address."""
    return right.admits(role) and any(f"{{{each}}}" in right.path for each in IDS)


def test_lists_and_searches_stay_within_what_one_may_see(registry: Registry) -> None:
    ref = {"external_ref": "HR-1"}
    ours = registry.post("institution-a-clerk", "/v1/registrations", organisation(1, **ref)).json()
    other = organisation(2, reporting_unit="xihu", **ref)
    theirs = registry.post("institution-b-clerk", "/v1/registrations", other).json()
    seen = {
        "institution-a-clerk": {ours["id"]},
        "institution-a-reviewer": {ours["id"]},
        "institution-b-clerk": {theirs["id"]},
        "district-donghu": {ours["id"]},
        "bureau": {ours["id"], theirs["id"]},
        "auditor": {ours["id"], theirs["id"]},
    }
    for name, expected in seen.items():
        for query in ("", "?q=HR-1", "?programme=skill-master-studios", "?state=submitted"):
            items = registry.get(name, f"/v1/registrations{query}").json()["items"]
            assert {each["id"] for each in items} == expected, (name, query)
    for query in (f"q={theirs['subject']['uscc']}", f"institution={theirs['institution_id']}"):
        assert registry.get("institution-a-clerk", f"/v1/registrations?{query}").json()["items"] == []
    (own,) = registry.get("institution-a-clerk", "/v1/institutions").json()["items"]
    assert own["id"] == ours["institution_id"]
