"""Starts the built program's simulator, and a callback that collects what it sends.

SWITCHBOARD_BINARY names the program; without it the debug build of this checkout is used.
"""

import json
import os
import pathlib
import queue
import subprocess
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pywa import WhatsApp

ROOT = pathlib.Path(__file__).parents[2]
GRAPH_VERSION = "26.0"


@dataclass
class Webhook:
    body: bytes
    signature: str

    @property
    def value(self):
        return json.loads(self.body)["entry"][0]["changes"][0]["value"]


class Callback:
    """An HTTP server that answers the handshake and keeps every signed body."""

    def __init__(self, verify_token):
        received = self.received = queue.Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                query = parse_qs(urlsplit(self.path).query)
                matches = query.get("hub.verify_token") == [verify_token]
                self.answer(200 if matches else 403, query.get("hub.challenge", [""])[0].encode())

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.put(Webhook(body, self.headers["X-Hub-Signature-256"]))
                self.answer(200, b"")

            def answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self):
        return self.received.get(timeout=60)

    def drain(self):
        while not self.received.empty():
            self.received.get_nowait()


class Simulator:
    number = None

    def __init__(self):
        binary = os.environ.get("SWITCHBOARD_BINARY", ROOT / ".build/debug/switchboard")
        self.process = subprocess.Popen([binary, "simulate", "--port", "0"], stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.url = ready["url"]
        self.token = ready["accessToken"]
        self.app, self.secret, self.verify_token = ready["appId"], ready["appSecret"], ready["verifyToken"]
        self.account = ready["accountId"]
        self.signup = ready["signup"]
        self.number = ready["phoneNumberIds"][0]

    def control(self, method, path, body=None, content=None, content_type="application/json"):
        data = content if content is not None else (json.dumps(body).encode() if body is not None else None)
        request = urllib.request.Request(f"{self.url}/control/v1/{path}", data=data, method=method, headers={"Content-Type": content_type})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def write(self, phone="phone-1", **message):
        """A customer sends a message; returns its id."""
        return self.control("POST", f"phones/{phone}/messages", {"to": self.number, **message})["id"]

    def media(self, content, content_type):
        return self.control("POST", "media?filename=file", content=content, content_type=content_type)["id"]


@pytest.fixture(scope="session")
def simulator():
    simulator = Simulator()
    yield simulator
    simulator.process.terminate()
    assert simulator.process.wait(timeout=60) == 0


@pytest.fixture(scope="session")
def callback(simulator):
    return Callback(simulator.verify_token)


@pytest.fixture
def fresh(simulator, callback):
    """The simulator as at its start, with quick statuses and our callback."""
    simulator.control("POST", "reset")
    simulator.control("PATCH", "settings", {"sentDelay": 0, "deliveredDelay": 0, "readDelay": 0, "reviewDelay": 0})
    simulator.control("PATCH", f"apps/{simulator.app}", {"callbackUrl": callback.url})
    callback.drain()
    return simulator


@pytest.fixture
def wa(fresh):
    """The client, unmodified but for its base address."""
    client = WhatsApp(
        phone_id=fresh.number,
        token=fresh.token,
        waba_id=fresh.account,
        app_id=fresh.app,
        app_secret=fresh.secret,
        verify_token=fresh.verify_token,
        server=None,
        api_version=GRAPH_VERSION,
        session=httpx.Client(timeout=60),
    )
    client.api._session.base_url = f"{fresh.url}/v{GRAPH_VERSION}"
    return client


@pytest.fixture
def open_window(fresh, callback):
    """Ana wrote a moment ago. Returns her message's id."""
    message = fresh.write(type="text", text={"body": "Hello"})
    callback.next()
    return message
