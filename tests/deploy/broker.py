"""The broker of docker-compose.yml without its container: by the properties that its image makes of the environment."""

from tests.deploy.compose import FILE, Drawn, environment, load, substituted
from tests.deploy.production import Production
from tests.needs import need
from tests.servers import kafka

NOT_PROPERTIES = ("KAFKA_HEAP_OPTS",)

# What this machine has in the place of what a container has.
HERE = {
    "SERVICES://:9092": "SERVICES://localhost:{port}",
    "SERVICES://kafka:9092": "SERVICES://localhost:{port}",
    "localhost:9093": "localhost:{controller}",
    "/bus/": "{folder}/",
    "/var/lib/kafka/data": "{folder}/log",
}


def properties() -> str:
    """The lines of server.properties, as KafkaDockerWrapper of the image writes them, with places to be filled in."""
    given = environment(load(FILE.read_text())["services"]["kafka"])
    lines = []
    for name, value in given.items():
        if name.startswith("KAFKA_") and name not in NOT_PROPERTIES:
            key = name.removeprefix("KAFKA_").lower().replace("_", ".").replace("...", "-").replace("..", "_")
            lines.append(f"{key}={substituted(value, Drawn())}")
    text = "\n".join(lines)
    for there, here in HERE.items():
        assert there in text
        text = text.replace(there, here)
    return text


def start_broker(production: Production) -> kafka.Broker:
    """Start it beside a production, which finds it there; its certificate is made by the command of the file."""
    need("Apache Kafka", kafka.available(), kafka.HOW)
    production.prepare("bus-certificate")
    broker = kafka.Broker(production.bus, properties=properties())
    broker.start()
    production.bus_url = f"kafka://localhost:{broker.port}"
    return broker
