"""EMAIL: messages handed in to a mail server by SMTP."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.header import Header, decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP as AS_SENT
from email.utils import format_datetime, formataddr, getaddresses, parseaddr
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any
from unicodedata import category
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import OneResult
from wfperf.engine.host import Host
from wfperf.engine.nodes.base import Blocking, NodeCall, NodeType, Outcome
from wfperf.engine.outside import MailServer

if TYPE_CHECKING:
    from smtplib import SMTP


_Address = tuple[str, str]
"""A name, which may be empty, and the address itself."""

_AS_WRITTEN = AS_SENT.clone(refold_source="none")
"""Headers go onto the wire as they are written here: what `email` folds anew it may change (3.11.7 does)."""

_SENDER = "the mail server's sender"

_OF_CONTENT = frozenset({"Content-Type", "Content-Transfer-Encoding", "MIME-Version"})
"""Headers that the content brings, of whose text nothing is in them."""

_LONGEST_LINE, _LONGEST_WORD = 76, 60

_ATOM = r"""[^\s()<>\[\]:;@\\,".]+"""

_PLAIN_ADDRESS = re.compile(
    rf"""(?:{_ATOM}(?:\.+{_ATOM})*|"(?:[^"\\]|\\.)+")(?:@(?:{_ATOM}(?:\.{_ATOM})*|\[[^\s\[\]\\]+\]))?"""
)
"""A local part, which may stand in quotes, and a domain or the address of a machine (RFC 5322, 3.4.1).

Dots may follow one another before the @, as they do in addresses that exist. Only a sender may go without a domain.
"""

_NEVER_IN_AN_ADDRESS = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of characters: control characters, halves of others, and what breaks lines."""


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

    def __init__(self, engine: Host) -> None:
        super().__init__(engine)
        self.server = engine.mail

    def execute(self, call: NodeCall[EmailData]) -> Outcome:
        """Compose the message; hand it in where blocking is allowed."""
        server = self.server
        if server is None:
            raise NodeDataError("EMAIL needs a mail server; give Workflow(mail=...) or wfperf run --smtp")
        letter = _composed(call, server)
        into, timeout_s = call.into, call.data.timeout_s
        return Blocking(lambda: {into: _hand_in(server, letter, timeout_s)})


@dataclass(frozen=True, slots=True)
class _Letter:
    """A message as it goes onto the wire, and whom its envelope names.

    Args:
        wire: all of it, as it is sent.
        message_id: its id.
        recipients: the addresses that it is handed in for.
        is_international: whether an address is not ASCII, which a server must be able to take.
    """

    wire: bytes
    message_id: str
    recipients: list[str]
    is_international: bool


@dataclass(frozen=True, slots=True)
class _Meant:
    """A header: the field of NodeData that it comes from, what it says, and how that is written."""

    field: str
    says: str | list[_Address]
    written: str


def _composed(call: NodeCall[EmailData], server: MailServer) -> _Letter:
    data, message = call.data, EmailMessage(_AS_WRITTEN)
    to, cc, bcc = (_addresses(call, field, getattr(data, field)) for field in ("to", "cc", "bcc"))
    reply_to = _addresses(call, "reply_to", [data.reply_to] if data.reply_to else [])
    subject = _one_line("subject", call.text(data.subject))
    message_id = f"<{uuid5(NAMESPACE_URL, f'wfperf:{call.run.process_guid}:{call.run.guid}:{call.node.guid}')}@wfperf>"
    date = format_datetime(call.engine.clock.now())
    headers = {
        "From": _addressed(_SENDER, [_sendable(_SENDER, parseaddr(server.sender))]),
        "To": _addressed("to", to),
        "Cc": _addressed("cc", cc),
        "Reply-To": _addressed("reply_to", reply_to),
        "Subject": _subject(subject),
        "Date": _Meant("the clock", date, date),
        "Message-ID": _Meant("the run's guid", message_id, message_id),
    }
    headers = {name: meant for name, meant in headers.items() if meant.says}
    for name, meant in headers.items():
        message.set_raw(name, meant.written)  # set otherwise, encoded words are decoded and the text folded anew
    with _naming("text"):
        message.set_content(call.text(data.text))
    if data.html is not None:
        with _naming("html"):
            message.add_alternative(call.text(data.html), subtype="html")
    recipients = [address for _, address in (*to, *cc, *bcc)]
    is_international = not "".join([server.sender, *recipients, *(address for _, address in reply_to)]).isascii()
    wire = message.as_bytes(policy=_AS_WRITTEN.clone(utf8=is_international))
    _check(wire, headers)
    return _Letter(wire, message_id, recipients, is_international)


def _check(wire: bytes, headers: Mapping[str, _Meant]) -> None:
    """Make sure that a receiver reads the headers that were meant, and no others.

    Raises:
        NodeDataError: it would read something else; names the field that brings it.
    """
    read = BytesHeaderParser(policy=_AS_WRITTEN).parsebytes(wire)
    found = [(name, value) for name, value in read.raw_items() if name not in _OF_CONTENT]
    for (name, meant), received in zip_longest(headers.items(), found[: len(headers)]):
        try:
            is_meant = received is not None and received[0] == name and _said(str(received[1]), meant) == meant.says
        except (ValueError, LookupError, MessageError) as error:  # no encoded word, in no charset, or no UTF-8 at all
            raise _altered(meant) from error
        if not is_meant:
            raise _altered(meant)
    if len(found) != len(headers):
        raise _altered(meant)


def _said(raw: str, meant: _Meant) -> str | list[_Address]:
    value = raw.encode("ascii", "surrogateescape").decode()  # the parser keeps what is not ASCII as surrogates
    if isinstance(meant.says, str):
        return _decoded(value)
    # A receiver may decode an address too, though none should.
    return [(_decoded(name), _decoded(address)) for name, address in getaddresses([value])]


def _decoded(value: str) -> str:
    # Not as the policy's own header classes do it: they put spaces between the encoded words of a name (3.11.7).
    return str(make_header(decode_header("".join(value.splitlines()))))


def _altered(meant: _Meant) -> NodeDataError:
    shown = meant.says if isinstance(meant.says, str) else ", ".join(f"{name} <{of}>" for name, of in meant.says)
    return NodeDataError(
        f"NodeData field {meant.field!r} would be read as something else than what it says, {shown!r}; leave out "
        "what is no plain text"
    )


def _addressed(field: str, addresses: list[_Address]) -> _Meant:
    with _naming(field):
        each = [f"{_encoded('', name, quoted=True)} <{address}>" if name else address for name, address in addresses]
    return _Meant(field, addresses, ",\r\n ".join(each))


def _subject(text: str) -> _Meant:
    with _naming("subject"):
        return _Meant("subject", text, _encoded("Subject", text))


@contextmanager
def _naming(field: str) -> Iterator[None]:
    """Have what `email` cannot write down be an error that names the field: half a character, say."""
    try:
        yield
    except (UnicodeError, MessageError) as error:
        raise NodeDataError(f"NodeData field {field!r} cannot be written as mail: {error}") from error


def _encoded(header: str, text: str, *, quoted: bool = False) -> str:
    """Return a text as a header holds it: as it is where that is plain, else in encoded words (RFC 2047).

    What looks like an encoded word is encoded once more: the text is meant, not what a receiver would make of it. So
    are words that no line could be broken in, and spaces that a receiver would take for a broken line.
    """
    is_plain = (
        text.isascii()
        and text.isprintable()
        and "=?" not in text
        and text == " ".join(text.split())
        and max(map(len, text.split(" "))) < _LONGEST_WORD
    )
    if is_plain and quoted:
        return formataddr((text, ""))[: -len(" <>")]
    return Header(text, "us-ascii" if is_plain else "utf-8", header_name=header, maxlinelen=_LONGEST_LINE).encode(
        linesep="\r\n"
    )


def _addresses(call: NodeCall[EmailData], field: str, templates: Sequence[str]) -> list[_Address]:
    filled = [_one_line(field, call.text(template)) for template in templates]
    addresses = []
    for written in filled:
        name, address = parseaddr(written)
        local, at, domain = address.rpartition("@")
        # What has no name is the address and nothing else: of a group (`a: b@c`), say, the address is a part only.
        is_whole = bool(name) or written.strip().removeprefix('""').strip() in {address, f"<{address}>"}
        if not (local and at and domain and is_whole) or "," in written:
            raise NodeDataError(f"NodeData field {field!r} must hold one address each, not {written!r}")
        # Spaces in a name are no more than that.
        addresses.append(_sendable(field, (" ".join(name.split()), address)))
    return addresses


def _sendable(field: str, named: _Address) -> _Address:
    """Return an address if it can only be read as what it is; the name before it is encoded, but it is not.

    Raises:
        NodeDataError: a receiver could decode it, or break a line in it.
    """
    _, address = named
    is_plain = address == "" or _PLAIN_ADDRESS.fullmatch(address)
    if not is_plain or "=?" in address or any(category(each) in _NEVER_IN_AN_ADDRESS for each in address):
        raise NodeDataError(
            f"NodeData field {field!r} must hold plain addresses, without encoded words (=?), control characters, and "
            f"spaces or any of ()<>[]:;@,\\ outside quotes, not {address!r}"
        )
    return named


def _one_line(field: str, text: str) -> str:
    """Return a text that goes into a header; a line break in it could bring headers of its own."""
    if text and text.splitlines() != [text]:
        raise NodeDataError(f"NodeData field {field!r} must be one line, not {text!r}")
    return text


def _hand_in(server: MailServer, letter: _Letter, timeout_s: float) -> dict[str, Any]:
    import smtplib  # noqa: PLC0415 - only workflows that send mail pay for it

    try:
        with _connected(server, timeout_s) as connection:
            refused = _sent(connection, server.sender, letter)
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
        "message_id": letter.message_id,
        "accepted": [each for each in dict.fromkeys(letter.recipients) if each not in refused],
        "refused": {address: _reply(*reply) for address, reply in refused.items()},
    }


def _sent(connection: SMTP, sender: str, letter: _Letter) -> dict[str, tuple[int, bytes]]:
    """Hand in the bytes that were checked, and return whom the server refused; as `SMTP.send_message` does."""
    import smtplib  # noqa: PLC0415 - only workflows that send mail pay for it

    if not letter.is_international:
        return connection.sendmail(sender, letter.recipients, letter.wire)
    connection.ehlo_or_helo_if_needed()
    if not connection.has_extn("smtputf8"):
        raise smtplib.SMTPNotSupportedError("it takes only addresses in ASCII")
    return connection.sendmail(sender, letter.recipients, letter.wire, ["SMTPUTF8", "BODY=8BITMIME"])


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
