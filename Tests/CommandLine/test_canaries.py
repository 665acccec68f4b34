"""Known secrets are put in, and everything that leaves is searched for them: answers, pages, refusals, streams, log, mail, webhooks, database and backup.

What a secret is made of is random, so that nothing else can look like it; it is searched for as it is, and in the shapes that it takes on its way.
"""

import base64
import contextlib
import email
import email.policy
import html
import json
import re
import secrets
import sqlite3
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from urllib.parse import urlencode

import pytest
from processes import PATIENCE, Browser, eventually
from processes import http as call
from test_mail import mailbox  # noqa: F401
from test_receipts import Receiver
from test_serve_and_simulate import FORM, Pair

FORM_TYPE = "application/x-www-form-urlencoded"
SECRETS_REFUSED = "POST /app/acme/whatsapp/connection/secrets"
# Pages that are followed, with scripts and styles.
PAGE_LIMIT = 400


def shapes(secret: str) -> list[bytes]:
    """As it is, in an address, in hexadecimal digits, in base64 wherever its first byte falls, and backwards."""
    raw = secret.encode()
    found = {raw, urllib.parse.quote(secret, safe="").encode(), raw.hex().encode(), raw.hex().upper().encode(), raw[::-1]}
    for shift in range(3):
        # The first and the last sign of such a piece depend on its neighbours.
        text = base64.b64encode(b"\0" * shift + raw)
        found |= {text[4 if shift else 0 : -4], base64.urlsafe_b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4]}
    return [shape for shape in found if len(shape) >= 12]


class Watch:
    """What left, searched once all has happened."""

    def __init__(self):
        self.secrets: dict[str, str] = {}
        self.left: list[tuple[str, bytes]] = []

    def keep(self, name: str, secret: str) -> str:
        self.secrets[name] = secret
        return secret

    def see(self, place: str, content: bytes) -> None:
        self.left.append((place, content))

    def found(self, name: str) -> list[str]:
        searched = shapes(self.secrets[name])
        return [place for place, content in self.left if any(shape in content for shape in searched)]


class Visitor:
    """Somebody with a key or a session who asks for things, whatever the answer is."""

    def __init__(self, watch: Watch, url: str, key: str | None = None, browser: Browser | None = None):
        self.watch, self.url, self.key = watch, url, key
        self.opener = browser.opener if browser else urllib.request.build_opener()

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json", seconds: float = PATIENCE) -> bytes:
        headers = {"Content-Type": kind} if body is not None else {}
        headers |= {"Authorization": f"Bearer {self.key}"} if self.key else {"Origin": self.url}
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        head, content = b"", b""
        try:
            with self.opener.open(request, timeout=seconds) as answer:
                head = str(answer.headers).encode()
                # A stream never ends: what came by then is looked at.
                with contextlib.suppress(TimeoutError):
                    while piece := answer.read1(65_536):
                        content += piece
        except urllib.error.HTTPError as error:
            head, content = str(error.headers).encode(), error.read()
        self.watch.see(f"{method} {path}", head + content)
        return content

    def tell(self, method: str, path: str, body: dict) -> dict:
        return json.loads(self.ask(method, path, json.dumps(body).encode()) or b"null")


def ask_everything(visitor: Visitor, ids: dict[str, str], typed: str) -> int:
    """Each operation of the API: those that read, with ids that are there; those that take a body, with one that is wrong and holds a secret."""
    document = json.loads(call(f"{visitor.url}/api/openapi.json").body)
    wrong = {name: [typed] for name in ("accessToken", "appSecret", "password", "secret", "token", "pin")} | {"name": 7}
    count = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            count += 1
            if method == "get":
                filled = re.sub(r"\{(\w+)\}", lambda match: ids.get(match[1], "none"), path)
                visitor.ask("GET", filled, seconds=2 if filled.endswith("/stream") else PATIENCE)
            # A file may hold what it likes.
            elif "application/json" in operation.get("requestBody", {}).get("content", {"application/json": {}}):
                for body in (json.dumps(wrong), f'{{"accessToken": "{typed}", "password": "{typed}'):
                    visitor.ask(method.upper(), re.sub(r"\{\w+\}", "none", path), body.encode())
    return count


