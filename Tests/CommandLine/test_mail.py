"""E-mail through a real server on this machine, read by Python's own reader of e-mail."""

import email
import email.policy
import socket
import sqlite3

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from processes import eventually
from test_push import DIGEST, call
from test_serve_and_simulate import Pair

PASSWORD = "correct horse"


class Mailbox:
    """Takes what it is given, or refuses it with a status."""

    def __init__(self):
        self.letters = []
        self.refusal = None

    async def handle_DATA(self, server, session, envelope):
        self.letters.append((envelope, session.auth_data))
        return self.refusal or "250 Taken"


def authenticate(server, session, envelope, mechanism, data):
    is_right = data.login == b"support" and data.password == PASSWORD.encode()
    return AuthResult(success=is_right, handled=False, auth_data=data.login if is_right else None)


class Server(Controller):
    def factory(self):
        return SMTP(self.handler, authenticator=authenticate, auth_required=True, auth_require_tls=False)


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


def test_what_was_missed_comes_by_e_mail_once(program, mailbox):
    pair = Pair(program, "--outside-networks", "127.0.0.1")
    assert pair.connect().status == 201
    pair.subscribe()
    assert call(pair, "PUT", "/api/v1/mail-settings", settings(mailbox)).status == 200
    rules = {"bell": ["message"], "places": ["all"], "push": [], "pushNames": True, "digest": DIGEST | {"pace": "soon"}}
    assert call(pair, "PUT", "/api/v1/notification-rules", rules).status == 200
    conversation = pair.customer_writes("The password is swordfish")
    [job] = eventually(lambda: [job for job in pair.get("/api/v1/jobs?state=pending")["data"] if job["kind"] == "digest"])
    # A quarter of an hour is long for a test: its moment is moved into the past.
    assert pair.hub.stop() == 0
    database = program.folder / "data" / "switchboard.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE jobs SET run_at = 0 WHERE id = ?", (job["id"],))
    connection.close()
    hub = program.start(
        "serve", "--port", 0, "--graph-url", pair.meta["url"], "--outside-networks", "127.0.0.1", "--public-url", "https://chat.example.com"
    )
    eventually(lambda: mailbox.letters)
    letter = read(mailbox, 0)
    text = letter.get_content()
    assert letter["Subject"] == "1 unread in Acme"
    assert f"https://chat.example.com/app/acme/whatsapp/{conversation['id']}" in text
    assert conversation["contact"]["name"] in text and "swordfish" not in text
    assert letter["List-Unsubscribe"] == "<https://chat.example.com/app/acme/settings/notifications>"
    eventually(lambda: digests(database) == 0)
    assert hub.stop() == 0
    assert len(mailbox.letters) == 1


def digests(database) -> int:
    connection = sqlite3.connect(database)
    try:
        return connection.execute("SELECT COUNT(*) FROM jobs WHERE kind = 'digest'").fetchone()[0]
    finally:
        connection.close()
