"""A real mail server on this machine, for tests: what it was handed, over TLS or not, and how it may fail."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword


@dataclass
class Office:
    """What a server took, and what it does: it takes ``most`` mails and then breaks off, and refuses some addresses."""

    most: int = 1000
    refused: frozenset[str] = frozenset()
    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, as Python's parser reads it."""
        return [parsed(data) for _, data in self.taken]

    async def handle_RCPT(  # noqa: N802 (aiosmtpd names it)
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append((list(envelope.rcpt_tos), content))
        if len(self.taken) > self.most:
            server.transport.abort()
        return "250 OK"


@contextmanager
def office(
    authority: trustme.CA | None = None, password: str = "", most: int = 1000, refused: frozenset[str] = frozenset()
) -> Iterator[Office]:
    """A server that listens while the block runs: over TLS where it is certified, with a password where one is set."""
    handler, more = Office(most, refused), {}
    if authority:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        more |= {"tls_context": context, "require_starttls": True}
    if password:

        def known(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            right = isinstance(data, LoginPassword) and data.password == password.encode()
            return AuthResult(success=right, handled=right)

        more |= {"authenticator": known, "auth_required": True, "auth_require_tls": bool(authority)}
    handler.port = _free()
    server = Controller(handler, hostname="127.0.0.1", port=handler.port, **more)
    server.start()
    try:
        yield handler
    finally:
        server.stop()


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def parsed(data: bytes) -> EmailMessage:
    """A mail or a draft."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message
