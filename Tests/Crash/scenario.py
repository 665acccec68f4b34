"""One run: processes, load, deaths, the wait until all is settled, and the comparison."""

import asyncio
import base64
import contextlib
import json
import os
import pathlib
import random
import re
import secrets
import time
from dataclasses import dataclass, field

import asyncpg
import store as sql
from balancer import Balancer
from cluster import Cluster
from comparison import Attempt, Entry, Row, Table, compare_inbound, compare_outbound, under_way
from hubs import Hub, ProcessEnded, Simulator
from load import Clients, Customers, Pace
from plan import SETUPS, Life, call_faults, make_plan, swallowed, webhook_faults

NUMBERS = 20
RESTART_SECONDS = 60
# Nothing has changed for so long: longer than a call may take, and than a message of unknown outcome holds back its conversation.
STILL_SECONDS = 45
# As long once nothing waits any more and only the comparison isn't content.
LAST_SECONDS = 15
# Nobody could submit anything for so long.
STALLED_SECONDS = 120
# How late we may see a death, and a commit of the dead may come through.
DEATH_MARGIN_MILLISECONDS = 500
SETTINGS = {
    "unknownRecipients": "reachable",
    "messagingLimit": False,
    "sentDelay": 20,
    "deliveredDelay": 40,
    "webhookParallel": 12,
    "webhookBatch": 3,
    "webhookRetryDelay": 100,
}
# Ways to break the hub from outside, to show that the comparison notices.
SABOTAGES = ("settlement", "resend")


@dataclass
class Result:
    setup: str
    seed: int
    messages: int
    outbound: Table
    inbound: Table
    seconds: float = 0
    deaths: list[str] = field(default_factory=list)
    notes: dict[str, object] = field(default_factory=dict)

    @property
    def problems(self) -> list[str]:
        return self.outbound.problems + self.inbound.problems


