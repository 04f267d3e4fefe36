"""Suspected duplicates as an institution sees them: its own registrations alone, by name."""

import httpx

from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in

OWN, GONE = "01a221cd-54f3-75bc-ad17-94fa6aa951d1", "01a221cd-54f3-75bc-ad17-94fa6aa951d2"


def test_a_clerk_knows_the_registrations_again_by_name_and_programme(page: httpx.Client, city: City) -> None:
    city.role = "institution_clerk"
    sign_in(page)
    city.answers["/v1/duplicates"] = [{"id": OWN, "registrations": [OWN, GONE]}]
    city.answers[f"/v1/registrations/{OWN}"] = {"programme": "top-talent", "subject": {"name": "赵**"}}
    html = page.get("/duplicates").text
    shown = Read(html).text
    assert ("赵**：国内外顶尖人才和国家级领军人才" in shown, OWN in shown) == (True, False)
    assert (f'href="/registrations/{OWN}"' in html, GONE in shown) == (True, True)  # one that is away has its number
