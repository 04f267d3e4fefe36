"""P4: from the commit of a registration to the alert that it causes, in the leader's stream and at a receiver outside.

The policy is the city's, with a milestone at every head of one quota, so that each registration causes one alert. Of
the channels that go out to a receiver there are a webhook and e-mail; both are taken on this machine. The time begins
when the registration is answered, which is after its commit. Once on SQLite with the embedded bus, once on PostgreSQL
and Apache Kafka beside two bare hops over the same broker, in alternation.
"""

import math
import queue
import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller

from shared.vault import generate_keys
from tests.bench.hops import Hops, hops
from tests.bench.load import token_of
from tests.bench.pairs import PAIRS, Line, Target, alone, line
from tests.bench.people import newcomers
from tests.bench.serving import PACK
from tests.city import TIMEOUT, eventually, free_ports
from tests.databases import PostgresDatabases, on_postgres
from tests.process import Running, running
from tests.receivers import HttpReply, Received, receiver
from tests.servers.kafka import Broker

QUOTA = "T11"
OF_A_PAIR = 15  # registrations
EMBEDDED_MS = Target("subject", "less", 1_000)
TIMES_HOPS = Target("ratio", "less", 4)
PHASES = 0.5  # seconds; whoever looks at intervals is met at any moment of them
BETWEEN_HOPS = 0.05  # seconds; nobody looks at intervals there
SERVICES = ("registry", "quota", "notify")
WAYS = ("in the stream", "at a webhook", "at the mail server")
HOOK = {"code": "house", "kind": "webhook", "name": "house"}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

Found = dict[str, list[list[float]]]  # by way: the milliseconds of each pair


class Arrivals:
    """When alerts arrive, by the monotonic clock."""

    def __init__(self) -> None:
        self.times: queue.SimpleQueue[float] = queue.SimpleQueue()

    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802, the name is aiosmtpd's
        """A mail came."""
        self.times.put(time.perf_counter())
        return "250 OK"

    def judge(self, _: Received) -> HttpReply:
        """A post came to the webhook."""
        self.times.put(time.perf_counter())
        return 204, {}, b""

    def read(self, answer: httpx.Response) -> None:
        """Read a stream to its end; runs in a thread of its own."""
        try:
            for said in answer.iter_lines():
                if said == "event: alert":
                    self.times.put(time.perf_counter())
        except httpx.HTTPError:  # closed, as the measuring is over
            return


def policy() -> dict[str, Any]:
    """The city's, with a milestone at every head of one quota."""
    pack = PACK.model_dump(mode="json")
    (quota,) = [each for each in pack["quotas"] if each["code"] == QUOTA]
    quota |= {"amount": 100, "milestones": list(range(1, OF_A_PAIR * (PAIRS + 1)))}
    return pack


@contextmanager
def city(folder: Path, **environment: str) -> Iterator[tuple[dict[str, Running], Arrivals, Arrivals]]:
    """Registry, quota and notify with the policy in force, and what their webhook and their mail server receive."""
    generate_keys(folder / "keys", demo=True)
    posts, mails, port = Arrivals(), Arrivals(), free_ports(1)
    server = Controller(mails, hostname="127.0.0.1", port=port)
    server.start()
    environment |= {"TALENT_ENVIRONMENT": "demo", "TALENT_OUTBOUND_ALLOW": "127.0.0.0/8"}
    environment |= {"TALENT_SMTP_HOST": "127.0.0.1", "TALENT_SMTP_PORT": str(port), "TALENT_SMTP_TLS": "none"}
    served: dict[str, Running] = {}
    with ExitStack() as until_the_end:
        until_the_end.callback(server.stop)
        for name in SERVICES:
            served[name] = until_the_end.enter_context(running(name, folder, **environment))
            assert eventually(served[name].is_fit, bool), served[name].said()
            environment[f"TALENT_{name.upper()}_URL"] = served[name].url
        bureau = {"Authorization": f"Bearer {token_of(served['registry'].url, folder, 'bureau')}"}
        for each in served.values():
            put = httpx.put(f"{each.url}/v1/policy", json=policy(), headers=bureau, trust_env=False, timeout=TIMEOUT)
            put.raise_for_status()
        hook = until_the_end.enter_context(receiver())
        hook.judge = posts.judge
        lead_to(served["notify"].url, hook.url, bureau)
        yield served, posts, mails


