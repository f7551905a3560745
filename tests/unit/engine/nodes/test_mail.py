"""EMAIL: real messages to a real server on the loopback."""

from __future__ import annotations

import base64
from contextlib import suppress

import pytest
from builders import failure, refusal, run, run_node
from builders import node as row
from hypothesis import example, given, settings
from hypothesis import strategies as st
from thorough import examples

from wfperf.engine.errors import NodeDataError, NodeExecutionError
from wfperf.engine.nodes import mail
from wfperf.engine.outside import MailServer
from wfperf.errors import UsageError
from wfperf.fixtures.loopback import HOST, mail_service

DATA = {"to": ["ada@example.com"], "subject": "order", "text": "on its way"}


@pytest.fixture
def service():
    """A running mail service."""
    with mail_service() as running:
        yield running


@pytest.fixture(scope="module")
def mailbox():
    """A running mail service for many messages."""
    with mail_service() as running:
        yield running


def send(service, driver="sequential", variables=None, **data):
    server = MailServer(HOST, service.port, sender="shop@example.com")
    variables = {"name": "Ada Lovelace", "v": "ü"} | (variables or {})
    return run_node("EMAIL", DATA | data, variables, mail=server, driver=driver)["n"]


def refused(service, variables=None, **data):
    server = MailServer(HOST, service.port)
    return failure("EMAIL", DATA | data, variables, mail=server)


