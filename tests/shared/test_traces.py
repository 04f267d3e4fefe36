"""A trace leads from a request to the delivery that comes of it, whether or not anybody records its spans."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlmodel import select

from services.notify.deliveries.models import Delivery
from services.registry.registrations.commands.registering import register
from services.registry.registrations.schemas import NewRegistration
from shared.auth import Caller, Role
from shared.events import glimpse
from shared.ids import new_id
from shared.runner import Job
from shared.service_tables import outbox
from shared.spans import OtelRecorder
from shared.traces import Here, Hop, here, of_request, passing, record_spans, stop_recording
from tests.chain import Chain
from tests.databases import SQLiteDatabases
from tests.registry.conftest import person

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
FROM_OUTSIDE = f"00-{TRACE}-{SPAN}-01"


@pytest.fixture(scope="module")
def databases(sqlite_databases: SQLiteDatabases) -> SQLiteDatabases:
    """What is carried does not depend on where it is kept."""
    return sqlite_databases


@pytest.fixture
def recorded() -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    record_spans(OtelRecorder("toy", "test", SimpleSpanProcessor(kept)))
    yield kept
    stop_recording()


def of_trace(spans: tuple[ReadableSpan, ...], trace: str) -> list[ReadableSpan]:
    found = [each for each in spans if f"{each.context.trace_id:032x}" == trace]
    return sorted(found, key=lambda each: each.start_time or 0)


def test_a_trace_of_one_registration_shows_all_hops(chain: Chain, recorded: InMemorySpanExporter) -> None:
    with chain.serving() as registry:
        answer = registry.register()
    assert answer.status_code == 201, answer.text
    chain.go()
    spans = of_trace(recorded.get_finished_spans(), answer.headers["x-request-id"].replace("-", ""))
    names = [each.name for each in spans]
    assert names[:3] == ["POST /v1/registrations", "commit register", "publish talent.registry.v1"]
    then = ["publish talent.quota.v1", "process quota.milestone.reached.v1", "send email"]
    assert [name for name in dict.fromkeys(names) if name in then] == then
    assert "process registry.registration.recognised.v1" in names
    ids = {each.context.span_id for each in spans}
    assert [each.name for each in spans if each.parent is None] == ["POST /v1/registrations"]
    assert all(each.parent.span_id in ids for each in spans if each.parent)
    said = repr([(each.name, dict(each.attributes or {}), each.status.description) for each in spans])
    assert "赵植树" not in said
    assert "360101199001010011" not in said


def stored_places(chain: Chain, service: str) -> list[str]:
    """The traces of what a service announced, in order."""
    with chain.links[service].context.database.reading() as session:
        bodies = session.execute(select(outbox.c.body).order_by(outbox.c.id)).scalars().all()
    return [place for body in bodies if (place := glimpse(body).traceparent)]


def test_without_spans_the_trace_of_whoever_asks_goes_all_the_way(chain: Chain) -> None:
    with chain.serving() as registry:
        body = person()
        assert registry.post("institution-a-clerk", "/v1/registrations", body, traceparent=FROM_OUTSIDE).is_success
    chain.go()
    assert set(stored_places(chain, "registry")) == {FROM_OUTSIDE}
    assert FROM_OUTSIDE in stored_places(chain, "quota")
    with chain.links["notify"].context.database.reading() as session:
        assert set(session.exec(select(Delivery.traceparent))) == {FROM_OUTSIDE}


def test_what_is_committed_together_keeps_traces_apart(chain: Chain) -> None:
    caller = Caller("institution-a-clerk", Role.BUREAU_OFFICER, person="clerk")
    places = [f"00-{n:032x}-{n:016x}-00" for n in (1, 2)]
    numbers = ("360101199001010011", "360101199001010038")
    jobs = [
        Job(register, caller, [NewRegistration.model_validate(person(id_number=number))], list, came_from=Here(place))
        for place, number in zip(places, numbers, strict=True)
    ]
    chain.links["registry"].context.runner(None).execute(jobs)
    assert sorted(stored_places(chain, "registry")) == places


def test_several_traces_together_are_linked_to_one_of_their_own(recorded: InMemorySpanExporter) -> None:
    places = [f"00-{n:032x}-{n:016x}-01" for n in (1, 2)]
    with passing("consumer", [Hop("one", Here(place)) for place in places]):
        own = here().trace
    together = recorded.get_finished_spans()[-1]
    assert own == f"{together.context.trace_id:032x}"
    assert sorted(link.context.trace_id for link in together.links) == [1, 2]


def request_drawing(share: float) -> UUID:
    """The id of a request that is among that share of all."""
    return UUID(int=new_id().int >> 32 << 32 | int(share * 2**32))


def test_a_share_of_traces_is_recorded_each_whole_or_not_at_all() -> None:
    kept = InMemorySpanExporter()
    record_spans(OtelRecorder("toy", "test", SimpleSpanProcessor(kept), share=0.25))
    flags = {}
    for drawn in (0.2, 0.3):
        with passing("server", [Hop("request", of_request(request_drawing(drawn), None))]):
            with passing("internal", [Hop("commit", here())]):
                flags[drawn] = str(here().traceparent)[-2:]
            assert here().trace == UUID(here().request or "").hex
    stop_recording()
    assert [each.name for each in kept.get_finished_spans()] == ["commit", "request"]
    assert flags == {0.2: "01", 0.3: "00"}


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_whoever_sends_a_trace_decides_whether_it_is_recorded(share: float) -> None:
    kept = InMemorySpanExporter()
    record_spans(OtelRecorder("toy", "test", SimpleSpanProcessor(kept), share=share))
    for wanted in ("00", "01"):
        with passing("server", [Hop(wanted, Here(FROM_OUTSIDE[:-2] + wanted))]):
            assert str(here().traceparent)[-2:] == wanted
    stop_recording()
    assert [each.name for each in kept.get_finished_spans()] == ["01"]


def test_of_several_traces_together_one_that_is_recorded_is_enough(recorded: InMemorySpanExporter) -> None:
    for flags in (["00", "00"], ["00", "01"]):
        places = [f"00-{n:032x}-{n:016x}-{wanted}" for n, wanted in enumerate(flags, start=1)]
        with passing(
            "consumer", [Hop(f"of {wanted}", Here(place)) for wanted, place in zip(flags, places, strict=True)]
        ):
            pass
    assert [each.name for each in recorded.get_finished_spans()] == ["of 01", "2 together"]


def test_a_span_says_which_error_ended_it_and_nothing_of_what_it_said(recorded: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="secret"), passing("internal", [Hop("work", Here())]):
        raise ValueError("secret")
    (span,) = recorded.get_finished_spans()
    assert (span.status.description, span.events) == ("ValueError", ())
    assert "secret" not in span.to_json()


def test_a_request_that_nobody_traced_begins_a_trace_with_its_own_id() -> None:
    request = new_id()
    assert of_request(request, None).trace == request.hex
    assert of_request(request, FROM_OUTSIDE).trace == TRACE
    for broken in ("", FROM_OUTSIDE + "z", FROM_OUTSIDE.upper(), f"00-{'0' * 32}-{SPAN}-01", f"01{FROM_OUTSIDE[2:]}"):
        assert of_request(request, broken).trace == request.hex
