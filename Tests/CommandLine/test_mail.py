"""E-mail through a real server on this machine, read by Python's own reader of e-mail."""

import email
import email.policy
import json
import socket
import sqlite3
import unicodedata

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from processes import PROJECT, eventually, http
from test_push import DIGEST, call
from test_serve_and_simulate import Pair

PASSWORD = "correct horse"


class Mailbox:
    """Takes what it is given, or refuses it with a status."""

    def __init__(self):
        self.letters = []
        self.refusal = None
        self.password = PASSWORD

    async def handle_DATA(self, server, session, envelope):
        self.letters.append((envelope, session.auth_data))
        return self.refusal or "250 Taken"


class Server(Controller):
    def factory(self):
        return SMTP(self.handler, authenticator=self.authenticate, auth_required=True, auth_require_tls=False)

    def authenticate(self, server, session, envelope, mechanism, data):
        is_right = data.login == b"support" and data.password == self.handler.password.encode()
        return AuthResult(success=is_right, handled=False, auth_data=data.login if is_right else None)


@pytest.fixture
def mailbox():
    mailbox = Mailbox()
    # Its controller asks the port that it was given whether it is there, so that 0 won't do.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        mailbox.port = free.getsockname()[1]
    server = Server(mailbox, hostname="127.0.0.1", port=mailbox.port, ready_timeout=60)
    server.start()
    yield mailbox
    server.stop()


def settings(mailbox: Mailbox, **more) -> dict:
    server = {"host": "127.0.0.1", "port": mailbox.port, "security": "none", "user": "support", "password": PASSWORD}
    return server | {"sender": "support@acme.example"} | more


def read(mailbox: Mailbox, number: int):
    envelope, _ = mailbox.letters[number]
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def test_a_test_and_a_refusal_are_told_at_once(program, mailbox):
    pair = Pair(program, "--outside-networks", "127.0.0.1")
    set_ = call(pair, "PUT", "/api/v1/mail-settings", settings(mailbox))
    assert set_.status == 200 and PASSWORD not in set_.body.decode()
    test = {"to": "olivia@acme.example"}
    assert call(pair, "POST", "/api/v1/mail-settings/test", test).status == 204
    envelope, user = mailbox.letters[0]
    assert (envelope.mail_from, envelope.rcpt_tos, user) == ("support@acme.example", ["olivia@acme.example"], b"support")
    letter = read(mailbox, 0)
    assert letter["Subject"] == "A test of Switchboard\u2019s e-mail" and letter["To"] == "olivia@acme.example"
    assert "This e-mail has come." in letter.get_content() and letter["Date"].datetime

    mailbox.refusal = "554 No"
    refused = call(pair, "POST", "/api/v1/mail-settings/test", test)
    assert refused.status == 409 and "554" in refused.json()["detail"]
    mailbox.refusal = None
    assert call(pair, "PUT", "/api/v1/mail-settings", settings(mailbox, password="wrong")).status == 200
    wrong = call(pair, "POST", "/api/v1/mail-settings/test", test)
    assert wrong.status == 409 and "user and password" in wrong.json()["detail"]
    # Encryption that the server doesn't offer isn't done without.
    assert call(pair, "PUT", "/api/v1/mail-settings", settings(mailbox, security="startTLS")).status == 200
    plain = call(pair, "POST", "/api/v1/mail-settings/test", test)
    assert plain.status == 409 and "no encryption" in plain.json()["detail"]
    assert len(mailbox.letters) == 2
    assert pair.hub.stop() == 0


def test_a_server_in_a_private_network_is_not_called(program, mailbox):
    pair = Pair(program)
    assert call(pair, "PUT", "/api/v1/mail-settings", settings(mailbox, security="startTLS")).status == 200
    refused = call(pair, "POST", "/api/v1/mail-settings/test", {"to": "olivia@acme.example"})
    assert refused.status == 409 and "private network" in refused.json()["detail"]
    assert mailbox.letters == []
    assert pair.hub.stop() == 0