@pytest.mark.parametrize("driver", ["sequential", "concurrent", "dataflow"])
def test_a_message_arrives_as_it_was_meant(service, driver):
    written = send(
        service,
        driver,
        to=["$name$ <ada@example.com>", "bob@example.com"],
        cc=["cc@example.com"],
        bcc=["bcc@example.com"],
        reply_to="help@example.com",
        subject="Grüße an $name$",
        text="$v$\n.\nend",
        html="<p>~~v~~</p>",
    )
    (received,) = service.received
    message = received.message
    assert received.sender == "shop@example.com"
    assert received.recipients == ("ada@example.com", "bob@example.com", "cc@example.com", "bcc@example.com")
    assert {name: message[name] for name in ("From", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date")} == {
        "From": "shop@example.com",
        "To": "Ada Lovelace <ada@example.com>, bob@example.com",
        "Cc": "cc@example.com",
        "Bcc": None,
        "Reply-To": "help@example.com",
        "Subject": "Grüße an Ada Lovelace",
        "Date": "Sun, 14 Dec 2025 12:00:00 +0000",
    }
    assert message.get_body(("plain",)).get_content().splitlines() == ["ü", ".", "end"]
    assert message.get_body(("html",)).get_content().splitlines() == ["<p>ü</p>"]
    assert written == {"message_id": message["Message-ID"], "accepted": list(received.recipients), "refused": {}}


def test_equal_runs_give_equal_ids_and_nodes_differ(service):
    server = MailServer(HOST, service.port)
    nodes = [row("a", "EMAIL", DATA, to=["b"]), row("b", "EMAIL", DATA)]
    first, second = (run(*nodes, mail=server).context["result"] for _ in range(2))
    assert first == second
    assert first["a"]["message_id"] != first["b"]["message_id"]


def test_some_recipients_refused_is_told_all_is_a_failure(service):
    written = send(service, to=["ada@example.com", "nobody@refused.test"])
    assert written["accepted"] == ["ada@example.com"]
    assert written["refused"] == {"nobody@refused.test": "550 no such mailbox"}
    assert refused(service, to=["x@refused.test"]) == (
        "the mail server refused every recipient: x@refused.test: 550 no such mailbox"
    )


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n", "\n "])
@pytest.mark.parametrize("field", ["subject", "to", "reply_to"])
def test_a_line_break_brings_no_header_of_its_own(service, field, break_):
    text = f"a@example.com{break_}Bcc: all@example.com"
    data = {"subject": {"subject": "$x$"}, "to": {"to": ["$x$"]}, "reply_to": {"reply_to": "$x$"}}[field]
    assert refused(service, {"x": text}, **data) == f"NodeData field {field!r} must be one line, not {text!r}"
    assert service.received == []


OF_CONTENT = {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
BREAKS = "Hi\r\nBcc: x@y"


def encoded_word(charset, encoding, text):
    """A text as a header may hold it (RFC 2047), in a charset that a receiver may know or not."""
    known = charset if charset != "x-unknown" else "utf-8"
    raw = text.encode(known, "replace")
    if encoding in "bB":
        return f"=?{charset}?{encoding}?{base64.b64encode(raw).decode()}?="
    coded = "".join(f"={byte:02X}" if byte in b"=?_ " or not 32 < byte < 127 else chr(byte) for byte in raw)
    return f"=?{charset}?{encoding}?{coded}?="


HEADER_WORDS = st.builds(
    encoded_word,
    st.sampled_from(["utf-8", "UTF-8", "iso-8859-1", "us-ascii", "utf-16", "utf-7", "cp1252", "x-unknown"]),
    st.sampled_from("qQbB"),
    st.one_of(st.just(BREAKS), st.text(max_size=12), st.text("\r\n\0 \x0b\u2028:ab", max_size=8)),
)
ONE_LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=90)
SUBJECTS = st.lists(st.one_of(HEADER_WORDS, ONE_LINE), min_size=1, max_size=4).map(" ".join)


@pytest.mark.parametrize("field", ["subject", "to", "cc", "reply_to"])
def test_an_encoded_word_brings_no_header_of_its_own_and_arrives_as_it_is_written(service, field):
    word = "=?utf-8?q?Hi=0D=0ABcc=3A_x=40y?="
    written = "$x$" if field == "subject" else "$x$ <eve@example.com>"
    send(service, variables={"x": word}, **{field: [written] if field in {"to", "cc"} else written})
    (message,) = [each.message for each in service.received]
    assert message["Bcc"] is None
    if field == "subject":
        assert message["Subject"] == word
    else:
        (address,) = message[field.replace("_", "-")].addresses
        assert (address.display_name, address.addr_spec) == (word, "eve@example.com")


@settings(max_examples=examples(40))
@given(text=SUBJECTS)
@example(text=encoded_word("utf-8", "b", BREAKS))
@example(text=" ".join(["für Käse wegen der Änderung"] * 9))
@example(text="  two  spaces ")
@example(text="word" * 300)
def test_whatever_a_variable_holds_it_is_the_subject_and_brings_no_header(mailbox, text):
    mailbox.received.clear()
    send(mailbox, variables={"x": text}, subject="$x$")
    (message,) = [each.message for each in mailbox.received]
    assert [name for name in message if name not in OF_CONTENT] == [
        *("From", "To", *(["Subject"] if text else []), "Date", "Message-ID")
    ]
    assert (message["Subject"] or "") == text


@settings(max_examples=examples(40))
@given(text=SUBJECTS, form=st.sampled_from(["%s <ada@example.com>", "%s@example.com", "ada@example.com (%s)", "%s"]))
def test_whatever_a_variable_holds_an_address_brings_no_header(mailbox, text, form):
    mailbox.received.clear()
    with suppress(NodeExecutionError):  # it is no address, or one that the server does not take
        send(mailbox, variables={"x": text}, to=[form % "$x$"])
    assert all(
        [name for name in each.message if name not in OF_CONTENT] == ["From", "To", "Subject", "Date", "Message-ID"]
        for each in mailbox.received
    )


def test_a_header_that_nobody_meant_is_refused_and_the_field_before_it_named():
    meant = {name: mail._addressed(name.lower(), [("", f"{name}@x")]) for name in ("To", "Cc")}
    for wire in (b"To: To@x\r\nBcc: a@b\r\nCc: Cc@x\r\n\r\n", b"To: To@x\r\nCc: c@d\r\n\r\n"):
        with pytest.raises(NodeDataError, match="NodeData field 'cc' would be read as something else than what it"):
            mail._check(wire, meant)
    with pytest.raises(NodeDataError, match="field 'cc'"):
        mail._check(b"To: To@x\r\nCc: Cc@x\r\nBcc: a@b\r\n\r\n", meant)


@pytest.mark.parametrize(
    "address", ["", "ada", "@example.com", "a@b.c, d@e.f", "a:b@x.y", "Ada <a:b@x.y>", "a]@x.y", "a@[x"]
)
def test_an_address_is_one_address(service, address):
    assert refused(service, to=[address]).startswith("NodeData field 'to' must hold one address each, not ")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "=?utf-8?b?CkJjYzogZUB6LnE=?=a@x.y",
            "=?utf-8?q?=0a?=@x.y",
            '"=?utf-8?q?=0a?="@x.y',
            "Ada <=?us-ascii?q?a?=@x.y>",
        ),
        *("a\0@x.y", "a\x7f@x.y", "ä\x80@x.y", "\ud800@x.y", "a b@x.y", "a\xa0b@x.y"),
        *("a\\@x.y", '"a"b@x.y', "a@x.y.", "a@x..y"),
    ],
)
def test_an_address_that_could_be_read_as_another_is_refused(service, address):
    for field in ("to", "cc", "bcc"):
        said = refused(service, {"x": address}, **{field: ["$x$"]})
        assert said.startswith(f"NodeData field {field!r} must hold plain addresses, without encoded words (=?), ")
    assert refused(service, {"x": address}, reply_to="$x$").startswith("NodeData field 'reply_to' must hold plain ad")
    server = MailServer(HOST, service.port, sender=address)
    assert "the mail server's sender" in failure("EMAIL", DATA, mail=server)
    assert service.received == []


