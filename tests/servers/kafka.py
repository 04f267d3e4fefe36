"""A real Apache Kafka on this machine: one KRaft node whose files Maven fetches once into a cache.

`python -m tests.servers.kafka` runs one for developers until Ctrl-C.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from shared.bus.kafka.certificate import make_certificate
from tests.in_clear import is_in

POM = Path(__file__).with_name("kafka.pom.xml")
JAVA = ["java", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
JAVA += ["-Dorg.slf4j.simpleLogger.defaultLogLevel=error"]
CLUSTER = "dGFsZW50LXJlZ2lzdHJ5MA"  # any 16 bytes, as base64
HOW = "install a Java 17 runtime and Maven (Debian: openjdk-17-jre-headless maven), or set TALENT_TEST_KAFKA=host:port"
STARTS_WITHIN = 180.0  # seconds, far more than it takes

PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},SASL_SSL://127.0.0.1:{secure},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_SSL://127.0.0.1:{secure}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
listener.name.sasl_ssl.ssl.keystore.type=PEM
listener.name.sasl_ssl.ssl.keystore.location={folder}/server/server.pem
listener.name.sasl_ssl.plain.sasl.jaas.config=\
  org.apache.kafka.common.security.plain.PlainLoginModule required user_talent="open" user_stranger="open";
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
  org.apache.kafka.common.security.scram.ScramLoginModule required;
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:talent
log.dirs={folder}/log
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.enable=false
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=200
"""


def named() -> str | None:
    """The broker that TALENT_TEST_KAFKA names, as in TALENT_BUS_URL; its topics and groups `talent.*` are removed."""
    server = os.environ.get("TALENT_TEST_KAFKA")
    return f"kafka://{server}" if server else None


def available() -> bool:
    """Whether this machine can run a broker."""
    return bool(shutil.which("java") and shutil.which("mvn"))


def records(url: str) -> Iterator[bytes]:
    """Keys, values and headers of everything on a broker; nothing where there is none."""
    if not url:
        return
    consumer = KafkaConsumer(bootstrap_servers=url.removeprefix("kafka://"), consumer_timeout_ms=STARTS_WITHIN * 1000)
    parts = [TopicPartition(t, n) for t in consumer.topics() for n in consumer.partitions_for_topic(t) or ()]
    ends = consumer.end_offsets(parts) if parts else {}
    if parts:
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
    while any(consumer.position(part) < end for part, end in ends.items()):
        for found in consumer.poll(1000).values():
            yield from (repr((each.key, each.headers)).encode() + (each.value or b"") for each in found)
    consumer.close()


def refuse_in_topics(url: str) -> None:
    """Fail where a topic holds something planted; what is on a disk there is pressed together."""
    assert not any(map(is_in, records(url))), "a person's number, name or telephone stands in clear in a topic"


def wipe(url: str) -> None:
    """Remove the product's topics and groups, so that the next city finds a fresh bus."""
    refuse_in_topics(url)
    admin = KafkaAdminClient(bootstrap_servers=url.removeprefix("kafka://"))
    topics = [name for name in admin.list_topics() if name.startswith("talent.")]
    groups = [group["group_id"] for group in admin.list_groups() if group["group_id"].startswith("talent.")]
    if topics:
        admin.delete_topics(topics)
    if groups:
        admin.delete_groups(groups)
    admin.close()


def jars() -> Path:
    """The folder of the broker's files; Maven fetches them the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "talent-registry"
    folder = cache / f"kafka-{sha256(POM.read_bytes()).hexdigest()[:12]}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests that run side by side fetch once
        if not folder.is_dir():
            _fetch(cache).replace(folder)  # whole or not at all
    return folder


def _fetch(cache: Path) -> Path:
    fetched = Path(tempfile.mkdtemp(dir=cache))
    command = ["mvn", "--quiet", "--batch-mode", "--file", str(POM), "dependency:copy-dependencies"]
    fetching = subprocess.run([*command, f"-DoutputDirectory={fetched}"], capture_output=True, text=True, check=False)
    if fetching.returncode:
        raise RuntimeError(f"Maven could not fetch Apache Kafka: {fetching.stdout[-2000:]}{fetching.stderr[-2000:]}")
    return fetched


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Broker:
    """One broker; it keeps its ports and its records over `stop` and `start`.

    On its secure port `talent` may do everything and `stranger` nothing; both have the password `open`.
    """

    def __init__(self, folder: Path, port: int | None = None, properties: str = PROPERTIES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port, self.secure_port = port or free_port(), free_port()
        self.properties = folder / "server.properties"
        ports = {"port": self.port, "secure": self.secure_port, "controller": free_port()}
        self.properties.write_text(properties.format(folder=folder, **ports))
        make_certificate(folder, ["127.0.0.1"])
        self._java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(self.properties)).wait()

    @property
    def authority(self) -> Path:
        """What clients of the secure port trust."""
        return self.folder / "public" / "ca.pem"

    @property
    def url(self) -> str:
        """What TALENT_BUS_URL names."""
        return f"kafka://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it takes connections."""
        self.process = self._java("kafka.Kafka", str(self.properties))
        until = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"Apache Kafka did not start: {self.log()[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop in good order."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def kill(self) -> None:
        """Stop as a power cut does."""
        self.process.kill()
        self.process.wait()

    def log(self) -> str:
        """What it had to say."""
        return (self.folder / "broker.log").read_text()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _java(self, main: str, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self.folder / "broker.log").open("ab") as log:
            command = [*JAVA, "-cp", f"{jars()}/*", main, *arguments]
            return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder)


def main() -> None:
    """Serve a developer: one broker on port 9092 (or another that is free), with its records in the cache."""
    with socket.socket() as probe:
        port = 9092 if probe.connect_ex(("127.0.0.1", 9092)) else free_port()
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder), port)
        broker.start()
        print(f"Apache Kafka: TALENT_BUS_URL={broker.url}", flush=True)
        try:
            broker.process.wait()
        except KeyboardInterrupt:
            broker.stop()


if __name__ == "__main__":
    main()