def mailed_soon(program, mailbox) -> Pair:
    """With a mail server, and an owner who soon gets what they missed."""
    pair = Pair(program, "--outside-networks", "127.0.0.1")
    assert pair.connect().status == 201
    pair.subscribe()
    assert call(pair, "PUT", "/api/v1/mail-settings", settings(mailbox)).status == 200
    rules = {"bell": ["message"], "places": ["all"], "push": [], "pushNames": True, "digest": DIGEST | {"pace": "soon"}}
    assert call(pair, "PUT", "/api/v1/notification-rules", rules).status == 200
    return pair


def test_what_was_missed_comes_by_e_mail_once(program, mailbox):
    pair = mailed_soon(program, mailbox)
    conversation = pair.customer_writes("The password is swordfish")
    hub = mail_now(program, pair)
    eventually(lambda: mailbox.letters)
    letter = read(mailbox, 0)
    text = letter.get_content()
    assert letter["Subject"] == "1 unread in Acme"
    assert f"https://chat.example.com/app/acme/whatsapp/{conversation['id']}" in text
    assert conversation["contact"]["name"] in text and "swordfish" not in text
    assert letter["List-Unsubscribe"] == "<https://chat.example.com/app/acme/settings/notifications>"
    eventually(lambda: digests(database_of(program)) == 0)
    assert hub.stop() == 0
    assert len(mailbox.letters) == 1


def database_of(program):
    return program.folder / "data" / "switchboard.db"


def mail_now(program, pair: Pair, *changes: tuple):
    """Starts the hub again with the e-mail that waits being due: a quarter of an hour is long for a test, so its moment is moved into the past."""
    [job] = eventually(lambda: [job for job in pair.get("/api/v1/jobs?state=pending")["data"] if job["kind"] == "digest"])
    assert pair.hub.stop() == 0
    with sqlite3.connect(database_of(program)) as connection:
        connection.execute("UPDATE jobs SET run_at = 0 WHERE id = ?", (job["id"],))
        for change in changes:
            connection.execute(*change)
    connection.close()
    return program.start(
        "serve", "--port", 0, "--graph-url", pair.meta["url"], "--outside-networks", "127.0.0.1", "--public-url", "https://chat.example.com"
    )


def line(text: str) -> str:
    """As a name stands in an e-mail: in one line, and turning nothing."""
    breaks = {"Cc": " ", "Zl": " ", "Zp": " "}
    turns = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return "".join(breaks.get(unicodedata.category(sign), sign) for sign in text if sign not in turns)


def test_hostile_names_are_names_to_another_reader_of_e_mail(program, mailbox):
    pair = mailed_soon(program, mailbox)
    # So many as one e-mail tells of.
    kinds = json.loads((PROJECT / "Tests" / "hostile-texts.json").read_text())
    names = [text for kind in kinds.values() for text in kind if text.strip() and "\0" not in text and len(text) < 100][::7][:29]
    assert len(names) > 20
    for number, name in enumerate([*names, "x\r\nBcc: all@evil.invalid\r\n\r\nx"]):
        phone = http(f"{pair.meta['url']}/control/v1/phones", method="POST", body={"name": name, "number": f"1555{6_000_000 + number}"})
        message = {"to": pair.meta["phoneNumberIds"][0], "type": "text", "text": {"body": "Hello"}}
        sent = http(f"{pair.meta['url']}/control/v1/phones/{phone.json()['id']}/messages", method="POST", body=message)
        assert sent.status == 201
    names.append("x\r\nBcc: all@evil.invalid\r\n\r\nx")
    eventually(lambda: len(call(pair, "GET", "/api/v1/notifications?limit=100").json()["data"]) == len(names))
    own = 'Acme\r\nBcc: all@evil.invalid\r\n\r\n\u202e<x> =?utf-8?B?AAAA?= "a" <b@evil.invalid>'
    changes = [("UPDATE workspaces SET name = ?", (own,)), ("UPDATE accounts SET name = ?", (own,))]
    hub = mail_now(program, pair, *changes)
    eventually(lambda: mailbox.letters)
    envelope, _ = mailbox.letters[0]
    letter = read(mailbox, 0)
    assert not letter.defects and not [header for header in letter.values() if getattr(header, "defects", ())]
    assert letter.keys() == [
        "Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted",
        "List-Unsubscribe",
    ]  # fmt: skip
    assert len(envelope.rcpt_tos) == 1 and [one.addr_spec for one in letter["To"].addresses] == envelope.rcpt_tos
    assert [str(one) for one in letter["From"].addresses] == ["Switchboard <support@acme.example>"]
    assert letter["Subject"] == f"{len(names)} unread in {line(own)}"
    lines = letter.get_content().replace("\r\n", "\n").split("\n")
    assert lines[0] == f"Hello {line(own)},"
    assert sorted(text for text in lines if text.startswith("- ")) == sorted(f"- {line(name)}: New message" for name in names)
    # Besides these a link each, and what stands around them.
    assert len(lines) == 4 + 2 * len(names) + 4
    assert hub.stop() == 0


