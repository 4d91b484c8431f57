"""The council's mail server, as the environment names it, in; drafts handed over to it out, or why not."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address

import click

from riskbook.cli.files import Refusal

_PORTS = {"starttls": 587, "ssl": 465, "none": 25}
_PATIENCE = 30.0
"""Seconds without a word from the server."""


class NotTakenError(Exception):
    """The server said that it does not take a mail, and why."""


class BrokenError(Exception):
    """The connection broke while a mail was handed over: nobody knows whether it was taken."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over, and as whom; ``tls`` is "starttls", "ssl" or "none"."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def server() -> Server:
    """The server that RISKBOOK_SMTP_HOST, _PORT, _TLS, _USER and _PASSWORD name; a missing password is asked for.

    Raises:
        Refusal: none is named, something of it is wrong, or a password would be sent for all to read.
    """
    host, port, tls, user = (_said(name) for name in ("HOST", "PORT", "TLS", "USER"))
    if not host:
        raise Refusal("no mail server is named: set RISKBOOK_SMTP_HOST (and _PORT, _TLS, _USER) as your IT says.")
    tls = tls.lower() or "starttls"
    if tls not in _PORTS:
        raise Refusal(f"RISKBOOK_SMTP_TLS is “{tls}”; set it to one of {', '.join(_PORTS)}.")
    port = port or str(_PORTS[tls])
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 1 << 16):
        raise Refusal(f"RISKBOOK_SMTP_PORT is “{port}”; set it to a number, like {_PORTS[tls]}.")
    if user and tls == "none" and not _is_here(host):
        raise Refusal("RISKBOOK_SMTP_TLS is none, so the password would be sent for all to read; set it to starttls.")
    return Server(host, int(port), tls, user, _password(user) if user else "")


@contextmanager
def connected(to: Server) -> Iterator[smtplib.SMTP]:
    """A connection over which drafts can be handed over.

    Raises:
        Refusal: there is no such server, it cannot be trusted, or it does not let the user in.
    """
    try:
        connection = _opened(to)
    except (OSError, smtplib.SMTPException) as error:
        raise Refusal(f"the mail server {to} cannot be used: {_words(error)}. Nothing was sent.") from error
    try:
        yield connection
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()


def is_there(connection: smtplib.SMTP) -> bool:
    """Whether the server still listens."""
    try:
        return connection.noop()[0] == _FINE
    except (OSError, smtplib.SMTPException):
        return False


def hand_over(connection: smtplib.SMTP, draft: bytes, name: str, when: datetime) -> str:
    """Send a draft to everybody that it is addressed to, under a name of its own; whom the server refused, if some.

    Raises:
        NotTakenError: the server does not take it for anybody.
        BrokenError: it was not said whether it was taken.
    """
    message = message_from_bytes(draft, policy=SMTP)
    del message["X-Unsent"]
    message["Date"] = format_datetime(when)
    message["Message-ID"] = f"<{name}@{str(message['From']).rpartition('@')[2]}>"
    try:
        return ", ".join(connection.send_message(message))
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        raise NotTakenError(_words(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise BrokenError(_words(error)) from error


_FINE = 250


def _said(name: str) -> str:
    return os.environ.get(f"RISKBOOK_SMTP_{name}", "").strip()


def _password(user: str) -> str:
    if password := os.environ.get("RISKBOOK_SMTP_PASSWORD"):
        return password
    typed: str = click.prompt(f"Password of {user} at the mail server", hide_input=True, err=True)
    return typed


def _is_here(host: str) -> bool:
    """Whether a server is this machine, so that nobody listens between."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _opened(to: Server) -> smtplib.SMTP:
    trusting = ssl.create_default_context()
    if to.tls == "ssl":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, timeout=_PATIENCE, context=trusting)
    else:
        connection = smtplib.SMTP(to.host, to.port, timeout=_PATIENCE)
    try:
        if to.tls == "starttls":
            connection.starttls(context=trusting)
        if to.user:
            connection.login(to.user, to.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _words(error: Exception) -> str:
    """What a server, or the way to it, said."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{who}: {_decoded(said)}" for who, (_, said) in error.recipients.items())
    if isinstance(error, smtplib.SMTPResponseException):
        return _decoded(error.smtp_error)
    return " ".join(str(error).split()) or type(error).__name__


def _decoded(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split()).rstrip(".")
