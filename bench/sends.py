"""How fast queued messages leave: many senders without latency, one sender with it, and a reply that overtakes a campaign."""

import asyncio
import contextlib
import pathlib
import random
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable

import bodies
import servers
import stage
from processes import http

Say = Callable[[str], None]

SENDERS = 20
MANY = 50_000
LATENCY_MS = 200
ONE = 30_000
SIMULATOR_ALONE = 20_000
# Of the loop by hand; so many calls at once as it copes with best.
BASELINE = 4_000
BASELINE_CONCURRENT = 32
STATUS_WEBHOOKS = 10_000
QUEUE_BEFORE_REPLY = 100_000
REPLIES = 20
REPLY_LATENCY_MS = 50
PATIENCE_SECONDS = 180


class Sends:
    """One engine's run: a simulator, a hub and its database stay for all that is measured."""

    def __init__(self, database: servers.Database, folder: pathlib.Path, simulator: stage.Simulator, account: stage.Account, say: Say):
        self.database, self.folder, self.simulator, self.account, self.say = database, folder, simulator, account, say

    async def measure(self, senders: int, count: int, latency: int) -> dict:
        """Fills the queues, starts the hub, waits until all is recorded, and compares row by row with the simulator's ledger."""
        self.simulator.control("PATCH", "settings", {"latency": latency})
        await stage.fill(self.database, self.account, self.account.senders[:senders], count)
        # The hub sends as soon as it is there.
        before = self.simulator.accepted
        with servers.hub(self.database, self.folder, self.simulator.url) as hub:
            return await self.drain(hub, senders, count, before=before)

    async def drain(self, hub: servers.Server, senders: int, count: int, *, before: int) -> dict:
        """Waits until what was filled in last is recorded, from whenever its first message was accepted."""
        with Processors(hub, self.simulator.server, self.database) as used:
            await self.wait_for(before + count)
            memory = hub.memory()
        entries = self.simulator.ledger(before)
        last = self.account.filled - 1
        rows = await self.database.rows(
            "SELECT m.id, m.attempt, m.status, m.provider_id, a.answered_at FROM messages m JOIN attempts a ON a.workspace_id = m.workspace_id "
            f"AND a.message_id = m.id AND a.number = m.attempt WHERE m.workspace_id = '{self.account.workspace}' "
            f"AND m.id BETWEEN '{self.message(last + 1 - count)}' AND '{self.message(last)}'"
        )
        compare(entries, rows, count)
        times = sorted(round(entry["at"] * 1_000) for entry in entries)
        seconds = (max(row[4] for row in rows) - times[0]) / 1_000
        return {
            "messages": count,
            "perSecond": count / seconds,
            "repeated": sum(row[1] - 1 for row in rows),
            "mostInASecond": max(most_in_a_second(entries, number) for number in self.simulator.numbers[:senders]),
            "memoryHighestMB": memory["highest"],
            "simulatorMemoryMB": self.simulator.server.memory()["now"],
            "cpuMicrosecondsPerMessage": {name: value / count * 1e6 for name, value in used.seconds.items()},
        }

    @staticmethod
    def message(number: int) -> str:
        """The id of a message that was filled in."""
        return f"msg_{number:026}"

    async def wait_for(self, accepted: int) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        # As the index of them has it, so that it costs nothing among millions.
        open_rows = "SELECT COUNT(*) FROM messages WHERE status IN ('queued', 'claimed', 'sending')"
        while self.simulator.accepted < accepted or await self.database.count(open_rows):
            if time.monotonic() > end:
                left = await self.database.rows("SELECT status, COUNT(*) FROM messages GROUP BY status")
                sys.exit(f"Sends: after {PATIENCE_SECONDS} s not all have left: {dict(left)}; the hub's log is in {self.folder}.")
            await asyncio.sleep(0.25)

    async def replies(self) -> dict:
        """A customer's reply while a campaign waits on the same number: from the call of our API to the simulator's ledger."""
        self.simulator.control("PATCH", "settings", {"latency": REPLY_LATENCY_MS})
        # A number of the usual level, which a campaign keeps at its limit all the time.
        sender, number = self.account.senders[0], self.simulator.numbers[0]
        self.simulator.control("PATCH", f"numbers/{number}", {"throughput": "STANDARD"})
        await self.database.write(f"UPDATE senders SET throughput = 'STANDARD' WHERE id = '{sender}'")
        await stage.fill(self.database, self.account, [sender], QUEUE_BEFORE_REPLY)
        people = await self.database.rows(
            "SELECT c.phone_number FROM conversations v JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id "
            f"WHERE v.sender_id = '{sender}' ORDER BY v.id DESC LIMIT {REPLIES}"
        )
        now = int(time.time() * 1_000)
        await self.database.write(f"UPDATE conversations SET last_inbound_at = {now} WHERE sender_id = '{sender}'")
        times, choice = [], random.Random(1)
        with servers.hub(self.database, self.folder, self.simulator.url) as hub:
            before = self.simulator.accepted
            while self.simulator.accepted < before + 100:
                await asyncio.sleep(0.1)
            for (phone,) in people:
                await asyncio.sleep(choice.uniform(0.2, 0.6))
                place, begin = self.simulator.accepted, time.time()
                body = {"sender": sender, "to": phone, "text": {"body": "Yes, we are open until six."}}
                answer = await asyncio.to_thread(
                    http, f"http://127.0.0.1:{hub.port}/api/v1/messages", method="POST", key=self.account.key, body=body
                )
                if answer.status not in (200, 201, 202):
                    sys.exit(f"A reply was refused: {answer.status} {answer.body.decode()}")
                times.append(await self.left(answer.json()["id"], place, begin))
            waiting = await self.database.count("SELECT COUNT(*) FROM messages WHERE status = 'queued'")
        await self.database.write("DELETE FROM messages WHERE status = 'queued'")
        await self.restore(sender, number)
        return {"tries": len(times), "waiting": waiting, "p50Ms": statistics.median(times), "maxMs": max(times)}

    async def restore(self, sender: str, number: str) -> None:
        self.simulator.control("PATCH", f"numbers/{number}", {"throughput": "HIGH"})
        await self.database.write(f"UPDATE senders SET throughput = 'HIGH' WHERE id = '{sender}'")

    async def left(self, message: str, place: int, begin: float) -> float:
        """Milliseconds until the simulator accepted the message."""
        while time.time() - begin < PATIENCE_SECONDS:
            for entry in self.simulator.ledger(place):
                if entry.get("callbackData", "").startswith(message):
                    return (entry["at"] - begin) * 1e3
            await asyncio.sleep(0.02)
        sys.exit(f"A reply didn't leave within {PATIENCE_SECONDS} s.")

    async def statuses(self, count: int) -> dict:
        """Webhooks of which each fourth is a customer's message and the others say how far messages came that were really sent."""
        messages = count // 4
        sent = await self.database.rows(
            "SELECT m.id, m.attempt, m.provider_id, c.phone_number FROM messages m "
            "JOIN contacts c ON c.workspace_id = m.workspace_id AND c.id = m.contact_id "
            f"WHERE m.status = 'sent' AND m.sender_id = '{self.account.senders[0]}' ORDER BY m.id LIMIT {messages}"
        )
        if len(sent) < messages:
            sys.exit(f"There are only {len(sent)} sent messages of this number for {messages} series of statuses.")
        file = self.folder / "requests"
        bodies.write(
            file,
            bodies.mixed(
                path=self.account.webhook_path, secret=self.account.secret, phone_number_id=self.simulator.numbers[0], sent=sent,
                account_id=self.simulator.facts["accountId"],
            ),
        )  # fmt: skip
        ids = ", ".join(f"'{row[0]}'" for row in sent)
        with servers.hub(self.database, self.folder, self.simulator.url) as hub:
            inbound = "SELECT COUNT(*) FROM messages WHERE direction = 'inbound'"
            before = await self.database.count(inbound)
            with Processors(hub, self.simulator.server, self.database) as used:
                result = servers.load(hub.port, file)
            if result["ok"] != messages * 4:
                sys.exit(f"Statuses: only {result['ok']} of {messages * 4} webhooks were answered with success.")
            stored = await self.database.count(inbound) - before
            read = await self.database.count(f"SELECT COUNT(*) FROM messages WHERE status = 'read' AND id IN ({ids})")
            if stored != messages or read != messages:
                sys.exit(f"Statuses: of {messages} each, {stored} messages were stored and {read} sent ones are shown as read.")
            return {
                "webhooksPerSecond": result["perSecond"],
                "p99Ms": result["p99Ms"],
                "memoryHighestMB": hub.memory()["highest"],
                "cpuMicrosecondsPerWebhook": {name: value / messages / 4 * 1e6 for name, value in used.seconds.items()},
            }


