"""The whole of docker-compose.yml without containers: PostgreSQL with its roles, Apache Kafka, every process."""

import signal
from pathlib import Path

from tests import warm
from tests.city import eventually
from tests.deploy.broker import start_broker
from tests.deploy.bureau import Bureau
from tests.deploy.databases import OwnServer
from tests.deploy.production import Production


def test_a_registration_reaches_the_leader_and_everything_ends_in_good_order(tmp_path: Path) -> None:
    server = OwnServer()
    production = Production(tmp_path, server.url)
    broker = start_broker(production)
    try:
        with warm.by_themselves():
            production.prepare()
            production.start()
        bureau = Bureau(production)
        bureau.register(1)
        assert eventually(bureau.value, bool) == 1
        assert eventually(bureau.alerts, bool) == ["milestone_reached"]
        everything = list(production.processes)
        production.signal_to(signal.SIGTERM)
        assert production.ended() == dict.fromkeys(everything, 0), production.log.read_text()
    finally:
        production.stop()
        server.close()
        broker.stop()
