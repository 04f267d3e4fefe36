"""Publishing a bulletin: drawn up, frozen, hashed and announced in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from services.quota.bulletins import rules
from services.quota.bulletins.errors import NothingBegun
from services.quota.bulletins.models import Bulletin
from services.quota.bulletins.queries import published as queries
from services.quota.bulletins.queries.drafting import Order, draft
from services.quota.bulletins.queries.figures import last_line
from services.quota.bulletins.rules import EditionTerm, term
from services.quota.bulletins.schemas import Content, NewBulletin
from services.quota.quotas.queries import lock_counting
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.quota import BulletinPublished
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import InvalidBody, Refusal


@dataclass(frozen=True)
class ProposedBulletin:
    """An edition to publish; a dry run draws it up and keeps nothing."""

    body: NewBulletin
    dry_run: bool


@dataclass(frozen=True)
class PublishedBulletin:
    """An edition as it was published, or would be."""

    bulletin: Bulletin
    dry_run: bool


@operation(
    "publish_bulletin",
    roles=(Role.BUREAU_OFFICER,),
    effect=lambda published: Effect(
        None if published.dry_run else published.bulletin.id, result="tried" if published.dry_run else "done"
    ),
)
def publish(session: Session, calls: Sequence[Call[ProposedBulletin]]) -> list[PublishedBulletin | Refusal]:
    """Publish editions (发布通报) of a month (YYYY-MM) or a year (YYYY) that is over; they never change.

    Locks: counting (exclusive). Counting waits meanwhile: what an edition knows ends with one line of the ledger.
    Writes: bulletin; a dry run nothing. Announces: BulletinPublished. Refuses: InvalidBody for a term that is not over
    or a date outside its time (targets.md 1.6); NothingBegun where no quota had begun by then.
    """
    lock_counting(session, exclusive=True)
    return [_publish(session, call.item, call.caller) for call in calls]


def _publish(session: Session, proposed: ProposedBulletin, caller: Caller) -> PublishedBulletin | Refusal:
    body, at = proposed.body, clock.now()
    today = clock.business_date(at)
    month_or_year = term(body.edition)
    order = Order(body.kind, month_or_year, body.number, body.issued_on or today, body.month_on_month)
    if faults := list(rules.faults(order.kind, month_or_year, order.issued_on, today)):
        return InvalidBody(*faults)
    number = queries.last_number(session, order.kind, month_or_year.edition) + 1
    content = draft(session, order, number, queries.before(session, order.kind, month_or_year), at)
    if content is None:
        return NothingBegun()
    bulletin = _frozen(content, month_or_year, last_line(session), caller, at)
    if not proposed.dry_run:
        session.add(bulletin)
        session.flush()
        announce(session, _announcement(bulletin, content))
    return PublishedBulletin(bulletin, proposed.dry_run)


def _frozen(content: Content, month_or_year: EditionTerm, line: int, caller: Caller, at: datetime) -> Bulletin:
    written = rules.canonical(content.model_dump(mode="json"))
    return Bulletin(
        id=new_id(),
        kind=content.kind,
        edition=content.edition,
        edition_no=content.edition_no,
        title_zh=content.title.zh,
        title_en=content.title.en,
        number=content.number,
        issued_on=content.issued_on,
        as_of=month_or_year.end,
        known_at=at,
        last_line=line,
        content=written,
        sha256=rules.hash_of(written),
        published_by=caller.actor,
    )


def _announcement(bulletin: Bulletin, content: Content) -> BulletinPublished:
    shown = ("kind", "edition", "edition_no", "number", "issued_on", "as_of", "sha256")
    return BulletinPublished(
        bulletin_id=bulletin.id,
        title=content.title.zh,
        restatements=len(content.restatements),
        **{name: getattr(bulletin, name) for name in shown},
    )
