"""`serve` and `simulate` as two processes that know each other by address only, as the hub and WhatsApp do."""

import json
import re
import signal
import socket
import ssl
import subprocess
import urllib.parse
import urllib.request

import pytest
from processes import Browser, eventually, http

FORM = {"workspace": "Acme", "slug": "acme", "name": "Olivia", "email": "olivia@acme.example", "password": "a long password"}


class Pair:
    """A hub with one number, connected by hand over the API, and the simulator in the place of Meta."""

    def __init__(self, program, *arguments: str):
        self.program = program
        self.simulate = program.start("simulate", "--port", 0)
        self.meta = json.loads(self.simulate.wait_for("accessToken"))
        signup = self.meta["signup"]
        ids = ("--meta-app-id", signup["appId"], "--meta-config-id", signup["configurationId"], "--meta-script-url", self.meta["url"])
        secret = {"SWITCHBOARD_META_APP_SECRET": signup["appSecret"]}
        self.hub = program.start("serve", "--port", 0, "--graph-url", self.meta["url"], *ids, *arguments, variables=secret)
        self.url = self.hub.wait_for("Switchboard listens on").split()[-1]
        self.browser = Browser()
        assert self.browser.submit(self.hub.wait_for("/set-up/").strip(), FORM).status in (200, 303)
        made = program.run("key", "create", "--name", "Test", "--scopes", "read,send,manage")
        assert made.returncode == 0, made.stderr
        self.key = made.stdout.strip()

    def connect(self, **changes: str):
        draft = {
            "name": "Shop",
            "appId": self.meta["appId"],
            "appSecret": self.meta["appSecret"],
            "accessToken": self.meta["accessToken"],
            "businessAccountId": self.meta["accountId"],
            "phoneNumberId": self.meta["phoneNumberIds"][0],
        }
        return http(f"{self.url}/api/v1/senders", method="POST", key=self.key, body=draft | changes)

    def subscribe(self) -> None:
        """What a person does on Meta's page with what ours shows: the address of the webhook, and the verify token."""
        [connection] = self.get("/api/v1/connections")["data"]
        page = self.browser.read(f"{self.url}/app/acme/whatsapp/connection?of={connection['id']}")
        shown = dict(re.findall(r'<input id="(webhook-address|verify-token)" readonly value="([^"]+)"', page))
        assert shown["webhook-address"] == f"{self.url}/hooks/meta/{connection['id']}"
        body = {
            "object": "whatsapp_business_account",
            "callback_url": shown["webhook-address"],
            "verify_token": shown["verify-token"],
        }
        token = f"{self.meta['appId']}|{self.meta['appSecret']}"
        assert http(f"{self.meta['url']}/v26.0/{self.meta['appId']}/subscriptions", method="POST", key=token, body=body).status == 200

    def get(self, path: str) -> dict:
        answer = http(self.url + path, key=self.key)
        assert answer.status == 200, answer.body
        return answer.json()

    def customer_writes(self, text: str) -> dict:
        """One of the simulator's customers writes; gives the conversation once it is there."""
        phone = http(f"{self.meta['url']}/control/v1/phones").json()["data"][0]
        message = {"to": self.meta["phoneNumberIds"][0], "type": "text", "text": {"body": text}}
        assert http(f"{self.meta['url']}/control/v1/phones/{phone['id']}/messages", method="POST", body=message).status == 201
        return eventually(lambda: next(iter(self.get("/api/v1/conversations")["data"]), None))

    def customer_reads(self) -> None:
        """From now on the same customer has the chat with the business open."""
        phone = http(f"{self.meta['url']}/control/v1/phones").json()["data"][0]
        change = {"openChat": self.meta["phoneNumberIds"][0]}
        assert http(f"{self.meta['url']}/control/v1/phones/{phone['id']}", method="PATCH", body=change).status == 200

    def answer(self, conversation: dict, text: str) -> str:
        message = {"sender": conversation["sender"], "to": {"contact": conversation["contact"]["id"]}, "text": {"body": text}}
        return http(f"{self.url}/api/v1/messages", method="POST", key=self.key, body=message).json()["id"]


