"""Twenty planted identifiers (number, name, phone), sent wherever a field takes or refuses them, and looked for."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from tests import in_clear
from tests.city import TIMEOUT, City, eventually
from tests.databases import stored
from tests.portal.test_sign_in import token_in
from tests.registry.subjects import person, resident_number
from tests.servers.kafka import records

SERVICES = ("registry", "quota", "notify")
NAMES = in_clear.NAMES[:7]
NUMBERS = tuple(resident_number(3_000 + n) for n in range(7))
PHONES = tuple(f"1540000{n:04d}" for n in range(6))
PLANTED = (*NAMES, *NUMBERS, *PHONES)
CLERK, BUREAU = "institution-a-clerk", "bureau"
WHY = {"reason": "核对"}


def _wrongly(n: int, phone: str) -> list[tuple[str, str, Any]]:
    """Requests that carry an identifier where none may stand."""
    body = person(3_000 + n, subject={"name": NAMES[n]})
    return [
        ("POST", "/v1/registrations", body | {"township": f"{NAMES[n]}{phone}"}),
        ("POST", "/v1/registrations", body | {phone: NUMBERS[n]}),
        ("POST", "/v1/registrations", body | {"details": {"education": phone}}),
        ("POST", "/v1/registrations", body | {"fact_date": NUMBERS[n]}),
        ("POST", "/v1/registrations/batch", {"items": [body | {"reporting_unit": NAMES[n]}]}),
        ("PATCH", f"/v1/registrations/{NUMBERS[n]}", body),
        ("POST", f"/v1/programmes/{NUMBERS[n]}/check", body),
    ]


def plant(city: City) -> None:
    """Register, try, refuse, merge, restrict, correct, erase, show and search, with planted values everywhere."""
    clerk, bureau, auditor = (city.client(name) for name in (CLERK, BUREAU, "auditor"))
    held = []
    for n, name in enumerate(NAMES):
        body = person(3_000 + n, "youth-intake" if n % 2 else "dual-qualified-teachers", subject={"name": name})
        clerk.post(f"/v1/programmes/{body['programme']}/check", json=body).raise_for_status()
        held.append(clerk.post("/v1/registrations", json=body).raise_for_status().json())
        assert clerk.post("/v1/registrations", json=body).status_code == 409
        for method, path, wrong in _wrongly(n, PHONES[n % len(PHONES)]):
            answer = clerk.request(method, path, json=wrong, headers={"If-Match": '"1"'})
            assert answer.status_code in (200, 404, 422), answer.text
            assert name_free(answer.text), (method, path)
    for n, phone in enumerate(PHONES):
        at = f"/v1/registrations/{held[n]['id']}"
        spoken = f"请致电{phone}，证号{NUMBERS[n]}"
        for path, wrong in (
            (f"{at}/transitions", {"action": "withdraw", "reason": spoken}),
            (f"{at}/unmask", {"purpose": "audit", "explanation": spoken}),
            (f"/v1/subjects/{held[n]['subject_ref']}/restrict", {"reason": spoken}),
        ):
            answer = bureau.post(path, json=wrong)
            assert (answer.status_code, name_free(answer.text)) == (422, True), answer.text
    assert auditor.post(f"/v1/registrations/{held[0]['id']}/unmask", json={"purpose": "核对申报材料"}).is_success
    _ask_for_erasure(city, held)
    _import(city)
    _fail_to_sign_in(city)
    _visit(city)


def _ask_for_erasure(city: City, held: list[dict[str, Any]]) -> None:
    bureau, second = city.client(BUREAU), city.client("bureau-2")
    for n, kind, more in (
        (1, "erasure", {"ground": "consent_withdrawn"}),
        (3, "restriction", {}),
        (5, "copy", {}),
    ):
        wanted = {"subject_ref": held[n]["subject_ref"], "kind": kind} | WHY
        request = bureau.post("/v1/subject-requests", json=wanted).raise_for_status().json()
        for officer in (bureau, second):
            officer.post(f"/v1/subject-requests/{request['id']}/answer", json={"decision": "fulfil"} | WHY | more)
        bureau.post(f"/v1/subject-requests/{request['id']}/disclosure")


def _import(city: City) -> None:
    """A list with its header and one without, tried and left; their names are planted, and cells of no person's too."""
    header = "姓名,证件号码,填报单位,事实发生日期,就业形式,毕业日期"
    rows = [f"{name},{number},{name},{number},{name},{number}" for name, number in zip(NAMES, NUMBERS, strict=True)]
    clerk, wanted = city.client(CLERK), {"programme": "youth-intake", "dry_run": "true"}
    for content in ("\n".join([header, *rows]), "\n".join(rows)):
        file = {"file": (f"{NAMES[0]}{PHONES[0]}.csv", content.encode())}
        path = f"/v1/imports/{clerk.post('/v1/imports', params=wanted, files=file).raise_for_status().json()['id']}"
        done = eventually(partial(_job, clerk, path), lambda job: job["state"] not in ("queued", "reading"))
        assert name_free(json.dumps(done | {"file_name": ""}, ensure_ascii=False))
        assert clerk.get(f"{path}/report.xlsx").is_success