class Processors:
    """Processor time that hub, simulator and database take while the block runs."""

    def __init__(self, hub: servers.Server, simulator: servers.Server, database: servers.Database):
        self.hub, self.simulator, self.database = hub, simulator, database
        self.seconds: dict[str, float] = {}

    def __enter__(self) -> "Processors":
        self.before = self.now()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = {name: value - self.before[name] for name, value in self.now().items()}

    def now(self) -> dict[str, float]:
        times = {"hub": self.hub.cpu_seconds(), "simulator": self.simulator.cpu_seconds()}
        if self.database.engine == "postgres":
            times["postgres"] = servers.postgres_cpu_seconds()
        return times


def compare(entries: list[dict], rows: list[tuple], count: int) -> None:
    """Each row was accepted once, under the id that it has; nothing else was accepted. Ends the bench when that isn't so."""
    accepted: dict[str, list[str]] = {}
    for entry in entries:
        accepted.setdefault(entry["callbackData"], []).append(entry["id"])
    wrong = [row for row in rows if row[2] != "sent" or accepted.get(f"{row[0]}.{row[1]}") != [row[3]]]
    if wrong or len(rows) != count or len(entries) != count:
        sys.exit(
            f"Sends: of {count} messages {len(rows)} rows and {len(entries)} ledger entries; {len(wrong)} rows differ, such as {wrong[:1]}"
        )


