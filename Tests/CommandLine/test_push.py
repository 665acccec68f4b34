"""Notifications to browsers, read by others' code: what the hub sends to a push service is opened by http-ece, and its signature checked by PyJWT."""

import base64
import http.server
import json
import os
import threading
import urllib.error
import urllib.request

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from processes import PATIENCE, Answer, Browser, eventually
from test_serve_and_simulate import Pair

DIGEST = {"pace": "off", "hour": 9, "zone": "UTC"}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService(http.server.ThreadingHTTPServer):
    """The push service of a browser, and the browser behind it."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        self.received: list[tuple[dict, bytes]] = []
        self.status = 201
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def subscription(self) -> dict:
        public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": base64url(public), "auth": base64url(self.secret)}
        return {"endpoint": f"{self.origin}/send/abc", "expirationTime": None, "keys": keys}

    def opened(self, number: int) -> dict:
        """What the browser would be given."""
        _, body = self.received[number]
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"))


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def service():
    service = PushService()
    yield service
    service.shutdown()


def call(pair: Pair, method: str, path: str, body=None) -> Answer:
    """As a page's script: with the person's cookie and the page's token."""
    page = pair.browser.read(f"{pair.url}/app/acme/settings/notifications")
    token = page.split('<meta name="csrf" content="')[1].split('"')[0]
    data = None if body is None else json.dumps(body).encode()
    headers = {"X-CSRF-Token": token, "Origin": pair.url, "Content-Type": "application/json"}
    request = urllib.request.Request(pair.url + path, data, headers, method=method)
    try:
        with pair.browser.opener.open(request, timeout=PATIENCE) as answer:
            return Answer(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())


def rules(**more) -> dict:
    return {"bell": ["message"], "places": ["all"], "push": ["message"], "pushNames": False, "digest": DIGEST} | more


def test_a_browser_is_told_of_a_message_and_can_read_it_alone(program, service):
    pair = Pair(program, "--outside-networks", "127.0.0.1")
    assert isinstance(pair.browser, Browser)
    assert pair.connect().status == 201
    pair.subscribe()
    assert call(pair, "PUT", "/api/v1/notification-rules", rules()).status == 200
    added = call(pair, "POST", "/api/v1/push-subscriptions", service.subscription)
    assert added.status == 201 and service.origin not in added.body.decode()
    public_key = call(pair, "GET", "/api/v1/push-key").json()["publicKey"]

    conversation = pair.customer_writes("The password is swordfish")
    eventually(lambda: service.received)
    headers, body = service.received[0]
    message = service.opened(0)
    assert message["body"] == "New message" and message["title"] == "Switchboard"
    assert message["address"] == f"/app/acme/whatsapp/{conversation['id']}"
    assert "swordfish" not in json.dumps(message) and b"message" not in body
    assert headers["content-encoding"] == "aes128gcm" and int(headers["ttl"]) > 0

    # The signature, by somebody else's reading of RFC 8292.
    scheme, rest = headers["authorization"].split(" ", 1)
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid" and parts["k"] == public_key
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(parts["k"]))
    claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=service.origin)
    assert claims["sub"] and claims["exp"]
    stranger = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(parts["t"], stranger, algorithms=["ES256"], audience=service.origin)

    # By the person's choice with the name.
    name = conversation["contact"]["name"]
    assert call(pair, "PUT", "/api/v1/notification-rules", rules(pushNames=True)).status == 200
    pair.customer_writes("And more")
    eventually(lambda: len(service.received) == 2)
    assert service.opened(1)["title"] == name and service.opened(1)["body"] == "2 new messages"

    assert call(pair, "POST", "/api/v1/push-subscriptions/test", {}).json() == {"browsers": 1}
    eventually(lambda: len(service.received) == 3)
    assert service.opened(2)["body"] == "This is a test."

    # A browser that has unsubscribed is forgotten.
    service.status = 410
    assert call(pair, "POST", "/api/v1/push-subscriptions/test", {}).status == 200
    eventually(lambda: call(pair, "GET", "/api/v1/push-subscriptions").json()["data"] == [])
    assert pair.hub.stop() == 0


def test_an_endpoint_in_a_private_network_is_not_called(program, service):
    pair = Pair(program)
    assert call(pair, "POST", "/api/v1/push-subscriptions", service.subscription).status == 201
    assert call(pair, "POST", "/api/v1/push-subscriptions/test", {}).status == 200
    # Done with, and nobody has to decide about it: what is refused counts with the browser.
    eventually(lambda: pair.get("/api/v1/jobs?state=pending")["data"] == [])
    assert pair.get("/api/v1/jobs?state=dead")["data"] == []
    assert service.received == []
    assert pair.hub.stop() == 0
