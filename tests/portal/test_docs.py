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
    policy = {each.strip() for each in answer.headers["content-security-policy"].split(";")}
    assert {"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= policy
    folder = next(address for address in linked if "." in address).rpartition("/")[0]
    assert page.get(f"{folder}/").status_code == 404  # its files are served, and no list of them