def test_a_number_is_connected_by_hand_and_used(program):
    pair = Pair(program)
    wrong = pair.connect(accessToken="EAAnotatoken")
    assert wrong.status == 422 and wrong.json()["field"] == "accessToken"
    assert pair.get("/api/v1/senders")["data"] == []
    assert pair.connect().status == 201
    pair.subscribe()
    conversation = pair.customer_writes("Hello")
    identifier = pair.answer(conversation, "Hello to you")
    eventually(lambda: pair.get(f"/api/v1/messages/{identifier}")["status"] == "delivered")
    assert pair.hub.stop() == 0
    assert pair.simulate.stop() == 0


def test_a_call_whose_answer_does_not_come_is_left_at_the_limit_and_told_after_the_next_start(program):
    pair = Pair(program, "--shutdown-seconds", "1")
    assert pair.connect().status == 201
    pair.subscribe()
    conversation = pair.customer_writes("Hello")
    settings = http(f"{pair.meta['url']}/control/v1/settings", method="PATCH", body={"latency": 600_000})
    assert settings.status == 200
    identifier = pair.answer(conversation, "Into the void")
    eventually(lambda: pair.get(f"/api/v1/messages/{identifier}")["status"] == "sending")
    # Its own time limit for an answer is far longer, so only the limit of the shutdown can have ended it.
    assert pair.hub.stop() == 1
    assert "Stopped with calls still in flight" in pair.hub.errors()

    hub = program.start("serve", "--port", 0, "--graph-url", pair.meta["url"])
    pair.url = hub.wait_for("Switchboard listens on").split()[-1]
    eventually(lambda: pair.get(f"/api/v1/messages/{identifier}")["status"] == "unknown")
    assert hub.stop() == 0


def test_a_port_of_the_simulator_that_is_taken_is_a_sentence(program):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        result = program.run("simulate", "--port", other.getsockname()[1])
    assert result.returncode == 1
    assert "Another program listens on that port" in result.stderr


@pytest.fixture
def certificate(tmp_path):
    command = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 2 -subj /CN=localhost"
    subprocess.run([*command.split(), "-addext", "subjectAltName=IP:127.0.0.1"], cwd=tmp_path, check=True, capture_output=True)
    return ["--tls-certificate", tmp_path / "certificate.pem", "--tls-key", tmp_path / "key.pem"]


def test_the_hub_speaks_tls_with_a_certificate_of_its_own(program, certificate):
    hub = program.start("serve", "--port", 0, *certificate)
    url = hub.wait_for("Switchboard listens on").split()[-1]
    assert url.startswith("https://")
    trust = ssl.create_default_context(cafile=str(certificate[1]))
    with urllib.request.urlopen(f"{url}/healthz", context=trust, timeout=60) as answer:
        assert answer.status == 200
    assert hub.stop() == 0


@pytest.mark.parametrize("point", ["mid-intake", "after-intake"])
def test_a_webhook_that_was_under_way_when_the_process_was_killed_is_stored_once(program, point):
    pair = Pair(program)
    assert pair.connect().status == 201
    pair.subscribe()
    address = pair.url.removeprefix("http://")
    assert pair.hub.stop() == 0

    # A point in the way of webhooks, at which the process kills itself.
    arguments = ["serve", "--port", address.split(":")[1], "--graph-url", pair.meta["url"]]
    hub = program.start(*arguments, variables={"SWITCHBOARD_CRASH_POINT": f"{point}:1"})
    hub.wait_for("Switchboard listens on")
    phone = http(f"{pair.meta['url']}/control/v1/phones").json()["data"][0]
    message = {"to": pair.meta["phoneNumberIds"][0], "type": "text", "text": {"body": "Hello"}}
    assert http(f"{pair.meta['url']}/control/v1/phones/{phone['id']}/messages", method="POST", body=message).status == 201
    assert hub.popen.wait(60) == -signal.SIGKILL

    # The simulator repeats it, as WhatsApp does.
    hub = program.start(*arguments)
    hub.wait_for("Switchboard listens on")
    conversation = eventually(lambda: next(iter(pair.get("/api/v1/conversations")["data"]), None))
    webhooks = eventually(
        lambda: (page := http(f"{pair.meta['url']}/control/v1/deliveries?limit=1000").json())["waiting"] == 0 and page["data"]
    )
    assert webhooks[0].get("status") is None and webhooks[-1]["status"] == 200
    assert len(pair.get(f"/api/v1/conversations/{conversation['id']}/messages")["data"]) == 1
    assert hub.stop() == 0