def read_every_page(visitor: Visitor, start: str) -> int:
    """All pages that can be come to by links, and what they load later."""
    waiting, seen, times = [start], set(), {}
    while waiting and len(seen) < PAGE_LIMIT:
        path = waiting.pop()
        bare = path.split("?")[0]
        # A session ends by its own page, and a list that is read page by page is read three times.
        if path in seen or "sign-out" in path or times.get(bare, 0) >= 3:
            continue
        seen.add(path)
        times[bare] = times.get(bare, 0) + 1
        text = visitor.ask("GET", path, seconds=1 if path.endswith("/live") else PATIENCE).decode(errors="replace")
        waiting += [html.unescape(found) for found in re.findall(r'(?:href|src|action|data-[\w-]+)="(/[^"#]*)', text)]
    return len(seen)


class Scene:
    """A hub with an app, an account and secrets of our own making at the simulated Meta, each with its successor."""

    def __init__(self, program, *arguments: str):
        self.watch = Watch()
        self.pair = Pair(program, *arguments)
        self.agent = Visitor(self.watch, self.pair.url, key=self.watch.keep("the API key", self.pair.key))
        self.owner = Visitor(self.watch, self.pair.url, browser=self.pair.browser)
        [session] = [cookie.value for cookie in self.pair.browser.cookies if cookie.name == "switchboard"]
        self.watch.keep("the session", session)
        self.app = {"id": "700700700", "secret": self.random("the app secret")}
        self.control("POST", "/apps", self.app)
        self.token, self.next = self.random("the access token", "EAAG"), self.random("the access token after it", "EAAG")
        for token in (self.token, self.next):
            self.control("POST", "/tokens", {"token": token, "app": self.app["id"]})
        self.refused = self.random("a refused token", "EAAG")

    def random(self, name: str, prefix: str = "") -> str:
        return self.watch.keep(name, prefix + secrets.token_hex(20))

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        answer = call(f"{self.pair.meta['url']}/control/v1{path}", method=method, body=body)
        assert answer.status in (200, 201), answer.body
        return answer.json()

    def connect(self) -> None:
        """Refused first; then taken, and its token replaced, which is refused first too."""
        values = {"name": "Shop", "appId": self.app["id"], "appSecret": self.app["secret"], "accessToken": self.token}
        values |= {"businessAccountId": self.pair.meta["accountId"], "phoneNumberId": self.pair.meta["phoneNumberIds"][0]}
        assert self.agent.tell("POST", "/api/v1/senders", values | {"accessToken": self.refused})["field"] == "accessToken"
        assert self.agent.tell("POST", "/api/v1/senders", values)["status"] == "online"
        [self.connection] = self.pair.get("/api/v1/connections")["data"]
        [self.sender] = self.pair.get("/api/v1/senders")["data"]
        self.place = f"/app/acme/whatsapp/connection?of={self.connection['id']}"
        page = self.owner.ask("GET", self.place).decode()
        self.hook = re.search(r'id="webhook-address" readonly value="([^"]+)"', page).group(1)
        self.verify_token = re.search(r'id="verify-token" readonly value="([^"]+)"', page).group(1)
        self.control("POST", "/apps", self.app | {"verifyToken": self.verify_token, "callbackUrl": self.hook})
        self.control(
            "POST", "/webhooks", {"account": self.pair.meta["accountId"], "field": "account_update", "value": {"event": "PARTNER_ADDED"}}
        )
        change = f"/api/v1/connections/{self.connection['id']}"
        for name in ("accessToken", "appSecret"):
            assert self.agent.tell("PATCH", change, {name: self.refused})["field"] == name
            form = {
                "of": self.connection["id"],
                "csrfToken": re.search(r'name="csrfToken" value="([^"]*)"', page).group(1),
                name: self.refused,
            }
            refusal = self.owner.ask("POST", "/app/acme/whatsapp/connection/secrets", urlencode(form).encode(), FORM_TYPE)
            assert b"aria-invalid" in refusal
        assert self.agent.tell("PATCH", change, {"accessToken": self.next})["connection"]["id"] == self.connection["id"]
        self.agent.ask("POST", f"{change}/check", b"")

    def sign_up(self) -> None:
        """Another number in Meta's window: its code, the operator's secret, the six digits."""
        app = self.pair.meta["signup"]
        self.watch.keep("the operator's app secret", app["appSecret"])
        number = {"owner": "owner-2", "accountName": "Porter Repairs", "name": "Porter", "number": "+4915112345678"}
        added = self.control("POST", "/signups/numbers", number)
        terms = [{"document": one["document"], "version": one["version"]} for one in self.pair.get("/api/v1/terms")["data"]]
        draft = {"phoneNumber": number["number"], "displayName": "Porter Repairs", "price": 0, "accepts": terms}
        path = f"/api/v1/sign-ups/{self.agent.tell('POST', '/api/v1/sign-ups', draft)['id']}"

        def stands(step: str) -> dict | None:
            one = self.pair.get(path)
            return one if one["step"] == step and not one["isWorking"] else None

        window = {"app": app["appId"], "configuration": app["configurationId"], "owner": "owner-2"}
        window |= {"account": added["account"], "number": added["number"]["id"]}
        code = self.watch.keep("the code of the window", self.control("POST", "/signups", window)["code"])
        for again in (code, code):
            self.agent.tell("POST", f"{path}/window-code", {"code": again})
        eventually(lambda: stands("code"))
        self.agent.tell("POST", f"{path}/code-request", {"method": "sms"})
        digits = eventually(lambda: self.control("GET", f"/codes?number={added['number']['id']}")["data"])[0]["code"]
        self.agent.tell("POST", f"{path}/verification", {"code": digits})
        assert eventually(lambda: stands("done"))["sender"]


