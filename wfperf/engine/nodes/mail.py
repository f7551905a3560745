"""EMAIL: messages handed in to a mail server by SMTP."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING, Annotated, Any
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field

from wfperf.engine.errors import NodeDataError
from wfperf.engine.nodes.base import Blocking, NodeCall, NodeType, Outcome
from wfperf.engine.nodes.data import OneResult

if TYPE_CHECKING:
    from smtplib import SMTP

    from wfperf.engine.outside import MailServer
    from wfperf.engine.workflow import Workflow


class EmailData(OneResult):
    """To whom, what it is about, and what it says; all texts to fill."""

    to: list[str] = Field(min_length=1)
    cc: list[str] = Field(default_factory=list)
    bcc: list[str] = Field(default_factory=list)
    reply_to: str | None = None
    subject: str
    text: str
    html: str | None = None
    timeout_s: Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)] = 10


class EmailNode(NodeType[EmailData]):
    """EMAIL `to`, `cc`, `bcc`, `reply_to`, `subject`, `text`, `html`, `timeout_s`, `into`: sends one message.

    It writes the message's id, who was accepted, and whom the server refused, and why.
    """

    data = (EmailData,)

    def __init__(self, engine: Workflow) -> None:
        super().__init__(engine)
        self.server = engine.mail

    def execute(self, call: NodeCall[EmailData]) -> Outcome:
        """Compose the message; hand it in where blocking is allowed."""
        server = self.server
        if server is None:
            raise NodeDataError("EMAIL needs a mail server; give Workflow(mail=...) or wfperf run --smtp")
        message, recipients = _composed(call, server)
        into, timeout_s = call.into, call.data.timeout_s
        return Blocking(lambda: {into: _hand_in(server, message, recipients, timeout_s)})


def _composed(call: NodeCall[EmailData], server: MailServer) -> tuple[EmailMessage, list[str]]:
    data, message = call.data, EmailMessage()
    to, cc, bcc = (_addresses(call, field, getattr(data, field)) for field in ("to", "cc", "bcc"))
    message_id = uuid5(NAMESPACE_URL, f"wfperf:{call.run.process_guid}:{call.run.guid}:{call.node.guid}")
    headers = {
        "From": server.sender,
        "To": ", ".join(to),
        "Cc": ", ".join(cc),
        "Reply-To": ", ".join(_addresses(call, "reply_to", [data.reply_to] if data.reply_to else [])),
        "Subject": _one_line("subject", call.text(data.subject)),
        "Date": format_datetime(call.engine.clock.now()),
        "Message-ID": f"<{message_id}@wfperf>",
    }
    for name, value in headers.items():
        if value:
            message[name] = value
    message.set_content(call.text(data.text))
    if data.html is not None:
        message.add_alternative(call.text(data.html), subtype="html")
    return message, [parseaddr(each)[1] for each in (*to, *cc, *bcc)]


def _addresses(call: NodeCall[EmailData], field: str, templates: Sequence[str]) -> list[str]:
    filled = [_one_line(field, call.text(template)) for template in templates]
    for address in filled:
        local, at, domain = parseaddr(address)[1].rpartition("@")
        if not (local and at and domain) or "," in address:
            raise NodeDataError(f"NodeData field {field!r} must hold one address each, not {address!r}")
    return filled


def _one_line(field: str, text: str) -> str:
    """Return a text that goes into a header; a line break in it could bring headers of its own."""
    if len(text.splitlines()) > 1 or text != text.strip("\r\n"):
        raise NodeDataError(f"NodeData field {field!r} must be one line, not {text!r}")
    return text


def _hand_in(server: MailServer, message: EmailMessage, recipients: list[str], timeout_s: float) -> dict[str, Any]:
    import smtplib  # noqa: PLC0415 - only workflows that send mail pay for it

    try:
        with _connected(server, timeout_s) as connection:
            refused = connection.send_message(message, server.sender, recipients)
    except smtplib.SMTPRecipientsRefused as error:
        told = "; ".join(f"{address}: {_reply(*reply)}" for address, reply in error.recipients.items())
        raise NodeDataError(f"the mail server refused every recipient: {told}") from error
    except smtplib.SMTPResponseException as error:
        raise NodeDataError(
            f"the mail server {server.shown} refused: {_reply(error.smtp_code, error.smtp_error)}"
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        reason = str(error) or type(error).__name__
        raise NodeDataError(f"cannot reach the mail server {server.shown}: {reason}") from error
    return {
        "message_id": message["Message-ID"],
        "accepted": [each for each in dict.fromkeys(recipients) if each not in refused],
        "refused": {address: _reply(*reply) for address, reply in refused.items()},
    }


def _connected(server: MailServer, timeout_s: float) -> SMTP:
    import smtplib  # noqa: PLC0415 - only workflows that send mail pay for it
    import ssl  # noqa: PLC0415 - as above

    if server.security == "tls":
        context = ssl.create_default_context()
        connection: SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout_s, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=timeout_s)
    try:
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _reply(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