def test_spaces_in_quotes_belong_to_an_address(service):
    assert send(service, to=['"ada l"@example.com'])["accepted"] == ['"ada l"@example.com']


@pytest.mark.parametrize("written", ["%s", "<%s>", '"" <%s>', '"$v$" <%s>', "%s (Ada)", " Ada <%s> "])
def test_a_name_may_stand_before_or_behind_an_address_or_nowhere(service, written):
    for address in ("ada@example.com", "a..b+c@example.com", "ada@[127.0.0.1]"):
        assert send(service, variables={"v": ""}, to=[written % address])["accepted"] == [address]


@pytest.mark.parametrize("field", ["subject", "text", "html", "to", "cc", "reply_to"])
def test_half_a_character_is_refused_and_the_field_named(service, field):
    written = {"to": ["$x$ <a@x.y>"], "cc": ["$x$ <a@x.y>"], "reply_to": "$x$ <a@x.y>"}.get(field, "<b>$x$")
    said = refused(service, {"x": "\ud800"}, **{field: written})
    assert said.startswith(f"NodeData field {field!r} cannot be written as mail: ")
    assert service.received == []


def test_what_no_receiver_could_decode_is_refused_and_the_field_named():
    for wire in (
        b"To: =?utf-8?q?=FF?= <a@b>\r\n\r\n",
        b"To: =?x-unknown?q?a?= <a@b>\r\n\r\n",
        b"To: \xff <a@b>\r\n\r\n",
    ):
        with pytest.raises(NodeDataError, match="NodeData field 'to' would be read as something else than what it"):
            mail._check(wire, {"To": mail._addressed("to", [("n", "a@b")])})
    decoded = mail._Meant("to", [("", "=?utf-8?q?a?=@b")], "")
    with pytest.raises(NodeDataError, match="field 'to'"):
        mail._check(b"To: =?utf-8?q?a?=@b\r\n\r\n", {"To": decoded})