def test_a_secret_is_found_in_each_shape_and_nothing_else_is_taken_for_it():
    watch, secret = Watch(), secrets.token_hex(20)
    watch.keep("it", secret)
    watch.keep("another", secrets.token_hex(20))
    for text in (
        f"<{secret}>",
        f"?a={secret}&",
        secret.encode().hex(),
        secret[::-1],
        *(base64.b64encode(f"{'user:'[:n]}{secret}!".encode()).decode() for n in range(6)),
    ):
        watch.see(text, f"before {text} after".encode())
    assert len(watch.found("it")) == len(watch.left) and watch.found("another") == []


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_no_secret_leaves(program, mailbox, postgres, engine):  # noqa: F811
    if engine == "postgres":
        program.variables["SWITCHBOARD_DATABASE"] = postgres
    scene, receiver = Scene(program, "--outside-networks", "127.0.0.1", "--log-level", "trace"), Receiver()
    watch, pair, agent, owner = scene.watch, scene.pair, scene.agent, scene.owner
    scene.connect()
    scene.sign_up()

    # Mail, whose password is ours, and receipts, whose secret is shown once.
    mail = {"host": "127.0.0.1", "port": mailbox.port, "security": "none", "user": "support", "sender": "support@acme.example"}
    mailbox.password = scene.random("the mail password")
    assert agent.tell("PUT", "/api/v1/mail-settings", mail | {"password": mailbox.password})["user"] == "support"
    agent.tell("POST", "/api/v1/mail-settings/test", {"to": "olivia@acme.example"})
    webhook = f"/api/v1/senders/{scene.sender['id']}/receipts-webhook"
    shown = call(f"{pair.url}{webhook}/test", method="POST", key=pair.key, body={"address": receiver.address}).json()
    watch.keep("the receipts secret", shown["secret"])
    agent.tell("PUT", webhook, {"address": receiver.address})
    shown = call(f"{pair.url}{webhook}/secret", method="POST", key=pair.key).json()
    watch.keep("the receipts secret after it", shown["secret"])

    # Something is said, and told to the business's address.
    conversation = pair.customer_writes("Hello")
    message = pair.answer(conversation, "Hello to you")
    pair.customer_reads()
    eventually(lambda: pair.get(f"/api/v1/messages/{message}")["status"] == "read")
    eventually(lambda: "read" in receiver.statuses(message))

    # Wrong sign-ins, a webhook that nobody signed, and whatever can be asked for.
    wrong = {"email": FORM["email"], "password": scene.random("a wrong password")}
    watch.see("a wrong sign-in", Browser().submit(f"{pair.url}/sign-in", wrong).body)
    Visitor(watch, pair.url).ask(
        "POST", scene.hook.removeprefix(pair.url), json.dumps({"object": scene.random("a forged webhook")}).encode()
    )
    ids = {"connection": scene.connection["id"], "sender": scene.sender["id"], "conversation": conversation["id"], "message": message}
    ids["contact"] = conversation["contact"]["id"]
    assert ask_everything(agent, ids, scene.random("what was typed as a secret")) > 100
    pages = read_every_page(owner, "/app/acme/whatsapp")
    assert 40 < pages < PAGE_LIMIT, pages
    for path in ("/metrics", "/health/live", "/health/ready"):
        agent.ask("GET", path)
    for command in (["doctor"], ["config"], ["key", "list"], ["user", "list"], ["config", "--graph-url", scene.refused]):
        result = program.run(*command)
        watch.see(f"switchboard {command[0]}", (result.stdout + result.stderr).encode())
    watch.keep("the key of the secrets", (program.folder / "data" / "secret.key").read_text().strip())
    assert program.run("backup", "copy").returncode == 0
    assert pair.hub.stop() == 0
    for file in (program.folder / "copy").rglob("*"):
        watch.see("the backup", file.read_bytes() if file.is_file() else b"")
    for headers, body in receiver.received:
        watch.see("receipts", json.dumps(headers).encode() + body)
    for envelope, _ in mailbox.letters:
        read = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = [part.get_content() for part in read.walk() if part.get_content_maintype() == "text"]
        watch.see("mail", envelope.content + "\n".join(parts).encode())
    watch.see("the log", pair.hub.errors().encode())
    content = stored(program, postgres, engine)
    watch.see("the database", content)
    # Of a PIN's six digits a search would find many. Kept once, it is what sealing makes of six bytes: version, key, nonce, text, tag.
    [pin] = re.findall(rb"registration_pins\W+VALUES ?\('[^']*', ?'[^']*', ?'([^']*)'", content)
    assert len(base64.b64decode(pin)) == 1 + 4 + 12 + 6 + 16
    receiver.shutdown()
    receiver.server_close()

    # What must be there is found: the verify token by those who manage connections, and what was said in the database.
    watch.keep("the verify token", scene.verify_token)
    shown = {f"GET {scene.place.split('?')[0]}", SECRETS_REFUSED, f"GET /api/v1/connections/{scene.connection['id']}"}
    assert {place.split("?")[0] for place in watch.found("the verify token")} == shown
    for place, text in {
        "receipts": message,
        "mail": "olivia@acme.example",
        "the log": "Request answered",
        "the database": "Hello to you",
    }.items():
        assert any(seen == place and text.encode() in content for seen, content in watch.left), place
    assert {name: places for name in watch.secrets if name != "the verify token" and (places := watch.found(name))} == {}


def stored(program, postgres: str, engine: str) -> bytes:
    """All that the database holds, as it lies there."""
    if engine == "postgres":
        return subprocess.run(["pg_dump", "--inserts", postgres], capture_output=True, check=True).stdout
    with sqlite3.connect(program.folder / "data" / "switchboard.db") as database:
        return "\n".join(database.iterdump()).encode()
