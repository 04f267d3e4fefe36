import re

import httpx
import pytest


@pytest.mark.parametrize("path", ["/docs"])
def test_the_page_of_routes_asks_no_foreign_server(page: httpx.Client, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 200
    linked = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert linked
    for address in linked:
        assert address.startswith("/"), address
        assert page.get(address).status_code == 200
    assert "'self'" in answer.headers["content-security-policy"]
