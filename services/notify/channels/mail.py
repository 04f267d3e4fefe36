"""E-mail: to the configured SMTP server, or into files where none is configured."""

import logging
import smtplib
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.notify.channels.rules import Letter, Outcome, Result, is_address, one_line, reply
from shared import clock

log = logging.getLogger(__name__)

Send = Callable[[Letter], Outcome]

PATIENCE = 20  # seconds for one answer of the mail server


class MailSettings(BaseSettings):
    """How mail leaves the house, and where its links lead. Without `smtp_host` letters are written to files instead."""

    model_config = SettingsConfigDict(env_prefix="TALENT_", extra="ignore")

    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    mail_from: str = "talent@localhost"
    portal_url: str = ""  # as readers reach it; empty: where the portal runs


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The letter as a message. Its Message-ID is the delivery's own, so that a receiver can tell a repetition."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.address
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter.delivery_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="base64")
    return message


def send_by_smtp(letter: Letter, settings: MailSettings) -> Outcome:
    """Hand the letter to the mail server. Never raises for what the network or the server does."""
    if not is_address(letter.address):
        return Outcome(Result.FAILED, "bad_address")
    message = compose(letter, settings.mail_from)
    try:
        with closing(_connected(settings)) as server:
            server.send_message(message, settings.mail_from, [letter.address])
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
    except smtplib.SMTPAuthenticationError as refused:
        return Outcome(Result.RETRY, str(refused.smtp_code))  # a fault of ours, not of the letter
    except smtplib.SMTPRecipientsRefused as refused:
        return reply(next(iter(refused.recipients.values()))[0])
    except smtplib.SMTPResponseException as refused:
        return reply(refused.smtp_code)
    except (smtplib.SMTPException, OSError) as broken:
        return Outcome(Result.RETRY, _what_broke(broken))
    return reply(250)


def write_to_file(letter: Letter, settings: MailSettings, folder: Path) -> Outcome:
    """Write the letter where a person can look at it, and say so in the run output (no personal data)."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{letter.delivery_id}.eml"
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(compose(letter, settings.mail_from).as_bytes())
    unfinished.replace(path)
    log.info("mail for %s written: %s", one_line(letter.post), one_line(letter.subject))
    return Outcome(Result.DELIVERED, "file")


def sender(settings: MailSettings, data_dir: Path) -> Send:
    """The way mail goes under these settings."""
    if settings.smtp_host:
        return lambda letter: send_by_smtp(letter, settings)
    return lambda letter: write_to_file(letter, settings, data_dir / "mail")


def _connected(settings: MailSettings) -> smtplib.SMTP:
    host, port = settings.smtp_host or "", settings.smtp_port
    own_name = settings.mail_from.rpartition("@")[2]
    if settings.smtp_tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, own_name, timeout=PATIENCE, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, own_name, timeout=PATIENCE)
    try:
        if settings.smtp_tls == "starttls":
            server.starttls(context=ssl.create_default_context())
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