def test_what_comes_for_a_number_comes_by_e_mail(program, mailbox):
    pair = Pair(program, "--outside-networks", "127.0.0.1")
    assert pair.connect().status == 201
    pair.subscribe()
    [sender] = pair.get("/api/v1/senders")["data"]
    reception = f"/api/v1/senders/{sender['id']}/reception"
    options = {
        "receivesMessages": True, "notifies": True, "receivesGroupMessages": True, "sendsMail": True, "mailAddress": "team@acme.example",
        "blocksCalls": False,
    }  # fmt: skip
    refused = http(pair.url + reception, method="PUT", key=pair.key, body=options)
    assert refused.status == 409 and refused.json()["code"] == "reception.mail-server-missing"
    assert http(f"{pair.url}/api/v1/mail-settings", method="PUT", key=pair.key, body=settings(mailbox)).status == 200
    assert http(pair.url + reception, method="PUT", key=pair.key, body=options).json()["mailAddress"] == "team@acme.example"

    # The server is away at first, and the hub is started anew meanwhile: nothing is lost by it.
    mailbox.refusal = "451 Later"
    hostile = (
        "Is it open?\r\nBcc: all@evil.invalid\n.\n\u202ehttps://evil.invalid/\u2028From: us\n\U0001f468\u200d\U0001f469\u200d\U0001f467 ü"
    )
    conversation = pair.customer_writes(hostile)
    eventually(lambda: mailbox.letters)
    assert pair.hub.stop() == 0
    before, mailbox.refusal = len(mailbox.letters), None
    hub = program.start(
        "serve", "--port", 0, "--graph-url", pair.meta["url"], "--outside-networks", "127.0.0.1", "--public-url", "https://chat.example.com"
    )
    eventually(lambda: len(mailbox.letters) > before)
    envelope, _ = mailbox.letters[before]
    letter = read(mailbox, before)
    assert letter["Message-ID"] == read(mailbox, 0)["Message-ID"]
    assert not letter.defects and envelope.rcpt_tos == ["team@acme.example"] and letter["To"] == "team@acme.example"
    assert "Bcc" not in letter and letter["From"] == "Switchboard <support@acme.example>"
    name = conversation["contact"]["name"]
    assert letter["Subject"].startswith(f"New message from {name} (") and letter["Subject"].endswith(") to Shop")
    lines = letter.get_content().replace("\r\n", "\n").split("\n")
    assert "> Is it open?" in lines and "> Bcc: all@evil.invalid" in lines and "> ." in lines
    assert "> https://evil.invalid/" in lines and "> From: us" in lines
    assert "> \U0001f468\u200d\U0001f469\u200d\U0001f467 ü" in lines
    assert f"https://chat.example.com/app/acme/whatsapp/{conversation['id']}" in lines
    eventually(lambda: waiting(database_of(program)) == 0)
    assert hub.stop() == 0
    assert len(mailbox.letters) == before + 1


def digests(database) -> int:
    return count(database, "SELECT COUNT(*) FROM jobs WHERE kind = 'digest'")


def waiting(database) -> int:
    """Messages that are still to be told of by e-mail."""
    return count(database, "SELECT COUNT(*) FROM reception_mails")


def count(database, query: str) -> int:
    connection = sqlite3.connect(database)
    try:
        return connection.execute(query).fetchone()[0]
    finally:
        connection.close()
