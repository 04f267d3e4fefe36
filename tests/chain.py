"""The whole way in this process: registry, quota and notify over one embedded bus, moved on by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.notify.deliveries.workers import senders
from services.notify.main import service as notify
from services.notify.policy import commands as notify_policy
from services.quota.main import service as quota
from services.quota.policy.commands import applying as quota_policy
from services.registry.accounts.commands.first_clients import prepare_clients
from services.registry.main import service as registry
from services.registry.programmes.commands import applying as programmes
from shared.auth import Caller, Role
from shared.consumer import Consumer
from shared.contracts.policy import PolicyPack
from shared.contracts.published import PUBLISHED
from shared.event_keys import event_signer, trusted_keys
from shared.operations import Call
from shared.relay import Relay
from shared.service import Context, Service
from tests.conftest import Migrated
from tests.registry.conftest import PACK_OF_NANCHANG, Registry, serving

BUREAU = Caller("bureau", Role.BUREAU_OFFICER, person="bureau")
FEW = 4  # an amount of which each registration is a quarter, and so a milestone


def small_pack() -> PolicyPack:
    """The policy of Nanchang, with few of everything."""
    quotas = [each | {"amount": FEW} for each in PACK_OF_NANCHANG["quotas"] if each["amount"]]
    return PolicyPack.model_validate(PACK_OF_NANCHANG | {"quotas": quotas})


class Link:
    """One service: its relay, and its consumer where it reads anything."""

    def __init__(self, service: Service, context: Context) -> None:
        self.context = context
        self.relay = Relay(context.database, context.bus, event_signer(context.settings, service.name))
        subscription = context.bus.subscribe(service.name, service.topics)
        trusted = trusted_keys(context.settings)
        self.consumer = Consumer(service.name, context.database, subscription, service.handlers, PUBLISHED, trusted)

    def close(self) -> None:
        self.consumer.close()
        self.context.close()


class Chain:
    """The three services, and the registry over HTTP."""

    def __init__(self, migrated: Migrated) -> None:
        for each in (registry, quota, notify):
            migrated(each.name)
        contexts = {each.name: Context.of(each.name) for each in (registry, quota, notify)}
        prepare_clients(contexts["registry"])
        _apply(contexts)
        self.links = {each.name: Link(each, contexts[each.name]) for each in (registry, quota, notify)}
        self._senders = senders(contexts["notify"])

    @contextmanager
    def serving(self) -> Iterator[Registry]:
        """The registry over HTTP."""
        with serving(self.links["registry"].context) as http:
            yield http

    def relay(self, service: str) -> int:
        return self.links[service].relay.run_once()

    def consume(self, service: str) -> int:
        return self.links[service].consumer.run_once(0)

    def send(self) -> None:
        for sender in self._senders:
            sender()

    def go(self) -> None:
        """Carry everything to its end."""
        while sum(self.relay(name) + self.consume(name) for name in self.links):
            pass
        self.send()

    def close(self) -> None:
        for link in self.links.values():
            link.close()


def _apply(contexts: dict[str, Context]) -> None:
    pack = small_pack()
    acts: dict[str, tuple[Any, Any]] = {
        "registry": (programmes.apply, programmes.Applying(pack, False)),
        "quota": (quota_policy.apply, quota_policy.ProposedPack(pack, False)),
        "notify": (notify_policy.apply, notify_policy.PackProposal(pack, dry_run=False)),
    }
    for name, (act, item) in acts.items():
        with contexts[name].database.writing() as session:
            act(session, [Call(item, BUREAU)])
