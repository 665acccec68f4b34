"""Several processes on one PostgreSQL database: they share the numbers, take over from one that was killed, hear of each other, and split the work."""

import base64
import json
import re
import secrets
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest
from processes import Browser, Process, eventually, http

FORM = {"workspace": "Acme", "slug": "acme", "name": "Olivia", "email": "olivia@acme.example", "password": "a long password"}
NUMBERS = 20
LEASE_SECONDS = 7
# A take-over is due when a lease ends and its next owner looks; the rest is for a machine with much else to do.
PATIENT_SECONDS = 30
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


class Hub:
    """One process with a data directory of its own; all have the same files, as by a network drive."""

    def __init__(self, cluster: "Cluster", name: str, *arguments: str):
        self.data = cluster.program.folder / f"data-{name}"
        self.data.mkdir(mode=0o700)
        media = cluster.program.folder / "media"
        media.mkdir(mode=0o700, exist_ok=True)
        (self.data / "media").symlink_to(media)
        self.process: Process = cluster.program.start(
            "serve", "--port", 0, "--graph-url", cluster.meta["url"], "--data-directory", self.data, *arguments, variables=cluster.variables
        )
        self.url = self.process.wait_for("Switchboard listens on").split()[-1]

    def ready(self) -> dict:
        answer = http(f"{self.url}/readyz")
        assert answer.status == 200, answer.body
        return answer.json()