def _job(clerk: httpx.Client, path: str) -> dict[str, Any]:
    found: dict[str, Any] = clerk.get(path).json()
    return found


def _visit(city: City) -> None:
    """The portal's pages, by whoever signs in with planted values and looks for them."""
    with httpx.Client(base_url=city.url("portal"), trust_env=False, verify=False, timeout=TIMEOUT) as browser:
        browser.headers["Accept"] = "text/html"
        for typed in (NAMES[0], NUMBERS[0], PHONES[0]):
            form = {"csrf_token": token_in(browser.get("/sign-in").text), "login": typed, "password": typed}
            refused = browser.post("/sign-in", data=form)
            assert (refused.status_code, name_free(str(refused.headers))) == (422, True)
        held = city.credentials(BUREAU)
        form = {"csrf_token": token_in(browser.get("/sign-in").text)} | {
            name: held[name] for name in ("login", "password")
        }
        assert browser.post("/sign-in", data=form).status_code == 303
        token = {"csrf_token": token_in(browser.get("/sign-in").text)}
        for typed in PLANTED:
            for path in ("/search", "/registrations"):
                answer = browser.post(path, data=token | {"q": typed})
                assert name_free(f"{answer.headers} {answer.url}"), path


def _fail_to_sign_in(city: City) -> None:
    for value in (*NAMES, *NUMBERS, *PHONES):
        body = {"login": value[:60], "password": value * 2}
        httpx.post(f"{city.url('registry')}/v1/sessions", json=body, trust_env=False, verify=False)
        httpx.post(
            f"{city.url('registry')}/oauth/token",
            data={"grant_type": "client_credentials", "client_id": value, "client_secret": value},
            trust_env=False,
            verify=False,
        )
        for service in SERVICES:
            city.client(BUREAU, service).get(f"/v1/{value}")


def name_free(text: str) -> bool:
    """Whether no planted value stands in a text."""
    return not any(value in text for value in PLANTED)


def found_anywhere(city: City, values: Sequence[str]) -> set[tuple[str, str]]:
    """Where values stand: files and their names, database pages, the bus, logs, alerts, facts, metrics."""
    places = {
        str(file.relative_to(city.folder)): file.read_bytes() for file in city.folder.rglob("*") if file.is_file()
    }
    places["names of files"] = "\n".join(places).encode()
    places["log"] = city.log().encode()
    places["topics"] = b"\x00".join(records(city.environment.get("TALENT_BUS_URL", "")))
    temporary = Path(city.environment["TMPDIR"])
    places |= {f"temporary {n}": str(file).encode() for n, file in enumerate(temporary.rglob("*"))}
    places["metrics of portal"] = httpx.get(f"{city.url('portal')}/metrics", trust_env=False, verify=False).content
    for service in SERVICES:
        places[f"database of {service}"] = stored(city.database_url(service))
        places[f"metrics of {service}"] = httpx.get(
            f"{city.url(service)}/metrics", trust_env=False, verify=False
        ).content
    lists = {
        ("registry", "operator"): ("/v1/facts?limit=200", "/v1/dead-letters"),
        ("registry", "auditor"): ("/v1/audit?limit=200", "/v1/registrations?limit=200", "/v1/duplicates"),
        ("registry", BUREAU): ("/v1/subject-requests?limit=200", "/v1/column-wordings"),
        ("quota", "leader"): ("/v1/progress", "/v1/milestones?limit=200", "/v1/bulletins"),
        ("notify", "leader"): ("/v1/alerts?limit=200",),
        ("notify", "operator"): ("/v1/deliveries?limit=200", "/v1/dead-letters"),
    }
    for (service, name), paths in lists.items():
        for path in paths:
            answer = city.client(name, service).get(path)
            assert answer.is_success, (path, answer.text)
            places[path] = answer.content
    return {
        (value, place)
        for place, held in places.items()
        for value in values
        for code in ("utf-8", "utf-16-le", "utf-16-be", "unicode-escape")
        if value.encode(code) in held
    }


def all_are_distinct() -> bool:
    """Twenty values, none within another."""
    return len({*PLANTED}) == 20 and all(sum(one in other for other in PLANTED) == 1 for one in PLANTED)