def most_in_a_second(entries: list[dict], number: str) -> int:
    """The most messages of one number in any second of the ledger."""
    window: deque[int] = deque()
    most = 0
    for at in sorted(round(entry["at"] * 1_000) for entry in entries if entry["number"] == number):
        window.append(at)
        while window[0] <= at - 1_000:
            window.popleft()
        most = max(most, len(window))
    return most


@contextlib.asynccontextmanager
async def opened(engine: str, folder: pathlib.Path, say: Say):
    """A simulator, a hub's database with an account, for all that one engine is to show."""
    with servers.simulator(folder) as server:
        simulator = stage.Simulator(server, SENDERS)
        database = await servers.Database.make(engine, "sends", folder)
        say(f"connect {SENDERS} numbers")
        account = await stage.set_up(database, folder, simulator)
        yield Sends(database, folder, simulator, account, say)


def simulator_alone(sends: Sends, count: int) -> float:
    """Messages a second that the simulator accepts from the load generator: what no hub can surpass here."""
    sends.simulator.control("PATCH", "settings", {"latency": 0})
    file = sends.folder / "requests"
    token = sends.simulator.facts["accessToken"]
    bodies.write(file, bodies.graph_sends(token=token, numbers=sends.simulator.numbers, count=count))
    result = servers.load(sends.simulator.server.port, file)
    if result["ok"] != count:
        # Of so many some may be too many for a number's second.
        sends.say(f"the simulator alone refused {count - result['ok']} of {count}")
    return result["perSecond"]


def baseline(sends: Sends, count: int, senders: int, concurrent: int, latency: int) -> float:
    """Messages a second of the loop that a developer would write by hand, on a database of the same engine."""
    sends.simulator.control("PATCH", "settings", {"latency": latency})
    url = f"sqlite:{sends.folder}/queue.db" if sends.database.engine == "sqlite" else servers.postgres_url("postgres")
    place = [sends.simulator.url, sends.simulator.facts["accessToken"], url]
    # What was sent a moment ago may have used up the numbers' second, and the loop gives up when it is refused.
    time.sleep(1.1)
    command = [sys.executable, str(servers.PROJECT / "bench/baseline_sends.py"), *place, str(count), str(concurrent)]
    return float(subprocess.run([*command, *sends.simulator.numbers[:senders]], check=True, stdout=subprocess.PIPE, text=True).stdout)


async def measure(engine: str, folder: pathlib.Path, say: Say) -> dict:
    """All that a number's queue is to show on one engine."""
    async with opened(engine, folder, say) as sends:
        say(f"{MANY:,} sends from {SENDERS} numbers, answered at once")
        alone = simulator_alone(sends, SIMULATOR_ALONE)
        by_hand = baseline(sends, BASELINE, SENDERS, BASELINE_CONCURRENT, 0)
        many = await sends.measure(SENDERS, MANY, 0)
        say(f"{ONE:,} sends from one number, answered after {LATENCY_MS} ms")
        one = await sends.measure(1, ONE, LATENCY_MS)
        say(f"{STATUS_WEBHOOKS:,} webhooks, three statuses to a message")
        statuses = await sends.statuses(STATUS_WEBHOOKS)
        say(f"{REPLIES} replies while {QUEUE_BEFORE_REPLY:,} messages wait")
        reply = await sends.replies()
    return {
        "many": many | {"simulatorAlonePerSecond": alone, "baselinePerSecond": by_hand, "timesBaseline": many["perSecond"] / by_hand},
        "one": one,
        "statuses": statuses,
        "reply": reply,
    }
