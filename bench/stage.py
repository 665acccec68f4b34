"""A simulator with many numbers of the highest level, a hub that is connected to all of them, and queues filled by bulk SQL."""

import json
import pathlib
import subprocess
import sys
import time
from dataclasses import dataclass, field

import servers

sys.path.append(str(servers.PROJECT / "Tests/CommandLine"))
from processes import Browser, http

FORM = {"workspace": "Bench", "slug": "bench", "name": "Olivia", "email": "olivia@bench.example", "password": "a long password"}
# Numbers that no simulated phone has, as many people a day as there are, nothing said of what became of a message: only its acceptance counts.
SETTINGS = {"unknownRecipients": "reachable", "messagingLimit": False, "window": False, "statuses": False}
LEDGER_PAGE = 1_000
CAMPAIGN_LANE = "2"
# Neighbours in a series are so far apart among the people that no page of the database serves two of them.
STRIDE = 7_919
TEMPLATE = {"name": "hello_world", "language": "en_US"}


class Simulator:
    """The running stand-in for the platform, and what it was asked to be."""

    def __init__(self, server: servers.Server, numbers: int):
        self.server, self.url = server, f"http://127.0.0.1:{server.port}"
        self.facts = next(json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{"))
        self.control("PATCH", "settings", SETTINGS)
        for number in range(numbers - len(self.facts["phoneNumberIds"])):
            name = {"id": f"7300000000{number:05}", "digits": f"155502{number:05}", "verifiedName": f"Shop {number}"}
            body = {"account": self.facts["accountId"]} | name
            self.control("POST", "numbers", body)
        self.numbers = [number["id"] for number in self.control("GET", "numbers")["data"]][:numbers]
        for number in self.numbers:
            self.control("PATCH", f"numbers/{number}", {"tier": "TIER_UNLIMITED", "throughput": "HIGH"})

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        answer = http(f"{self.url}/control/v1/{path}", method=method, body=body)
        if answer.status not in (200, 201):
            sys.exit(f"The simulator refused {method} {path}: {answer.status} {answer.body.decode()}")
        return answer.json()

    @property
    def accepted(self) -> int:
        """How many messages it has accepted so far."""
        return self.control("GET", "ledger?limit=1&after=1000000000")["total"]

    def ledger(self, after: int) -> list[dict]:
        """What it accepted behind a place, in order."""
        entries: list[dict] = []
        while True:
            page = self.control("GET", f"ledger?limit={LEDGER_PAGE}&after={after}")
            entries += page["data"]
            if page["next"] is None:
                return entries
            after = page["next"]


@dataclass
class Account:
    """A workspace whose senders are the simulator's numbers."""

    workspace: str
    key: str
    senders: list[str] = field(default_factory=list)
    webhook_path: str = ""
    secret: str = ""
    filled: int = 0  # messages queued by bulk SQL so far, so that none has a sister


async def set_up(database: servers.Database, folder: pathlib.Path, simulator: Simulator) -> Account:
    """Makes the account and connects the numbers as a person would: through the link of the first start, and the API."""
    with servers.hub(database, folder, simulator.url) as hub:
        words = hub.log.read_text().split()
        link = next(word for word in reversed(words) if "/set-up/" in word)
        answer = Browser().submit(link, FORM)
        if answer.status not in (200, 303):
            sys.exit(f"The set-up was refused: {answer.status}")
        command = [str(servers.PROGRAM), "key", "create", "--name", "Bench", "--scopes", "read,send,manage", *database.flags]
        key = subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout.strip()
        senders = []
        for number in simulator.numbers:
            draft = {
                "name": f"Shop {number}",
                "appId": simulator.facts["appId"],
                "appSecret": simulator.facts["appSecret"],
                "accessToken": simulator.facts["accessToken"],
                "businessAccountId": simulator.facts["accountId"],
                "phoneNumberId": number,
            }
            answer = http(f"http://127.0.0.1:{hub.port}/api/v1/senders", method="POST", key=key, body=draft)
            if answer.status != 201:
                sys.exit(f"A number can't be connected: {answer.status} {answer.body.decode()}")
            senders.append(answer.json()["id"])
        [connection] = http(f"http://127.0.0.1:{hub.port}/api/v1/connections", key=key).json()["data"]
    [(workspace,)] = await database.rows("SELECT id FROM workspaces")
    return Account(workspace, key, senders, connection["webhookPath"], simulator.facts["appSecret"])


class Rows:
    """Bulk SQL for both engines: rows numbered by `n`, and ids made of a number."""

    def __init__(self, engine: str):
        self.engine = engine

    def numbers(self, begin: int, end: int) -> tuple[str, str]:
        """What stands before INSERT, and what to select `n` from."""
        if self.engine == "postgres":
            return "", f"generate_series(CAST({begin} AS BIGINT), {end - 1}) AS s (n)"
        return f"WITH RECURSIVE s (n) AS (VALUES ({begin}) UNION ALL SELECT n + 1 FROM s WHERE n < {end - 1})", "s"

    def id(self, prefix: str, number: str, series: int = 0) -> str:
        """An id of ours that holds a number, so that the ids of a series sort as the numbers do."""
        digits = f"right('{'0' * 25}' || ({number}), 25)" if self.engine == "postgres" else f"substr('{'0' * 25}' || ({number}), -25)"
        return f"'{prefix}_{series}' || {digits}"

    def digits(self, number: str, width: int) -> str:
        zeros = "0" * width
        return f"right('{zeros}' || ({number}), {width})" if self.engine == "postgres" else f"substr('{zeros}' || ({number}), -{width})"

    def insert(self, table: str, columns: dict[str, str], begin: int, end: int) -> str:
        head, source = self.numbers(begin, end)
        return f"{head} INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {source} WHERE TRUE"

    def choice(self, number: str, values: list[str]) -> str:
        """One of the values, by a number."""
        cases = " ".join(f"WHEN {index} THEN '{value}'" for index, value in enumerate(values))
        return f"CASE ({number}) % {len(values)} {cases} END"


async def fill(database: servers.Database, account: Account, senders: list[str], count: int, *, people: int = 0) -> None:
    """Queues messages of a campaign: each for a new person, or for one of the first `people` of the seeded, all over them."""
    rows, now = Rows(database.engine), int(time.time() * 1_000)
    begin, end = account.filled, account.filled + count
    account.filled = end
    workspace = f"'{account.workspace}'"
    person, series = (f"(n * {STRIDE}) % {people}", 1) if people else ("n", 0)
    sender = rows.choice(person, senders)
    digits = "'1666' || " + rows.digits("n", 7)
    phone = f"'+' || {digits}"
    text = json.dumps({"template": TEMPLATE}, separators=(",", ":"))
    message, conversation, contact = rows.id("msg", "n"), rows.id("cnv", person, series), rows.id("con", person, series)
    new_people = (
        rows.insert(
            "contacts", {"workspace_id": workspace, "id": contact, "phone_number": phone, "created_at": f"{now}", "updated_at": f"{now}"},
            begin, end,
        ),
        rows.insert(
            "contact_identities",
            {"workspace_id": workspace, "kind": "'phone'", "match_key": digits, "value": phone, "contact_id": contact, "created_at": f"{now}"},
            begin, end,
        ),
        rows.insert(
            "conversations",
            {
                "workspace_id": workspace, "id": conversation, "sender_id": sender, "contact_id": contact, "state": "'open'", "unread": "0",
                "last_message_id": message, "last_kind": "'template'", "last_direction": "'outbound'", "last_status": "'queued'",
                "last_preview": "'hello_world'", "last_message_at": f"{now}", "created_at": f"{now}",
            },
            begin, end,
        ),
    )  # fmt: skip
    await database.write(
        *(() if people else new_people),
        rows.insert(
            "messages",
            {
                "workspace_id": workspace, "id": message, "conversation_id": conversation, "sender_id": sender, "contact_id": contact,
                "direction": "'outbound'", "kind": "'template'", "content": f"'{text}'", "status": "'queued'", "lane": CAMPAIGN_LANE, "attempt": "0",
                "at": f"{now}", "sequence": f"CAST({now} AS BIGINT) * 4096 + n", "author": "'bench'",
            },
            begin, end,
        ),
    )  # fmt: skip
