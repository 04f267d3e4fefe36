"""A partner's system in JavaScript accepts what we sign, by the standard's package for that language."""

import json
import os
import shutil
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.notify.channels.protocol import OutgoingMessage
from services.notify.channels.webhook import EndpointChannel
from services.notify.messages.rules import event_body
from shared import clock, outbound
from shared.config import Settings
from tests.needs import need
from tests.notify.institutions import happened

FOLDER = Path(__file__).parent / "javascript"
OLD, NEW, ELSE = (f"whsec_{b64encode(bytes([n]) * 32).decode()}" for n in (1, 2, 3))


@pytest.fixture
def hears(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where it hears; it stands in Shanghai, and so does who sends."""
    there = shutil.which("node") and (FOLDER / "node_modules" / "standardwebhooks").is_dir()
    need("Node.js with the package standardwebhooks", there, "bash tests/prepare.sh")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")))
    time.tzset()
    outbound._clients.cache_clear()
    command = ["node", str(FOLDER / "receiver.js"), json.dumps({"/old": OLD, "/new": NEW, "/else": ELSE})]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ), text=True
    ) as node:
        assert node.stdout
        assert node.stdin
        yield f"http://127.0.0.1:{node.stdout.readline().strip()}"
        node.stdin.close()
    outbound._clients.cache_clear()
    monkeypatch.undo()
    time.tzset()


def test_n8_another_language_verifies_also_while_a_secret_is_replaced(hears: str) -> None:
    event = happened(township="孺子路街道😀", decision_no="洪人社字〔2019〕5号")
    message = OutgoingMessage(event.id, "institution", "", event.type, event_body(event))
    said = {
        (path, len(secrets)): EndpointChannel(hears + path, secrets).send(message).code
        for path in ("/old", "/new", "/else")
        for secrets in ([OLD], [NEW, OLD])
    }
    assert said == {
        ("/old", 1): "204", ("/old", 2): "204", ("/new", 1): "400",
        ("/new", 2): "204", ("/else", 1): "400", ("/else", 2): "400",
    }  # fmt: skip