class Cluster:
    def __init__(self, program, postgres: str):
        self.program, self.postgres = program, postgres
        self.variables = {
            "SWITCHBOARD_DATABASE": postgres,
            "SWITCHBOARD_SECRET_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        self.meta = json.loads(program.start("simulate", "--port", 0).wait_for("accessToken"))
        self.senders: list[dict] = []
        self.browser = Browser()

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        answer = http(f"{self.meta['url']}/control/v1/{path}", method=method, body=body)
        assert answer.status in (200, 201), answer.body
        return answer.json()

    def set_up(self, hub: Hub, numbers: int) -> None:
        """The first account, a key, so many numbers, and the address of the webhook at `hub`."""
        assert self.browser.submit(hub.process.wait_for("/set-up/").strip(), FORM).status in (200, 303)
        made = self.program.run(
            "key", "create", "--name", "Test", "--scopes", "read,send,manage", "--data-directory", hub.data, variables=self.variables
        )
        assert made.returncode == 0, made.stderr
        self.key = made.stdout.strip()
        for number in range(numbers - len(self.meta["phoneNumberIds"])):
            body = {"account": self.meta["accountId"], "digits": f"155502{number:05}", "verifiedName": f"Shop {number}"}
            self.control("POST", "numbers", body)
        for number in self.control("GET", "numbers")["data"][:numbers]:
            draft = {
                "name": number["verifiedName"],
                "appId": self.meta["appId"],
                "appSecret": self.meta["appSecret"],
                "accessToken": self.meta["accessToken"],
                "businessAccountId": self.meta["accountId"],
                "phoneNumberId": number["id"],
            }
            answer = http(f"{hub.url}/api/v1/senders", method="POST", key=self.key, body=draft)
            assert answer.status == 201, answer.body
            self.senders.append(answer.json() | {"providerId": number["id"]})
        [connection] = self.get(hub, "/api/v1/connections")["data"]
        page = self.browser.read(f"{hub.url}/app/acme/whatsapp/connection?of={connection['id']}")
        shown = dict(re.findall(r'<input id="(webhook-address|verify-token)" readonly value="([^"]+)"', page))
        body = {
            "object": "whatsapp_business_account",
            "callback_url": shown["webhook-address"],
            "verify_token": shown["verify-token"],
        }
        token = f"{self.meta['appId']}|{self.meta['appSecret']}"
        assert http(f"{self.meta['url']}/v26.0/{self.meta['appId']}/subscriptions", method="POST", key=token, body=body).status == 200

    def get(self, hub: Hub, path: str) -> dict:
        answer = http(hub.url + path, key=self.key)
        assert answer.status == 200, answer.body
        return answer.json()

    def send(self, hub: Hub, sender: dict, to: str) -> str:
        body = {"sender": sender["id"], "to": to, "template": {"name": "hello_world", "language": "en_US"}}
        answer = http(f"{hub.url}/api/v1/messages", method="POST", key=self.key, body=body)
        assert answer.status == 202, answer.body
        return answer.json()["id"]

    def rows(self, statement: str) -> list[list[str]]:
        done = subprocess.run(["psql", self.postgres, "-AtF", "|", "-c", statement], check=True, capture_output=True, text=True)
        return [line.split("|") for line in done.stdout.splitlines()]

    def owners(self) -> dict[str, set[str]]:
        """Process → the senders that it holds for now."""
        held: dict[str, set[str]] = {}
        statement = "SELECT owner, sender_id FROM sender_leases WHERE owner IS NOT NULL AND expires_at > EXTRACT(EPOCH FROM now()) * 1000"
        for owner, sender in self.rows(statement):
            held.setdefault(owner, set()).add(sender)
        return held

    def undone(self) -> int:
        statement = "SELECT COUNT(*) FROM messages WHERE direction = 'outbound' AND status IN ('queued', 'claimed', 'sending', 'unknown')"
        return int(self.rows(statement)[0][0])

    def writes(self, text: str, to: dict, **more) -> None:
        phone = self.control("GET", "phones")["data"][0]
        message = {"to": to["providerId"], "type": "text", "text": {"body": text}} | more
        self.control("POST", f"phones/{phone['id']}/messages", message)


@pytest.fixture
def cluster(program, postgres):
    return Cluster(program, postgres)


class Stream:
    """A page's stream of events, read on a thread of its own."""

    def __init__(self, cluster: Cluster, hub: Hub):
        request = urllib.request.Request(f"{hub.url}/app/acme/live", headers={"Accept": "text/event-stream"})
        self.answer = cluster.browser.opener.open(request, timeout=120)
        self.lines: list[str] = []
        threading.Thread(target=self.read, daemon=True).start()
        eventually(lambda: self.lines)

    def read(self) -> None:
        try:
            for line in self.answer:
                self.lines.append(line.decode())
        except (OSError, ValueError):
            pass  # The test has ended.

    def tells(self, word: str) -> bool:
        return any(word in line for line in self.lines)


def test_three_processes_share_the_numbers_and_take_over_from_one_that_was_killed(cluster, capsys):
    hubs = [Hub(cluster, "0")]
    cluster.set_up(hubs[0], NUMBERS)
    hubs += [Hub(cluster, "1"), Hub(cluster, "2")]
    sent: dict[tuple[str, str], list[str]] = {}

    def send_everywhere(hub: Hub) -> None:
        for position, sender in enumerate(cluster.senders):
            for person in range(2):
                to = f"+1555019{position:02}{person:02}"
                sent.setdefault((sender["id"], to), []).append(cluster.send(hub, sender, to))

    send_everywhere(hubs[0])
    # 20 numbers over three processes: 7, 7 and 6.
    eventually(lambda: sorted(len(held) for held in cluster.owners().values()) == [6, 7, 7])
    eventually(lambda: cluster.undone() == 0)
    eventually(lambda: sorted(hub.ready()["senders"] for hub in hubs) == [6, 7, 7])

    owners = cluster.owners()
    [killed] = cluster.rows("SELECT id FROM processes ORDER BY started_at DESC LIMIT 1")[0]
    lost = owners[killed]
    epochs = dict(cluster.rows("SELECT sender_id, epoch FROM sender_leases"))
    hubs[2].process.kill()
    killed_at = time.monotonic()
    [[killed_ms, lease_ms]] = cluster.rows(
        f"SELECT (EXTRACT(EPOCH FROM now()) * 1000)::bigint, MAX(expires_at) FROM sender_leases WHERE owner = '{killed}'"
    )
    # Nobody has to wait longer than the lease: it can't have been renewed after the death. A second for how well a process knows the clock.
    assert int(lease_ms) - int(killed_ms) <= (LEASE_SECONDS + 1) * 1000
    send_everywhere(hubs[0])
    send_everywhere(hubs[1])

    def taken_over() -> bool:
        held = cluster.owners()
        return killed not in held and set().union(*held.values()) == {sender["id"] for sender in cluster.senders}

    eventually(taken_over)
    seconds = time.monotonic() - killed_at
    with capsys.disabled():
        print(f"\n{len(lost)} numbers of the process that was killed had a new owner after {seconds:.1f} s")
    assert seconds < PATIENT_SECONDS
    after = dict(cluster.rows("SELECT sender_id, epoch FROM sender_leases"))
    assert all(int(after[sender]) > int(epochs[sender]) for sender in lost)
    eventually(lambda: sorted(hub.ready()["senders"] for hub in hubs[:2]) == [10, 10])
    eventually(lambda: cluster.undone() == 0)

    # The ledger has each message once, and those of a conversation in the order in which they were submitted.
    provider_ids = dict(cluster.rows("SELECT id, provider_id FROM messages WHERE direction = 'outbound'"))
    position = {entry["id"]: number for number, entry in enumerate(cluster.control("GET", "ledger?limit=1000")["data"])}
    assert len(position) == sum(len(messages) for messages in sent.values()) == NUMBERS * 2 * 3
    for messages in sent.values():
        places = [position[provider_ids[message]] for message in messages]
        assert places == sorted(places)


def test_events_of_any_process_reach_a_page_at_any_other(cluster):
    hubs = [Hub(cluster, "0")]
    cluster.set_up(hubs[0], 1)
    hubs += [Hub(cluster, "1"), Hub(cluster, "2")]
    streams = [Stream(cluster, hub) for hub in hubs]
    # A webhook comes to the first process.
    cluster.writes("Is it open today?", cluster.senders[0])
    for stream in streams:
        eventually(lambda stream=stream: stream.tells("message.received"))
    # A program sends by each of them.
    for number, hub in enumerate(hubs):
        message = cluster.send(hub, cluster.senders[0], f"+155501990{number:02}")
        for stream in streams:
            eventually(lambda stream=stream, message=message: stream.tells(message))


def test_split_roles_carry_a_message_in_and_out(cluster):
    web = Hub(cluster, "web", "--roles", "web")
    cluster.set_up(web, 1)
    assert web.ready()["roles"] == ["web"]
    [sender] = cluster.senders

    # Without the others a message is taken in and kept, its file is waited for, and an answer stays in the queue.
    media = cluster_upload(cluster)
    cluster.writes("", sender, type="image", image={"id": media, "caption": "Our door"})
    conversation = eventually(lambda: next(iter(cluster.get(web, "/api/v1/conversations")["data"]), None))
    [inbound] = cluster.get(web, f"/api/v1/conversations/{conversation['id']}/messages")["data"]
    answer = http(
        f"{web.url}/api/v1/messages",
        method="POST",
        key=cluster.key,
        body={"sender": sender["id"], "to": {"contact": conversation["contact"]["id"]}, "text": {"body": "Nice"}},
    )
    assert answer.status == 202
    outbound = answer.json()["id"]
    doctor = cluster.program.run("doctor", "--json", "--data-directory", web.data, variables=cluster.variables)
    assert doctor.returncode == 1
    lacking = [finding["detail"] for finding in json.loads(doctor.stdout)["findings"] if finding["check"] == "processes"]
    assert any("No process has the role dispatch, so nothing is sent." in detail for detail in lacking)
    assert cluster.owners() == {}
    assert cluster.get(web, f"/api/v1/messages/{outbound}")["status"] == "queued"
    assert cluster.rows("SELECT state FROM media") == [["pending"]]

    jobs = Hub(cluster, "jobs", "--roles", "jobs")
    eventually(lambda: cluster.rows("SELECT state FROM media") == [["stored"]])
    file = http(f"{web.url}/api/v1/media/{inbound['media']['id']}", key=cluster.key)
    assert (file.status, file.body) == (200, PICTURE)
    assert cluster.get(web, f"/api/v1/messages/{outbound}")["status"] == "queued"

    dispatch = Hub(cluster, "dispatch", "--roles", "dispatch")
    eventually(lambda: cluster.get(web, f"/api/v1/messages/{outbound}")["status"] in ("delivered", "read"))
    assert len(cluster.control("GET", "ledger?limit=10")["data"]) == 1
    assert (jobs.ready()["roles"], jobs.ready()["senders"]) == (["jobs"], 0)
    assert (dispatch.ready()["roles"], dispatch.ready()["senders"]) == (["dispatch"], 1)
    assert [roles for [roles] in cluster.rows("SELECT roles FROM processes ORDER BY started_at")] == ["web", "jobs", "dispatch"]
    for hub in (jobs, dispatch):
        assert (http(f"{hub.url}/healthz").body, http(f"{hub.url}/metrics").status) == (b"ok\n", 200)
        assert http(f"{hub.url}/sign-in").status == 404
        assert http(f"{hub.url}/api/v1/senders", key=cluster.key).status == 404
        assert "/set-up/" not in hub.process.output()
        assert hub.process.stop() == 0
    assert [roles for [roles] in cluster.rows("SELECT roles FROM processes")] == ["web"]


def cluster_upload(cluster: Cluster) -> str:
    """A picture on the customer's phone."""
    request = urllib.request.Request(
        f"{cluster.meta['url']}/control/v1/media?filename=door.png", data=PICTURE, method="POST", headers={"Content-Type": "image/png"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())["id"]
