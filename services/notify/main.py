"""The notify service in one expression."""

from services.notify.alerts.api import router as alerts
from services.notify.connections.api import router as connections
from services.notify.connections.models import Connection
from services.notify.consumers import HANDLERS
from services.notify.deliveries.api import router as deliveries
from services.notify.deliveries.commands import forget_events, say_calendars_are_missing
from services.notify.deliveries.queries import oldest_wait
from services.notify.deliveries.workers import senders
from services.notify.follow_ups.api.alerts import router as acts_on_alerts
from services.notify.follow_ups.api.follow_ups import router as follow_ups
from services.notify.follow_ups.api.links import router as sign_links
from services.notify.follow_ups.workers import climber
from services.notify.messages.api import router as messages
from services.notify.policy.api import router as policy
from services.notify.policy.queries import document_numbers
from services.notify.recipients.api import router as recipients
from services.notify.subscriptions.api import router as subscriptions
from services.notify.subscriptions.models import WebhookEndpoint
from services.notify.tables import NotifyTable
from shared.db import table_of
from shared.metrics import Gauge
from shared.problems import Said
from shared.resealing import SealedColumn
from shared.self_checks import age_gauge, duration
from shared.service import Service
from shared.trail import record_from_outside
from shared.trail import router as trail

service = Service(
    name="notify",
    title=Said("提醒与投递", "Alerts and deliveries"),
    routers=[
        policy,
        recipients,
        subscriptions,
        messages,
        alerts,
        connections,
        deliveries,
        follow_ups,
        acts_on_alerts,
        sign_links,
        trail,
    ],
    metadata=NotifyTable.metadata,
    document_numbers=document_numbers,
    handlers=HANDLERS,
    asks_who_stands=True,
    workers={"send": senders, "escalate": climber},
    hourly=[forget_events, say_calendars_are_missing],
    prompt={"send"},
    sealed=[
        SealedColumn(table_of(Connection), "settings", "channel|{code}"),
        SealedColumn(table_of(WebhookEndpoint), "settings", "endpoint|{id}"),
    ],
    sealing={"send"},
    gauges=[
        Gauge("deliveries_oldest_seconds", "How long the delivery due longest has waited", oldest_wait),
        Gauge("self_check_seconds", "How long the newest self-check took from beginning to delivery", duration),
        age_gauge(delivered=True),
    ],
    record=record_from_outside,
)
