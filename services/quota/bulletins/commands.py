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
from services.quota.bulletins.rules import Term, term
from services.quota.bulletins.schemas import Content, NewBulletin
from services.quota.quotas.queries import counting_takes_turns
from shared import clock
from shared.auth import Caller
from shared.contracts.quota import BulletinPublished
from shared.ids import new_id
from shared.outbox import announce
from shared.problems import InvalidBody, Refusal


@dataclass(frozen=True)
class Proposed:
    """An edition to publish; a dry run draws it up and keeps nothing."""

    body: NewBulletin
    dry_run: bool


@dataclass(frozen=True)
class Published:
    """An edition as it was published, or would be."""

    bulletin: Bulletin
    dry_run: bool


def publish(session: Session, wanted: Sequence[Proposed], caller: Caller) -> list[Published | Refusal]:
    """Publish editions (发布通报). Counting waits meanwhile: what an edition knows ends with one line of the ledger."""
    counting_takes_turns(session, deciding=True)
    return [_publish(session, each, caller) for each in wanted]


def _publish(session: Session, proposed: Proposed, caller: Caller) -> Published | Refusal:
    body, at = proposed.body, clock.now()
    today = clock.business_date(at)
    asked = term(body.edition)
    order = Order(body.kind, asked, body.number, body.issued_on or today, body.month_on_month)
    if faults := list(rules.faults(order.kind, asked, order.issued_on, today)):
        return InvalidBody(*faults)
    number = queries.last_number(session, order.kind, asked.edition) + 1
    content = draft(session, order, number, queries.before(session, order.kind, asked), at)
    if content is None:
        return NothingBegun()
    bulletin = _frozen(content, asked, last_line(session), caller, at)
    if not proposed.dry_run:
        session.add(bulletin)
        session.flush()
        announce(session, _told(bulletin, content))
    return Published(bulletin, proposed.dry_run)


def _frozen(content: Content, asked: Term, line: int, caller: Caller, at: datetime) -> Bulletin:
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
        as_of=asked.end,
        known_at=at,
        last_line=line,
        content=written,
        sha256=rules.hash_of(written),
        published_by=caller.sub,
    )


def _told(bulletin: Bulletin, content: Content) -> BulletinPublished:
    shown = ("kind", "edition", "edition_no", "number", "issued_on", "as_of", "sha256")
    return BulletinPublished(
        bulletin_id=bulletin.id,
        title=content.title.zh,
        restatements=len(content.restatements),
        **{name: getattr(bulletin, name) for name in shown},
    )
