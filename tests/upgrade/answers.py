"""What services answer to every reading request there is, and where two such records differ."""

import json
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import ZipFile

import httpx

from tests.city import City
from tests.upgrade.story import AUDITOR, BUREAU, LEADER, OPERATOR, A, Kept, ok

KEPT_HEADERS = ("content-type", "content-disposition", "content-language", "etag")
OF_THE_MOMENT = {"known_at", "as_of", "instance"}  # when it was read how things stand, and the number of a request
# Streams, health and metrics are no records; a checkpoint is signed anew whenever it is read.
NOT_RECORDED = {"/v1/stream", "/livez", "/readyz", "/v1/audit/checkpoint"}


WHEN = re.compile(rb"<dcterms:(created|modified).*?</dcterms:\1>")  # a workbook was made


class Question(NamedTuple):
    """Who reads what, in which language."""

    by: str
    service: str
    path: str
    language: str = "zh"


class Answer(NamedTuple):
    """Status, the headers that a reader may rely on, and the bytes."""

    status: int
    headers: dict[str, str]
    body: bytes


def answer_to(city: City, question: Question) -> Answer:
    """What is answered now."""
    client = city.client(question.by, question.service)
    found = client.get(question.path, headers={"Accept-Language": question.language})
    return Answer(found.status_code, {k: v for k, v in found.headers.items() if k in KEPT_HEADERS}, found.content)


def _every(city: City, by: str, service: str, path: str) -> list[dict[str, Any]]:
    """All items of a list, page after page."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = ok(city.client(by, service).get(path, params={"limit": 200} | ({"cursor": cursor} if cursor else {})))
        items += page["items"]
        cursor = page.get("next") or ""
        if not cursor:
            return items


def _following(city: City, by: str, service: str, path: str) -> str:
    """The address of a list's second page, by the cursor that was handed out."""
    cursor = ok(city.client(by, service).get(path, params={"limit": 2}))["next"]
    return f"{path}?limit=2&cursor={cursor}"


def _of_registry(city: City) -> Iterator[Question]:
    def each(path: str, *more: str, by: str = BUREAU) -> Iterator[Question]:
        for suffix in ("", *more):
            yield Question(by, "registry", path + suffix)

    for fixed in ("/v1/reporting-units", "/v1/divisions", "/v1/townships"):
        yield from each(fixed, "?on=2019-06-30", by=LEADER)
    yield from each("/.well-known/jwks.json")
    yield from each("/v1/calendar/2018")
    yield from each("/v1/calendar/2031")
    yield from each("/v1/reorganisations", "?limit=1")
    for kind in ("assessment", "retention_check", "rectification", "term", "service"):
        yield from each(f"/v1/aftercare/due?kind={kind}")
    yield from each("/v1/programmes")
    for programme in _every(city, BUREAU, "registry", "/v1/programmes"):
        yield from each(f"/v1/programmes/{programme['code']}", by=A)
    yield from each("/v1/institutions")
    for partner in _every(city, BUREAU, "registry", "/v1/institutions"):
        yield from each(f"/v1/institutions/{partner['id']}", "", "/clients", "/bars")
    for reader in (BUREAU, A, AUDITOR, "district-donghu", "institution-b-clerk"):
        yield from each("/v1/registrations", "?limit=200", by=reader)
    yield from each(_following(city, BUREAU, "registry", "/v1/registrations"))
    registered = _every(city, BUREAU, "registry", "/v1/registrations")
    for one in registered:
        yield from each(f"/v1/registrations/{one['id']}", "", "/history", "/aftercare")
        yield Question(A, "registry", f"/v1/registrations/{one['id']}", "en")
    for ref in {one["subject_ref"]: None for one in registered if one["subject"]["kind"] == "person"}:
        yield from (Question(AUDITOR, "registry", f"/v1/people/{ref}/{about}") for about in ("documents", "history"))
    for code in {one["subject"]["uscc"]: None for one in registered if one["subject"]["kind"] == "organisation"}:
        yield from each(f"/v1/organisations/{code}")
    yield from each("/v1/duplicates")
    for case in _every(city, BUREAU, "registry", "/v1/duplicates"):
        yield from each(f"/v1/duplicates/{case['id']}")
    yield from each("/v1/facts?limit=1000", by=OPERATOR)


def _of_quota(city: City, kept: Kept) -> Iterator[Question]:
    def each(path: str, *more: str, by: str = BUREAU, language: str = "zh") -> Iterator[Question]:
        for suffix in ("", *more):
            yield Question(by, "quota", path + suffix, language)

    past = "?as_of=2019-12-31&known_at=2199-01-01T00:00:00Z"
    yield from each("/v1/progress", "?by=unit", "?unit=donghu", f"{past}&by=unit", by=LEADER, language="en")
    yield from each("/v1/overlaps")
    yield from each("/v1/nil-returns")
    yield from each("/v1/milestones?limit=200", by=LEADER)
    yield from each(_following(city, LEADER, "quota", "/v1/milestones"), by=LEADER)
    yield from each("/v1/indicators")
    for indicator in _every(city, BUREAU, "quota", "/v1/indicators"):
        yield from each(f"/v1/indicators/{indicator['id']}/values")
    yield from each("/v1/bulletins", "?edition=2018-12")
    for bulletin in kept.bulletins:
        for language in ("zh", "en"):
            files = (f"/v1/bulletins/{bulletin}.{form}" for form in ("json", "xlsx", "html", "txt"))
            yield from (Question(LEADER, "quota", file, language) for file in files)
    yield from each("/v1/adjustments?limit=200", by=AUDITOR)
    yield from each("/v1/facts?limit=1000", by=OPERATOR)
    yield from each(f"/v1/rebuilds/{kept.rebuild}", by=OPERATOR)
    yield from each(f"/v1/seats/{kept.seat}")
    yield from each("/v1/quotas?limit=200")
    for quota in _every(city, BUREAU, "quota", "/v1/quotas"):
        path = f"/v1/quotas/{quota['id']}"
        limits = quota["kind"] == "cap" or quota["comparison"] == "about"
        yield from each(path, "/registrations?limit=200", "/allocation", "/series", *(["/seats"] if limits else []))
        for one in _every(city, BUREAU, "quota", f"{path}/registrations"):
            yield from each(f"{path}/registrations/{one['registration_id']}")


