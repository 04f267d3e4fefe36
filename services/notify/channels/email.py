"""E-mail: to the configured SMTP server, or into files where none is configured."""

import logging
import re
import smtplib
import ssl
from contextlib import closing, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.notify.channels.protocol import Channel, Limits, OutgoingMessage, SendOutcome, SendResult, one_line
from services.notify.channels.registry import register
from shared import clock
from shared.config import Settings
from shared.fields import Line, Written
from shared.problems import Said
from shared.tls import trusting

log = logging.getLogger(__name__)

ANSWERS_WITHIN = 20  # seconds that the mail server may need for one answer
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
LINK = re.compile(r"(https?://[\w.:/?#&=%~+\[\]-]+)", re.ASCII)  # of ours: in Chinese it stands between characters
PAGE = SandboxedEnvironment(autoescape=True).from_string("""\
<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><title>{{ subject }}</title></head>
<body style="font-family: sans-serif; line-height: 1.6">
{% for paragraph in paragraphs -%}
<p>{% for line in paragraph %}{% for part in line -%}
{% if loop.index is even %}<a href="{{ part }}">{{ part }}</a>{% else %}{{ part }}{% endif %}
{%- endfor %}{% if not loop.last %}<br>{% endif %}{% endfor %}</p>
{% endfor -%}
</body>
</html>
""")


class MailSettings(BaseSettings):
    """How mail leaves the house. Without `smtp_host` it is written to files instead."""

    model_config = SettingsConfigDict(env_prefix="TALENT_", extra="ignore")

    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    mail_from: str = "talent@localhost"


class MailServer(BaseModel):
    """A mail server of its own for one channel."""

    model_config = ConfigDict(extra="forbid")

    host: Line
    port: int = Field(587, gt=0, lt=65536)
    user: Written | None = None
    password: SecretStr | None = None
    tls: Literal["none", "starttls", "tls"] = "starttls"
    sender: Written = "talent@localhost"


@register
class Email(Channel):
    """A mail (电子邮件) for each delivery, in the form of RFC 5322: plain text, and the same as a page."""

    name = "email"
    title = Said("电子邮件", "E-mail")
    limits = Limits(subject_characters=200, text_bytes=1_000_000)
    by_default = True
    signs = True
    connects_by = MailServer

    def __init__(self, settings: Settings, connected: MailServer | None = None) -> None:
        self._mail = _of_its_own(connected) if connected else MailSettings()
        self._folder = settings.data_dir / "mail"

    @classmethod
    def means(cls) -> str:
        """A mail server, or files."""
        return "smtp" if MailSettings().smtp_host else "file"

    @classmethod
    def is_address(cls, text: str) -> bool:
        """Whether a text is a plain e-mail address: one line, ASCII, no name around it."""
        return len(text) <= 254 and ADDRESS.fullmatch(text) is not None

    def send(self, message: OutgoingMessage) -> SendOutcome:
        """Hand it to the mail server, or write it to a file where none is configured."""
        if self._mail.smtp_host:
            return send_by_smtp(message, self._mail)
        return write_to_file(message, self._mail, self._folder)


def compose(message: OutgoingMessage, sender: str) -> EmailMessage:
    """The message as an e-mail. Its Message-ID is the delivery's own, so that a receiver can tell a repetition."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = message.address
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="base64")
    mail.add_alternative(page_of(message), subtype="html", cte="base64")
    return mail


def page_of(message: OutgoingMessage) -> str:
    """The same text as a page (HTML), with nothing from outside: paragraphs, lines, and links that can be clicked."""
    paragraphs = [each.splitlines() for each in message.text.strip().split("\n\n")]
    parts = [[LINK.split(line) for line in paragraph] for paragraph in paragraphs]
    return PAGE.render(subject=one_line(message.subject), paragraphs=parts)


def send_by_smtp(message: OutgoingMessage, settings: MailSettings) -> SendOutcome:
    """Hand the message to the mail server. Never raises for what the network or the server does."""
    if not Email.is_address(message.address):
        return SendOutcome(SendResult.FAILED, "bad_address")
    mail = compose(message, settings.mail_from)
    try:
        with closing(_connected(settings)) as server:
            server.send_message(mail, settings.mail_from, [message.address])
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
    except smtplib.SMTPAuthenticationError as refused:
        return SendOutcome(SendResult.RETRY, str(refused.smtp_code))  # a fault of ours, not of the message
    except smtplib.SMTPRecipientsRefused as refused:
        return reply(next(iter(refused.recipients.values()))[0])
    except smtplib.SMTPResponseException as refused:
        return reply(refused.smtp_code)
    except (smtplib.SMTPException, OSError) as broken:
        return SendOutcome(SendResult.RETRY, _what_broke(broken))
    return reply(250)


def write_to_file(message: OutgoingMessage, settings: MailSettings, folder: Path) -> SendOutcome:
    """Write the message where a person can look at it, and say so in the run output (no personal data)."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{message.id}.eml"
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(compose(message, settings.mail_from).as_bytes())
    unfinished.replace(path)
    log.info("mail for %s written: %s", one_line(message.post), one_line(message.subject))
    return SendOutcome(SendResult.DELIVERED, "file")


def reply(code: int) -> SendOutcome:
    """What an SMTP reply code means for a message (RFC 5321, 4.2.1): 2xx taken, 5xx refused for good, else later."""
    if 200 <= code < 300:
        return SendOutcome(SendResult.DELIVERED, str(code))
    return SendOutcome(SendResult.FAILED if 500 <= code < 600 else SendResult.RETRY, str(code))


def _of_its_own(server: MailServer) -> MailSettings:
    return MailSettings(
        smtp_host=server.host,
        smtp_port=server.port,
        smtp_user=server.user,
        smtp_password=server.password,
        smtp_tls=server.tls,
        mail_from=server.sender,
    )


def _connected(settings: MailSettings) -> smtplib.SMTP:
    host, port = settings.smtp_host or "", settings.smtp_port
    own_name = settings.mail_from.rpartition("@")[2]
    if settings.smtp_tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, own_name, timeout=ANSWERS_WITHIN, context=trusting(ssl.create_default_context())
        )
    else:
        server = smtplib.SMTP(host, port, own_name, timeout=ANSWERS_WITHIN)
    try:
        if settings.smtp_tls == "starttls":
            server.starttls(context=trusting(ssl.create_default_context()))
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server


def _what_broke(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "not_supported"
    return "disconnected" if isinstance(error, smtplib.SMTPServerDisconnected) else "unreachable"
