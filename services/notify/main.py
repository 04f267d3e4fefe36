"""The notify service in one expression."""

from services.notify.alerts.api import router as alerts
from services.notify.connections.api import router as connections
from services.notify.connections.models import Connection
from services.notify.consumers import HANDLERS
from services.notify.deliveries.api import router as deliveries
from services.notify.deliveries.queries import oldest_wait
from services.notify.deliveries.workers import senders
from services.notify.messages.api import router as messages
from services.notify.policy.api import router as policy
from services.notify.policy.queries import document_numbers
from services.notify.recipients.api import router as recipients
from services.notify.subscriptions.api import router as subscriptions
from services.notify.tables import NotifyTable
from shared.db import table_of
from shared.metrics import Gauge
from shared.problems import Said
from shared.resealing import SealedColumn
from shared.service import Service

service = Service(
    name="notify",
    title=Said("提醒与投递", "Alerts and deliveries"),
    routers=[policy, recipients, subscriptions, messages, alerts, connections, deliveries],
    metadata=NotifyTable.metadata,
    document_numbers=document_numbers,
    handlers=HANDLERS,
    workers={"send": senders},
    prompt={"send"},
    sealed=[SealedColumn(table_of(Connection), "settings", "channel|{code}")],
    sealing={"send"},
    gauges=[Gauge("deliveries_oldest_seconds", "How long the delivery due longest has waited", oldest_wait)],
)