def _of_notify(city: City) -> Iterator[Question]:
    for path in ("/v1/policy", "/v1/recipients", "/v1/subscriptions", "/v1/channels", "/v1/deliveries?limit=200"):
        yield Question(BUREAU, "notify", path)
    yield from (Question(by, "notify", "/v1/alerts?limit=200") for by in (LEADER, AUDITOR))
    yield Question(LEADER, "notify", _following(city, LEADER, "notify", "/v1/alerts"))
    for alert in _every(city, BUREAU, "notify", "/v1/alerts"):
        for language in ("zh", "en"):
            yield Question(BUREAU, "notify", f"/v1/alerts/{alert['id']}", language)
    for delivery in _every(city, BUREAU, "notify", "/v1/deliveries"):
        yield Question(BUREAU, "notify", f"/v1/deliveries/{delivery['id']}")


def _of_every_service(city: City) -> Iterator[Question]:
    for service in ("registry", "quota", "notify"):
        yield Question(OPERATOR, service, "/v1/flow")
        yield Question(OPERATOR, service, "/v1/dead-letters")
        for letter in _every(city, OPERATOR, service, "/v1/dead-letters"):
            yield Question(OPERATOR, service, f"/v1/dead-letters/{letter['id']}")


def recorded(city: City, kept: Kept) -> dict[Question, Answer]:
    """Every answer. A list for publication is on record as read, so that the audit trail is read after those."""
    questions = [*_of_registry(city), *_of_quota(city, kept), *_of_notify(city), *_of_every_service(city)]
    running = ok(city.client(BUREAU).get("/v1/notices"))["items"]
    lists = [f"/v1/notices/{each['programme']}/{each['first_day']}" for each in running]
    questions += [Question(BUREAU, "registry", f"{path}.{form}") for path in lists for form in ("json", "html", "txt")]
    questions += [Question(BUREAU, "registry", "/v1/notices"), Question(AUDITOR, "registry", "/v1/audit?limit=1000")]
    return {question: answer_to(city, question) for question in questions}


def unread(city: City, questions: Iterable[Question]) -> set[str]:
    """The routes that a service has for readers and that nobody of these asked."""
    read = {(each.service, each.path.partition("?")[0]) for each in questions}
    found = set()
    for service in ("registry", "quota", "notify"):
        paths = ok(httpx.get(f"{city.url(service)}/openapi.json", trust_env=False, verify=False))["paths"]
        for path in (path for path, methods in paths.items() if "get" in methods and path not in NOT_RECORDED):
            pattern = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
            if not any(of == service and pattern.fullmatch(each) for of, each in read):
                found.add(f"{service} {path}")
    return found


def differences(question: Question, before: Answer, now: Answer) -> list[str]:
    """Where an answer is not the one of before; what was added to an object is no difference."""
    at = f"{question.by} {question.service} {question.path} {question.language}"
    found = [f"{at}: {before.status} became {now.status}"] if before.status != now.status else []
    changed = {k: (v, now.headers.get(k)) for k, v in before.headers.items() if now.headers.get(k) != v}
    found += [f"{at}: {changed}"] if changed else []
    if "json" not in before.headers.get("content-type", "") or "bulletins/" in question.path:
        return found + ([f"{at}: other bytes"] if _bytes_of(before) != _bytes_of(now) else [])
    return found + [f"{at}{place}" for place in _unlike(json.loads(before.body), json.loads(now.body), "")]


def _bytes_of(answer: Answer) -> bytes | dict[str, bytes]:
    """The bytes; those of every part of a workbook, which is packed anew whenever it is read and says when."""
    if "spreadsheet" not in answer.headers["content-type"]:
        return answer.body
    with ZipFile(BytesIO(answer.body)) as book:
        return {name: WHEN.sub(b"", book.read(name)) for name in book.namelist()}


def _unlike(before: Any, now: Any, at: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        moving = OF_THE_MOMENT if before.keys() & {"silent", "unpublished", "instance"} else set()
        for name in before.keys() - moving:
            if name == "next" and name in now:  # cursors are written otherwise; where the list ends is not
                yield from _unlike(before[name] is None, now[name] is None, f"{at}/{name}")
            elif name == "of_which" and not before[name]:
                continue  # a unit sees the plain counts of its own share since
            elif name == "awaiting" and before[name] is None:
                continue  # readers see what waits for a second officer since, and not its first officer alone
            elif name in now:
                yield from _unlike(before[name], now[name], f"{at}/{name}")
            else:
                yield f"{at}/{name}: missing"
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for n, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from _unlike(one, other, f"{at}/{n}")
    elif before != now:
        yield f"{at}: {str(before)[:100]} became {str(now)[:100]}"
