"""A new post, with what it hears by its duty."""

from collections.abc import Sequence

from sqlmodel import Session

from services.notify.recipients import commands as recipients
from services.notify.recipients.queries import WithAddresses
from services.notify.recipients.rules import PostDuty
from services.notify.recipients.schemas import NewRecipient
from services.notify.subscriptions.commands.subscribing import default
from services.notify.subscriptions.rules import DAILY
from shared.operations import Call
from shared.problems import Refusal


def open_post(session: Session, calls: Sequence[Call[NewRecipient]]) -> list[WithAddresses | Refusal]:
    """Add posts (设岗), each with the subscription that its duty brings (按岗位职责默认订阅), to be changed or ended.

    A leader hears of all within reach at once; the bureau too, by mail in a digest each working day; an operator of the
    system alone, for which nobody subscribes.
    Writes recipients, addresses and subscriptions. Refuses as `recipients.commands.add` does.
    """
    outcomes = recipients.add(session, calls)
    for outcome in outcomes:
        if not isinstance(outcome, Refusal) and outcome[0].duty != PostDuty.OPERATOR:
            post = outcome[0]
            session.add(default(post.code, DAILY if post.duty == PostDuty.BUREAU else None))
    session.flush()
    return outcomes