def test_a_crash_point_that_nobody_knows_stops_the_start_with_a_sentence(program):
    result = program.run("serve", variables={"SWITCHBOARD_CRASH_POINT": "lunch:1"})
    assert result.returncode == 1
    assert "The labels are after-claim, before-call" in result.stderr


def test_the_log_holds_no_secret_and_nothing_of_what_was_said(program):
    """At the most talkative level: after a set-up, a wrong sign-in, a connection, both handshakes, webhooks and a message."""
    pair = Pair(program, "--log-level", "trace")
    link = pair.hub.wait_for("/set-up/").strip()
    wrong = {"email": FORM["email"], "password": "not the password"}
    assert Browser().submit(f"{pair.url}/sign-in", wrong).status == 422
    assert pair.connect().status == 201
    pair.subscribe()
    [connection] = pair.get("/api/v1/connections")["data"]
    hook = f"{pair.url}/hooks/meta/{connection['id']}"
    bad = urllib.parse.urlencode({"hub.mode": "subscribe", "hub.verify_token": "guessed token", "hub.challenge": "1"})
    assert http(f"{hook}?{bad}").status == 403
    assert http(hook, method="POST", body={"object": "forged by nobody"}).status == 401
    phone = http(f"{pair.meta['url']}/control/v1/phones").json()["data"][0]
    number = pair.meta["phoneNumberIds"][0]
    said = {"to": number, "type": "text", "text": {"body": "Nobody else may read this"}}
    sent = http(f"{pair.meta['url']}/control/v1/phones/{phone['id']}/messages", method="POST", body=said)
    assert sent.status in (200, 201), sent.body
    [conversation] = eventually(lambda: pair.get("/api/v1/conversations")["data"])
    [sender] = pair.get("/api/v1/senders")["data"]
    answer = {"sender": sender["id"], "to": f"+{phone['number'].lstrip('+')}", "text": {"body": "Nor may they read that"}}
    assert http(f"{pair.url}/api/v1/messages", method="POST", key=pair.key, body=answer).status == 202
    messages = f"/api/v1/conversations/{conversation['id']}/messages"
    eventually(lambda: all(message["status"] not in ("queued", "sending") for message in pair.get(messages)["data"]))
    page = pair.browser.read(f"{pair.url}/app/acme/whatsapp/connection?of={connection['id']}")
    verify_token = re.search(r'id="verify-token" readonly value="([^"]+)"', page).group(1)
    [session] = [cookie.value for cookie in pair.browser.cookies if cookie.name == "switchboard"]
    assert pair.hub.stop() == 0

    log = pair.hub.errors()
    assert "Request answered" in log and connection["id"] in log
    secrets = {
        "the set-up link": link.rsplit("/", 1)[1],
        "the password": FORM["password"],
        "a wrong password": wrong["password"],
        "the session": session,
        "the API key": pair.key,
        "the app secret": pair.meta["appSecret"],
        "the access token": pair.meta["accessToken"],
        "the verify token": verify_token,
        "a wrong verify token": "guessed",
        "a forged webhook": "forged by nobody",
        "what the customer wrote": said["text"]["body"],
        "what we answered": answer["text"]["body"],
        "the customer's number": phone["number"].lstrip("+"),
        "the customer's name": phone["name"],
    }
    assert [name for name, secret in secrets.items() if secret in log or urllib.parse.quote(secret) in log] == []


def test_a_simulator_for_others_is_warned_about(program):
    process = program.start("simulate", "--port", 0, "--host", "0.0.0.0")
    process.wait_for("accessToken")
    assert "Others can reach this simulator and change everything in it" in process.errors()
    process.stop()
    process = program.start("simulate", "--port", 0)
    process.wait_for("accessToken")
    assert process.errors() == ""