class Scenario:
    def __init__(self, setup: str, seed: int, messages: int, folder: pathlib.Path, *, thorough=False, sabotage=None, say=print):
        self.setup, self.seed, self.messages, self.folder = setup, seed, messages, folder
        self.thorough, self.sabotage, self.say = thorough, sabotage, say
        self.plan = make_plan(seed, setup, messages)
        self.chance = random.Random(f"scenario {seed}")
        self.cluster: Cluster | None = None
        self.outage = asyncio.Lock()
        self.database: str | None = None
        self.hubs: list[Hub] = []
        self.simulator: Simulator | None = None
        self.balancer: Balancer | None = None
        # When a process died, in milliseconds since 1970.
        self.moments: list[float] = []
        self.deaths: list[str] = []
        self.started = time.monotonic()

    async def run(self) -> Result:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            await self.prepare()
            await self.rage()
            await self.settle()
            result = await self.judge()
            if result.problems:
                await self.keep_evidence()
            return result
        finally:
            await self.end()

    def note(self, text: str) -> None:
        self.say(f"  {time.monotonic() - self.started:6.1f} s  {text}")

    # Preparation

    async def prepare(self) -> None:
        self.simulator = Simulator(self.folder)
        await self.simulator.ready()
        self.simulator.control("PATCH", "settings", SETTINGS | {"quoteCallbackData": self.sabotage != "settlement"})
        for number in range(NUMBERS - len(self.simulator.facts["phoneNumberIds"])):
            body = {"account": self.simulator.facts["accountId"], "digits": f"155502{number:05}", "verifiedName": f"Shop {number}"}
            self.simulator.control("POST", "numbers", body)
        for number in self.simulator.control("GET", "numbers")["data"]:
            self.simulator.control("PATCH", f"numbers/{number['id']}", {"tier": "TIER_UNLIMITED"})

        await self.prepare_database()
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        self.balancer = Balancer([], self.chance)
        url = await self.balancer.start()
        self.hubs = [Hub(number, self.folder, self.simulator, self.database, key) for number in range(SETUPS[self.setup])]
        self.balancer.ports = [hub.port for hub in self.hubs]
        self.store = sql.PostgresStore(self.database) if self.database else sql.SQLiteStore(self.folder / "data-0")

        await self.hubs[0].start()
        account = await self.hubs[0].set_up(self.simulator)
        callback = {"callbackUrl": url + account.webhook_path, "skipHandshake": True}
        self.simulator.control("PATCH", f"apps/{self.simulator.facts['appId']}", callback)
        self.pace = Pace(self.messages, self.plan.seconds)
        self.clients = Clients(url, account, self.seed, self.messages, self.pace)
        self.customers = Customers(self.simulator, account, self.seed, self.messages, self.pace)
        await self.customers.greet()
        while len(await self.store.rows(sql.INBOUND)) < len(self.customers.written):
            await asyncio.sleep(0.05)
        if (status := self.hubs[0].process.stop()) != 0:
            raise RuntimeError(f"The hub didn't stop in order: exit status {status}")
        self.note(f"{len(self.hubs)} x hub, {len(account.senders)} numbers, {self.plan.deaths} deaths to come")

    async def prepare_database(self) -> None:
        if self.setup == "sqlite":
            return
        if self.setup == "postgres-failover":
            self.cluster = Cluster()
            self.database = self.cluster.connection
            return
        server = os.environ.get("SWITCHBOARD_TEST_POSTGRES")
        if not server:
            raise RuntimeError("There is no PostgreSQL to test on. Please run: make crash")
        name = f"crash_{secrets.token_hex(6)}"
        connection = await asyncpg.connect(sql.asyncpg_url(server))
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        self.database = re.sub(r"dbname=\S+", f"dbname={name}", server)

    # Load and deaths

    async def rage(self) -> None:
        for rule in call_faults(self.seed, self.thorough):
            self.simulator.control("POST", "faults", rule)
        self.simulator.control("PUT", "faults/webhooks", webhook_faults(self.seed))
        self.pace.begin = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for hub, lives in zip(self.hubs, self.plan.lives, strict=True):
                group.create_task(self.supervise(hub, lives))
            group.create_task(self.clients.run())
            group.create_task(self.customers.run())
            group.create_task(self.watch())
        self.note(f"{len(self.clients.submitted)} messages submitted, {len(self.customers.written)} written by customers")

    async def watch(self) -> None:
        """Ends the run when nothing is accepted any more."""
        last, since = -1, time.monotonic()
        while len(self.clients.submitted) < self.messages:
            if len(self.clients.submitted) != last:
                last, since = len(self.clients.submitted), time.monotonic()
            if time.monotonic() - since > STALLED_SECONDS:
                raise RuntimeError(f"No message was accepted for {STALLED_SECONDS} seconds, after {last}")
            await asyncio.sleep(1)

    async def supervise(self, hub: Hub, lives: list[Life]) -> None:
        """Lets the hub's processes live and die as planned; the last one stays."""
        for life in lives:
            await self.start(hub, life.label if life.point else None)
            while hub.process.is_running and len(self.clients.submitted) < life.due:
                await asyncio.sleep(0.01)
            by_itself = not hub.process.is_running
            self.moments.append(time.time() * 1_000)
            if by_itself and hub.process.popen.returncode != -9:
                raise RuntimeError(f"{hub.process.name} ended with status {hub.process.popen.returncode}; its log is {hub.process.log}")
            hub.process.kill()
            await self.mourn(hub, life, by_itself)
            await asyncio.sleep(self.chance.uniform(0, 0.4))
        await self.start(hub)

    async def start(self, hub: Hub, crash_point: str | None = None) -> None:
        """As a service manager does it: without its database the hub ends with a sentence, and is started again."""
        end = time.monotonic() + RESTART_SECONDS
        while True:
            try:
                return await hub.start(crash_point)
            except ProcessEnded:
                if not self.plan.outages or time.monotonic() > end:
                    raise
            await asyncio.sleep(0.5)

    async def mourn(self, hub: Hub, life: Life, by_itself: bool) -> None:
        how = life.label if by_itself or not life.point else f"{life.label}, not reached in time"
        self.deaths.append(how)
        self.note(f"{hub.process.name} died: {how}")
        if self.sabotage == "resend":
            # What a hub would do that takes no answer for no message.
            await self.store.write("UPDATE messages SET status = 'queued' WHERE status IN ('sending', 'unknown')")
        if outage := self.plan.outages.get(len(self.deaths)):
            await self.strike(outage)

    async def strike(self, outage: str) -> None:
        """PostgreSQL dies, and comes back or is replaced. One outage ends before the next: a dead primary must not come back beside the
        standby that took its place."""
        async with self.outage:
            if outage == "failover":
                await asyncio.to_thread(self.cluster.fail_over)
            else:
                await asyncio.to_thread(self.cluster.kill, outage)
                await asyncio.sleep(self.chance.uniform(0.2, 3))
                await asyncio.to_thread(self.cluster.restart)
        self.note(f"PostgreSQL died: {outage}; it is there again")

    # The end

    async def settle(self) -> None:
        """Waits until nothing changes by itself any more."""
        self.balancer.life = None
        self.rules = self.simulator.control("GET", "faults")["rules"]
        self.simulator.control("DELETE", "faults")
        last, since = None, time.monotonic()
        while True:
            now, is_done = await self.state()
            if now != last:
                last, since = now, time.monotonic()
            if is_done and not (await self.judge()).problems:
                break
            if time.monotonic() - since > (LAST_SECONDS if is_done else STILL_SECONDS):
                self.note(f"nothing changes any more: {now}")
                break
            await asyncio.sleep(0.5)
        self.note("settled")

    async def state(self) -> tuple[object, bool]:
        progress = dict(await self.store.rows(sql.PROGRESS))
        [(parked,)] = await self.store.rows(sql.PARKED)
        webhooks = self.simulator.waiting_webhooks()
        waits = any(progress.get(status) for status in ("queued", "claimed", "sending"))
        return (progress, parked, webhooks), not (waits or webhooks or parked)

    async def judge(self) -> Result:
        rows = [Row(*row) for row in await self.store.rows(sql.ROWS)]
        attempts = [Attempt(*row) for row in await self.store.rows(sql.ATTEMPTS)]
        in_flight = under_way(attempts, self.moments)
        once_unknown = in_flight | {row[0] for row in await self.store.rows(sql.ONCE_UNKNOWN)}
        ledger = [Entry(entry.get("callbackData", ""), entry["status"]) for entry in self.simulator.ledger()]
        lost_calls = sum(map(swallowed, self.rules))
        outbound = compare_outbound(
            self.clients.submitted, rows, {attempt.reference for attempt in attempts}, ledger,
            under_way(attempts, self.moments, DEATH_MARGIN_MILLISECONDS), lost_calls, once_unknown,
        )  # fmt: skip
        outbound.problems += self.clients.doubled

        inbound_rows = await self.store.rows(sql.INBOUND)
        texts = [content_text(content) for _, content in inbound_rows]
        inbound = compare_inbound(self.customers.written, texts, [provider_id for provider_id, _ in inbound_rows])
        notes = {
            "calls under way at deaths": len(in_flight),
            "calls swallowed": lost_calls,
            "faults": {f"{rule['action']}{' after' if rule['after'] else ''}": rule["hits"] for rule in self.rules},
            "connections cut": self.balancer.cuts,
            "submissions repeated": self.clients.repeated,
            "journal": dict(await self.store.rows(sql.JOURNAL)),
        }
        seconds = time.monotonic() - self.started
        return Result(self.setup, self.seed, self.messages, outbound, inbound, round(seconds, 1), self.deaths, notes)

    async def keep_evidence(self) -> None:
        """What the database and the simulator hold, and when processes died, for whoever has to find out what happened."""
        for name, query in sql.EVIDENCE.items():
            lines = [json.dumps(row) for row in await self.store.rows(query)]
            (self.folder / f"{name}.jsonl").write_text("\n".join(lines))
        (self.folder / "ledger.json").write_text(json.dumps(self.simulator.ledger()))
        (self.folder / "moments.json").write_text(json.dumps(self.moments))

    async def end(self) -> None:
        for hub in self.hubs:
            if hub.process:
                hub.process.kill()
        if self.simulator:
            self.simulator.process.kill()
        if self.balancer:
            with contextlib.suppress(AttributeError):
                await self.balancer.stop()
        if self.cluster:
            self.cluster.keep_logs(self.folder)
            self.cluster.remove()


def content_text(content: str) -> str:
    """The text of an inbound message as its row holds it."""
    found = re.search(r'"body"\s*:\s*("(?:[^"\\]|\\.)*")', content if isinstance(content, str) else json.dumps(content))
    return json.loads(found[1]) if found else content