def lead_to(notify: str, url: str, headers: dict[str, str]) -> None:
    """Connect a webhook, by which the leader hears as well."""
    (leader,) = [each.code for each in PACK.recipients if each.login == "leader"]
    with httpx.Client(base_url=notify, headers=headers, trust_env=False, timeout=TIMEOUT) as http:
        settings = {"url": url, "secret": SECRET}
        http.post("/v1/channels", json=HOOK | {"settings": settings}).raise_for_status()
        http.post("/v1/subscriptions", json={"recipient": leader, "channels": [HOOK["code"]]}).raise_for_status()


class Measuring:
    """Registers one person after the other, and waits for the alert of each."""

    def __init__(self, clerk: httpx.Client, arrivals: dict[str, Arrivals]) -> None:
        self._clerk = clerk
        self._arrivals = arrivals

    def pair(self) -> dict[str, list[float]]:
        """Milliseconds of some registrations, by the way the alert came; exactly one for each must come."""
        found: dict[str, list[float]] = {way: [] for way in self._arrivals}
        for _ in range(OF_A_PAIR):
            time.sleep(random.uniform(0, PHASES))
            committed = self.register()
            for way, arrivals in self._arrivals.items():
                found[way].append((arrivals.times.get(timeout=TIMEOUT) - committed) * 1_000)
        assert all(arrivals.times.empty() for arrivals in self._arrivals.values())
        return found

    def register(self) -> float:
        """Register the next person; when it was answered."""
        (body,) = newcomers(1)
        answer = self._clerk.post("/v1/registrations", json=body)
        answered = time.perf_counter()
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return answered


@contextmanager
def measuring(folder: Path, **environment: str) -> Iterator[Measuring]:
    """A city that listens, warmed up by a first alert."""
    with ExitStack() as until_the_end:
        served, posts, mails = until_the_end.enter_context(city(folder, **environment))
        stream, registry = Arrivals(), served["registry"].url

        def client(base: str, name: str) -> httpx.Client:
            headers = {"Authorization": f"Bearer {token_of(registry, folder, name)}"}
            made = httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=TIMEOUT)
            return until_the_end.enter_context(made)

        leader = client(served["notify"].url, "leader")
        answer = until_the_end.enter_context(leader.stream("GET", "/v1/stream"))
        threading.Thread(target=stream.read, args=(answer.raise_for_status(),), daemon=True).start()
        arrivals = dict(zip(WAYS, (stream, posts, mails), strict=True))
        measuring = Measuring(client(registry, "institution-a-clerk"), arrivals)
        measuring.register()
        for each in arrivals.values():
            each.times.get(timeout=TIMEOUT)
        yield measuring


def percentile(of: int, milliseconds: list[float]) -> float:
    """So many percent took no longer than this."""
    return sorted(milliseconds)[math.ceil(len(milliseconds) * of / 100) - 1]


def embedded(folder: Path) -> Iterator[Line]:
    """On one machine."""
    with measuring(folder) as measured:
        pairs = [measured.pair() for _ in range(PAIRS)]
    for way in WAYS:
        for of in (50, 99):
            took = [percentile(of, pair[way]) for pair in pairs]
            yield alone(f"embedded bus, SQLite: {way}, p{of}", "ms", took, EMBEDDED_MS if of == 99 else None)


def on_kafka(databases: PostgresDatabases, folder: Path) -> Iterator[Line]:
    """In a city's manner, beside two bare hops."""
    broker = Broker(folder / "kafka")
    broker.start()
    ours, theirs = [], []
    try:
        near = broker.url.removeprefix("kafka://")
        urls = on_postgres(databases, *SERVICES)
        with measuring(folder, TALENT_BUS_URL=broker.url, **urls) as measured, hops(near) as bare:
            for _ in range(PAIRS):
                ours.append(measured.pair())
                theirs.append(bare_pair(bare))
    finally:
        broker.stop()
    for way in WAYS:
        for of in (50, 99):
            took = [percentile(of, pair[way]) for pair in ours]
            reference = [percentile(of, pair) for pair in theirs]
            name = f"Kafka, PostgreSQL: {way} ÷ two bare hops, p{of}"
            yield line(name, "ms", took, reference, TIMES_HOPS if of == 99 else None)


def bare_pair(bare: Hops) -> list[float]:
    """Milliseconds of as many records over both hops."""
    found = []
    for _ in range(OF_A_PAIR):
        time.sleep(random.uniform(0, BETWEEN_HOPS))
        found.append(bare.seconds() * 1_000)
    return found


def measure(databases: PostgresDatabases, folder: Path) -> list[Line]:
    """Milliseconds from commit to alert, in both towns."""
    places = [folder / "embedded", folder / "kafka-city"]
    for place in places:
        place.mkdir()
    return [*embedded(places[0]), *on_kafka(databases, places[1])]
