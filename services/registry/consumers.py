"""Events in: where places are limited, and which of them quota asks about."""

from collections.abc import Mapping

from services.registry.programmes.commands.limits import learn_caps
from services.registry.registrations.commands.seats import answer
from shared.consumer import Handler
from shared.contracts.quota import QuotaDefined, QuotaRevised, SeatOverdue
from shared.events import Event

HANDLERS: Mapping[type[Event], Handler] = {QuotaDefined: learn_caps, QuotaRevised: learn_caps, SeatOverdue: answer}
