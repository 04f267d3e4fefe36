"""A follow-up and a link as their readers see them."""

from services.notify.alerts.models import Alert
from services.notify.alerts.rendering import body, title
from services.notify.alerts.rules import AlertFacts
from services.notify.alerts.rules.links import SignLink
from services.notify.follow_ups.queries.views import FollowUpView
from services.notify.follow_ups.rules.states import UNANSWERED
from services.notify.follow_ups.schemas import FollowUpAlertRead, FollowUpEntryRead, FollowUpRead, SignLinkRead
from services.notify.recipients.models import AlertRecipient
from shared import clock
from shared.problems import Language, Said


def follow_up_read(view: FollowUpView, language: Language) -> FollowUpRead:
    """A follow-up in the reader's language; a pause that has ended is not shown."""
    found, cause = view.record.follow_up, view.record.cause
    facts, now = AlertFacts.model_validate(cause.facts), clock.now()
    paused = found.paused_until if found.paused_until and found.paused_until > clock.today() else None
    shown = {
        "title": title(found.kind, facts, language),
        "body": body(found.kind, facts, language),
        "overdue": found.state in UNANSWERED and found.due_at is not None and found.due_at < now,
        "paused_until": paused,
        "due_by_weekends": view.by_weekends,
        "alerts": [FollowUpAlertRead.model_validate(each.model_dump()) for each in view.record.alerts],
        "history": [FollowUpEntryRead.model_validate(each.model_dump()) for each in view.record.history],
        "acts": view.acts,
        "assignable": view.assignable,
        "posts": {code: view.names[code].in_(language) for code in sorted(_posts_in(view)) if code in view.names},
    }
    return FollowUpRead.model_validate(found.model_dump() | shown)


def _posts_in(view: FollowUpView) -> set[str]:
    record = view.record
    in_history = {each.recipient for each in record.history if each.recipient}
    return {record.follow_up.owner, *view.assignable, *(each.recipient for each in record.alerts), *in_history}


def sign_link_read(link: SignLink, alert: Alert, post: AlertRecipient, language: Language) -> SignLinkRead:
    """What a link signs for."""
    facts = AlertFacts.model_validate(alert.facts)
    return SignLinkRead.model_validate(
        {
            "title": title(alert.kind, facts, language),
            "body": body(alert.kind, facts, language),
            "post": Said(post.post_zh, post.post_en).in_(language),
            "state": alert.state,
            "raised_at": alert.raised_at,
            "expires_at": link.expires_at,
        }
    )
