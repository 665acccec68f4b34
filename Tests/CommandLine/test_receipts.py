"""Receipts to an address of the business's own: taken by a real HTTP server, whose signatures are checked by the standardwebhooks package."""

import contextlib
import hashlib
import hmac
import http.server
import json
import threading

import pytest
from processes import eventually
from processes import http as call
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from test_serve_and_simulate import Pair


class Receiver(http.server.ThreadingHTTPServer):
    """A business's own program."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[tuple[dict, bytes]] = []
        self.status = 200
        self.answer = b"thanks"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/receipts?from=switchboard"

    def statuses(self, message: str) -> list[str]:
        """What was told of a message, in the order of its coming, each once."""
        told = {headers["webhook-id"]: json.loads(body) for headers, body in self.received}
        return [body["status"] for body in told.values() if body["whatsapp_message_id"] == message]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        if self.server.status in range(300, 400):
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        # It may have read enough before the end.
        with contextlib.suppress(ConnectionError):
            self.wfile.write(self.server.answer)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.shutdown()
    receiver.server_close()


def body_signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def all_delivered(log: list[dict]) -> list[dict] | None:
    return log if all(one["state"] == "delivered" for one in log) else None


def test_statuses_are_posted_in_order_and_signed(program, receiver):
    pair = Pair(program, "--outside-networks", "127.0.0.1")
    assert pair.connect().status == 201
    pair.subscribe()
    [sender] = pair.get("/api/v1/senders")["data"]
    webhook = f"{pair.url}/api/v1/senders/{sender['id']}/receipts-webhook"

    tested = call(f"{webhook}/test", method="POST", key=pair.key, body={"address": receiver.address}).json()
    secret = tested["secret"]
    assert tested["delivered"] and tested["attempt"]["status"] == 200 and tested["attempt"]["answerBytes"] == len("thanks")
    assert "answer" not in tested["attempt"]
    assert json.loads(receiver.received.pop()[1])["test"] is True
    saved = call(webhook, method="PUT", key=pair.key, body={"address": receiver.address})
    assert saved.status == 200 and "secret" not in saved.json() and saved.json()["on"]

    # A redirect leads nowhere.
    receiver.status = 302
    redirected = call(f"{webhook}/test", method="POST", key=pair.key, body={}).json()
    assert not redirected["delivered"] and redirected["attempt"]["status"] == 302
    assert len(receiver.received) == 1
    receiver.received.clear()
    receiver.status = 200

    conversation = pair.customer_writes("Where is my order?")
    pair.customer_reads()
    message = pair.answer(conversation, "On its way")
    eventually(lambda: receiver.statuses(message) == ["sent", "delivered", "read"])
    for headers, body in receiver.received:
        told = Webhook(secret).verify(body, headers)
        assert told["event"] == "message_status" and told["direction"] == "outbound"
        assert told["sender"]["id"] == sender["id"] and told["from"] == sender["phoneNumber"]
        assert told["to"] == conversation["contact"]["phoneNumber"] and told["conversation_id"] == conversation["id"]
        assert told["meta_message_id"].startswith("wamid.") and told["error_code"] is None
        assert headers["x-signature-256"] == body_signature(secret, body)
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body.replace(b"outbound", b"inbound!"), headers)

    # A new secret: for a day the old one is as good.
    fresh = call(f"{webhook}/secret", method="POST", key=pair.key).json()["secret"]
    receiver.received.clear()
    another = pair.answer(conversation, "It is there")
    eventually(lambda: receiver.statuses(another) == ["sent", "delivered", "read"])
    for headers, body in receiver.received:
        assert Webhook(fresh).verify(body, headers) == Webhook(secret).verify(body, headers)
        assert headers["x-signature-256"] == body_signature(fresh, body)
        assert headers["x-signature-256-old"] == body_signature(secret, body)

    # A receiver that answers with a megabyte has taken it; one that says that it is gone is left alone, and nothing is lost.
    receiver.received.clear()
    receiver.answer = b"x" * 1_000_000
    third = pair.answer(conversation, "And well")
    eventually(lambda: receiver.statuses(third) == ["sent", "delivered", "read"])
    # What a call came to is written after it.
    log = eventually(lambda: all_delivered(pair.get(f"/api/v1/senders/{sender['id']}/receipts-webhook/deliveries?limit=3")["data"]))
    assert [len(one["attempts"]) for one in log] == [1, 1, 1] and log[0]["attempts"][0]["answerBytes"] == 65_536
    receiver.answer, receiver.status = b"", 410
    fourth = pair.answer(conversation, "Thank you")
    eventually(lambda: pair.get(f"/api/v1/senders/{sender['id']}/receipts-webhook").get("stopped") == "gone")
    receiver.received.clear()
    receiver.status = 200
    assert call(f"{webhook}/resume", method="POST", key=pair.key).status == 200
    eventually(lambda: receiver.statuses(fourth) == ["sent", "delivered", "read"])
    assert pair.hub.stop() == 0
    for text in (pair.hub.output(), pair.hub.errors()):
        assert secret not in text and fresh not in text


def test_an_address_in_a_private_network_is_refused_everywhere(program, receiver):
    pair = Pair(program)
    assert pair.connect().status == 201
    [sender] = pair.get("/api/v1/senders")["data"]
    webhook = f"{pair.url}/api/v1/senders/{sender['id']}/receipts-webhook"
    port = receiver.server_address[1]
    inner = ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.1.2.3", "169.254.169.254"]
    for method, address in (("PUT", webhook), ("POST", f"{webhook}/test")):
        for host in inner:
            for scheme in ("http", "https"):
                refused = call(address, method=method, key=pair.key, body={"address": f"{scheme}://{host}:{port}/"})
                assert refused.status == 422 and refused.json()["code"] == "webhook.address-refused", host
                assert "private network" in refused.json()["detail"] and refused.json()["field"] == "address"
        # Other ways of writing 127.0.0.1, and what no address of a webhook has.
        for text in (
            "http://2130706433/",
            "http://0x7f.1/",
            "http://127.1/",
            "https://me:word@example.com/",
            "file:///etc/passwd",
            "",
            "x",
        ):
            refused = call(address, method=method, key=pair.key, body={"address": text})
            assert refused.status == 422 and refused.json()["code"] == "webhook.address-malformed", text
    assert call(webhook, key=pair.key).status == 404 and receiver.received == []
    assert pair.hub.stop() == 0
