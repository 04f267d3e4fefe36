"""Opening posts and handing them over, with word of it to whoever was reached before (联系方式变更)."""

from collections.abc import Sequence

from sqlmodel import Session

from services.notify.deliveries.commands.saying import say_addresses_changed
from services.notify.recipients import commands as recipients
from services.notify.recipients import queries
from services.notify.recipients.commands import HandoverRequest
from services.notify.recipients.queries import WithAddresses
from services.notify.recipients.schemas import NewRecipient
from services.notify.subscriptions import commands as subscriptions
from shared.operations import Call, Effect, operation
from shared.problems import Refusal


def _effect(shown: WithAddresses) -> Effect:
    return Effect(shown[0].code, shown[0].version)


@operation("add_recipient", roles=recipients.WRITERS, target=lambda new: new.code, effect=_effect)
def open_post(session: Session, calls: Sequence[Call[NewRecipient]]) -> list[WithAddresses | Refusal]:
    """Add posts (设岗) as `subscriptions.commands.open_post` does, and tell each that it is there.

    Raises an alert and starts its deliveries besides.
    """
    outcomes = subscriptions.open_post(session, calls)
    for outcome in outcomes:
        if not isinstance(outcome, Refusal):
            say_addresses_changed(session, outcome[0], [])
    return outcomes


@operation("hand_over_recipient", roles=recipients.WRITERS, target=lambda handover: handover.code, effect=_effect)
def hand_over(session: Session, calls: Sequence[Call[HandoverRequest]]) -> list[WithAddresses | Refusal]:
    """Hand posts over (岗位交接) as `recipients.commands.hand_over` does, and tell each whose holder or address
    changed: where it is reached now, and where it was before.

    Raises alerts and starts their deliveries besides.
    """
    codes = {call.item.code for call in calls}
    holders = {code: post.login for code, post in queries.by_code(session, codes).items()}
    reached = queries.addresses(session, codes)
    outcomes = recipients.hand_over(session, calls)
    changed = {outcome[0].code: outcome for outcome in outcomes if not isinstance(outcome, Refusal)}
    for post, addresses in changed.values():
        before = reached.get(post.code, [])
        if post.login != holders[post.code] or set(addresses) != set(before):
            say_addresses_changed(session, post, [each for each in before if each not in addresses])
    return outcomes
