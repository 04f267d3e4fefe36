"""Planted identifiers in the portal's forms and addresses, and in a file of rows, most of which are refused."""

from collections.abc import Sequence

import httpx

from tests.city import City, eventually
from tests.portal.test_sign_in import token_in
from tests.registry.imports.files import csv_of, row

CLERK = "institution-a-clerk"


def bring_in(city: City, names: Sequence[str], numbers: Sequence[str], phones: Sequence[str]) -> None:
    """Import a file of them, called by one: rows in order, rows with a value in the wrong cell, all but one refused."""
    rows = [row(n, 姓名=name, 证件号码=number) for n, (name, number) in enumerate(zip(names, numbers, strict=True))]
    rows += [row(50 + n, 姓名=phone, 填报单位=phone, 毕业日期=numbers[n]) for n, phone in enumerate(phones)]
    file = {"file": (f"{names[0]}{numbers[0]}.csv", csv_of(rows), "text/csv")}
    clerk = city.client(CLERK)
    job = clerk.post("/v1/imports?programme=youth-intake", files=file).raise_for_status().json()
    path = f"/v1/imports/{job['id']}"
    read = eventually(lambda: clerk.get(path).json(), lambda found: found["state"] in ("previewed", "failed"))
    assert read["rows"]["read"] == len(rows), read
    sheet = clerk.get(f"{path}/report.xlsx").raise_for_status()
    assert sheet.content.startswith(b"PK")


def type_in(city: City, values: Sequence[str], name: str) -> None:
    """Sign in wrongly and rightly, search, look up and send forms in the portal, with planted values in every place."""
    held = city.credentials("bureau")
    with httpx.Client(base_url=city.url("portal"), trust_env=False, timeout=180, follow_redirects=True) as browser:
        browser.headers["Accept"] = "text/html"
        token = {"csrf_token": token_in(browser.get("/sign-in").text)}
        browser.post("/sign-in", data=token | {"login": values[0], "password": values[-1]})
        known = {"login": held["login"], "password": held["password"]}
        browser.post("/sign-in", data=token | known).raise_for_status()
        token["csrf_token"] = token_in(browser.get("/sign-in").text)
        for value in values:
            browser.get("/search", params={"q": value})
            browser.get(f"/registrations/{value}")
            browser.post("/registrations", data=token | {"q": value})
        wrong = {
            "programme": "youth-intake",
            "subject.name": name,
            "subject.id_number": values[-1],
            "township": values[0],
        }
        assert browser.post("/registrations/new", data=token | wrong).status_code == 422