ANY = st.one_of(
    st.text(max_size=30), st.text(st.sampled_from('\ud800\udcffä\0\x7f\r\n =?<>"\\,;:()@.abq'), max_size=20), SUBJECTS
)


def _lines(text):
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


@settings(max_examples=examples(150))
@given(
    data=st.fixed_dictionaries(
        {"subject": ANY, "text": ANY, "html": ANY, "name": ANY, "local": st.one_of(st.just("ada"), ANY)}
    )
)
@example(data={"subject": "\ud800", "text": "", "html": "", "name": "", "local": "ada"})
@example(data={"subject": "", "text": "\ud800", "html": "", "name": "", "local": "ada"})
@example(data={"subject": "", "text": "", "html": "\ud800", "name": "", "local": "ada"})
@example(data={"subject": "", "text": "", "html": "", "name": "\ud800", "local": "ada"})
@example(data={"subject": "", "text": "", "html": "", "name": '"ä\x7f=??b??=<q@x.y>', "local": "ada"})
def test_whatever_texts_hold_a_message_is_sent_as_it_is_meant_or_refused_by_the_node(mailbox, data):
    mailbox.received.clear()
    try:
        sent = send(
            mailbox,
            variables=data,
            to=["$name$ <$local$@example.com>"],
            subject="$subject$",
            text="$text$",
            html="$html$",
        )
    except NodeExecutionError as error:
        assert isinstance(error.__cause__, NodeDataError)  # noqa: PT017 - either this, or what follows
        assert mailbox.received == []
        return
    (received,) = mailbox.received
    message = received.message
    assert [name for name in message if name not in OF_CONTENT] == [
        *("From", "To", *(["Subject"] if data["subject"] else []), "Date", "Message-ID")
    ]
    assert (message["Subject"] or "") == data["subject"]
    assert list(received.recipients) == sent["accepted"]
    for kind, text in (("plain", data["text"]), ("html", data["html"])):
        assert _lines(message.get_body((kind,)).get_content()) == _lines(text)


def test_a_login():
    with mail_service("ada", "geheim@1") as service:
        server = MailServer.from_url(f"smtp://ada:geheim%401@{HOST}:{service.port}")
        assert run_node("EMAIL", DATA, mail=server)["n"]["accepted"] == ["ada@example.com"]
        wrong = MailServer.from_url(f"smtp://ada:falsch@{HOST}:{service.port}")
        said = failure("EMAIL", DATA, mail=wrong)
    assert said.startswith(f"the mail server {HOST}:{service.port} refused: 535 ")
    assert "falsch" not in said


def test_a_server_that_is_gone():
    with mail_service() as service:
        port = service.port
    said = failure("EMAIL", DATA, mail=MailServer(HOST, port))
    assert said.startswith(f"cannot reach the mail server {HOST}:{port}: ")


def test_without_a_server():
    assert failure("EMAIL", DATA) == "EMAIL needs a mail server; give Workflow(mail=...) or wfperf run --smtp"


def test_nobody_to_write_to_is_refused():
    assert refusal("EMAIL", DATA | {"to": []}).startswith("NodeData.to: must have at least 1 item")


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 25)),
        (
            "smtp+starttls://u:p%40@mail.example",
            MailServer("mail.example", 587, user="u", password="p@", security="starttls"),
        ),
        ("smtps://mail.example:1234/", MailServer("mail.example", 1234, security="tls")),
    ],
)
def test_a_server_by_url(url, server):
    assert MailServer.from_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://u:geheim@h",
        "smtp://u:geheim@",
        "smtp://u:geheim@h:x",
        "smtp://u:geheim@h/x",
        "smtp://u:geheim@h?x",
        "smtp://[::1:geheim",
    ],
)
def test_a_wrong_url_is_refused_without_repeating_it(url):
    with pytest.raises(UsageError) as caught:
        MailServer.from_url(url)
    assert "geheim" not in str(caught.value)
    assert "geheim" not in repr(MailServer("h", 1, password="geheim"))
