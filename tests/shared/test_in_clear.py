import logging
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest

from tests.fixtures import resident_number
from tests.in_clear import heard, refuse_in

NUMBER = resident_number(1)


@pytest.mark.parametrize("said", [f"saw {NUMBER}", f"{{'id_number': '{NUMBER}'}}", f"/v1/people/{NUMBER}?x"])
def test_a_number_that_is_logged_is_heard_and_not_repeated(said: str) -> None:
    logging.getLogger("services.somewhere").error("%s", said)
    with pytest.raises(AssertionError, match=r"services\.somewhere") as refused:
        heard.refuse()
    assert NUMBER not in str(refused.value)
    heard.refuse()


@pytest.mark.parametrize("clients", [httpx, httpx2])
@pytest.mark.parametrize(("kind", "is_heard"), [("application/problem+json", True), ("text/html", False)])
def test_a_problem_that_repeats_a_number_is_heard(clients: Any, kind: str, is_heard: bool) -> None:
    headers = {"Content-Type": kind}
    answers = clients.MockTransport(lambda request: clients.Response(422, text=f"not found: {NUMBER}", headers=headers))
    with clients.Client(transport=answers) as client:
        client.get("http://registry/")
    with pytest.raises(AssertionError, match="422 to GET") if is_heard else nullcontext():
        heard.refuse()


def test_what_is_no_persons_number_may_be_said() -> None:
    logging.getLogger("services.somewhere").error("%s %s", f"7{NUMBER}", NUMBER[:-1])
    heard.refuse()


@pytest.mark.parametrize("name", ["a.db", f"{NUMBER}.csv"])
def test_a_number_in_a_file_or_its_name_is_found(tmp_path: Path, name: str) -> None:
    refuse_in([tmp_path, tmp_path / "none"])
    (tmp_path / name).write_bytes(b"\x00" + (NUMBER if name == "a.db" else "").encode() + b"\x00")
    with pytest.raises(AssertionError, match="in clear"):
        refuse_in(tmp_path.rglob("*"))
