"""What happens to endpoints and channels at the same time, and what is heard late."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest
from sqlmodel import Session, col, select

from services.notify.consumers import follow_institutions
from services.notify.deliveries.workers import send_beside, send_by_connected
from services.notify.subscriptions.commands import endpoints
from services.notify.subscriptions.commands.endpoints import EndpointChangeRequest
from services.notify.subscriptions.errors import InstitutionInactive, TooManyEndpoints
from services.notify.subscriptions.models import WebhookEndpoint
from services.notify.subscriptions.queries import opened_endpoint
from services.notify.subscriptions.rules import MOST_ENDPOINTS
from services.notify.subscriptions.schemas import EndpointChange, NewEndpoint
from shared.auth import Caller, Role
from shared.contracts.institution import InstitutionDeactivated, InstitutionReactivated
from shared.db import Database
from shared.operations import Call
from shared.service import Context
from shared.versions import Versions
from tests.at_once import waiting
from tests.city import eventually
from tests.notify.institutions import A, arrive, happened, partner, send_all
from tests.receivers import HttpReply, Received
from tests.rights import Issuer

CLERK = Caller("machine", Role.INSTITUTION_CLERK, A)
ON, OFF = EndpointChange(enabled=True), EndpointChange(enabled=False)
Act = Callable[[Session], Any]
As = Callable[..., dict[str, str]]


def add(session: Session) -> Any:
    """The institution adds an endpoint."""
    return endpoints.add(session, [Call(NewEndpoint(url="https://hooks.example.org/x"), CLERK)])[0]


def switch(session: Session, to: EndpointChange = ON) -> Any:
    """The institution switches on what endpoint it has."""
    endpoint_id = session.exec(select(WebhookEndpoint.id)).one()
    return endpoints.change(session, [Call(EndpointChangeRequest(endpoint_id, Versions(None), to), CLERK)])[0]


def deactivate(session: Session, version: int = 2) -> None:
    """The registry's word that the institution takes part no longer."""
    follow_institutions(session, [InstitutionDeactivated(institution_id=A, version=version)])


def reactivate(session: Session, version: int = 3) -> None:
    """The registry's word that it does again."""
    follow_institutions(session, [InstitutionReactivated(institution_id=A, version=version)])


def beside(city: Database, first: Act, second: Act) -> tuple[Any, Any]:
    """What two acts came to, the second begun when the first was done and not committed."""

    def alone() -> Any:
        with city.writing() as session:
            return second(session)

    with ThreadPoolExecutor(1) as thread:
        with city.writing() as session:
            came_to = first(session)
            running = thread.submit(alone)
            if not city.is_sqlite:  # there, who writes first keeps the other from beginning
                assert eventually(lambda: running.done() or waiting(city) == 1, bool)
        return came_to, running.result()


def on_and_off(city: Database) -> list[tuple[bool, str | None]]:
    """Of each endpoint, whether it is on, and why it is off."""
    with city.reading() as session:
        kept = session.exec(select(WebhookEndpoint).order_by(col(WebhookEndpoint.id)))
        return [(each.enabled, each.disabled_code) for each in kept]


@pytest.mark.parametrize("act", [add, switch])
def test_who_is_deactivated_at_that_moment_has_no_endpoint_that_is_on(city: Database, act: Act) -> None:
    with city.writing() as session:
        if act is switch:
            add(session)
            switch(session, OFF)
    beside(city, act, deactivate)
    assert on_and_off(city) == [(False, endpoints.INACTIVE)]
    with city.writing() as session:
        reactivate(session)
    _, refused = beside(city, partial(deactivate, version=4), act)
    assert isinstance(refused, InstitutionInactive)
    assert on_and_off(city) == [(False, endpoints.INACTIVE)]


def test_two_added_at_once_are_not_more_than_may_be(city: Database) -> None:
    with city.writing() as session:
        for _ in range(MOST_ENDPOINTS - 1):
            add(session)
    added, refused = beside(city, add, add)
    assert added.endpoint.enabled
    assert isinstance(refused, TooManyEndpoints)


def test_what_is_heard_late_or_twice_undoes_nothing_newer(city: Database) -> None:
    """As when an event that could not be understood is replayed."""
    for happens, version, inactive in (
        (deactivate, 2, True),
        (reactivate, 3, False),
        (deactivate, 2, False),
        (deactivate, 6, True),
        (reactivate, 5, True),
        (deactivate, 6, True),
        (reactivate, 7, False),
    ):
        with city.writing() as session:
            happens(session, version)
            assert isinstance(add(session), InstitutionInactive) is inactive, (happens, version)


@pytest.mark.parametrize("how", ["deactivated", "removed", "led elsewhere"])
def test_a_sender_that_opened_an_endpoint_before_sends_nothing_after(
    client: httpx.Client, issuer: Issuer, city: Database, how: str
) -> None:
    with partner(client, issuer, A) as ours:
        path = f"/{ours.endpoint()['id']}"
        arrive(city, happened())
        with city.reading() as session:
            endpoint = session.exec(select(WebhookEndpoint)).one()
            opened = {endpoint.channel: opened_endpoint(endpoint)}
        if how == "deactivated":
            with city.writing() as session:
                deactivate(session)
        elif how == "removed":
            assert ours.ask("DELETE", path).status_code == 204
        else:
            assert ours.ask("PATCH", path, json={"url": "https://hooks.example.org/x"}).status_code == 200
        assert send_beside(city, opened, "", {}) == 0
        assert ours.hears.received == []


def test_what_the_address_of_before_answers_switches_nothing_off(
    client: httpx.Client, issuer: Issuer, city: Database, context: Context, as_: As
) -> None:
    """Endpoint and robot are led elsewhere while a last message is on its way to where nobody takes it any more."""
    me = as_("o", Role.OPERATOR) | {"If-Match": "*"}
    with partner(client, issuer, A) as ours:
        endpoint, robot = f"/{ours.endpoint()['id']}", {"settings": {"url": f"{ours.hears.url}/robot"}}
        client.post("/v1/channels", headers=me, json={"code": "hall", "kind": "wecom", "name": "群"} | robot)
        elsewhere = {"url": ours.hears.url}, {"settings": {"url": f"{ours.hears.url}/other"}}

        def gone(received: Received) -> HttpReply:
            if "webhook-id" in received.headers:
                assert ours.ask("PATCH", endpoint, json=elsewhere[0]).status_code == 200
                return 410, {}, b""
            assert client.patch("/v1/channels/hall", headers=me, json=elsewhere[1]).status_code == 200
            return 200, {}, b'{"errcode":93000,"errmsg":"invalid webhook url"}'

        ours.hears.judge = gone
        arrive(city, happened())
        tested = client.post("/v1/channels/hall/test", headers=me, json={"recipient": "city-leader"})
        assert tested.status_code == 202, tested.text
        send_all(context)
        while send_by_connected(context, "", {}):
            pass
        assert ours.ask("GET", endpoint).json()["enabled"]
        assert client.get("/v1/channels/hall", headers=me).json()["broken"] is None
