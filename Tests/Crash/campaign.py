"""One campaign whose hub is killed while it is prepared and sent: nobody is reached twice, everybody is on the ledger or visible, and the
counts are what the rows say."""

import asyncio
import base64
import json
import pathlib
import random
import secrets
import shutil
import tempfile
import time
import urllib.request
from collections import Counter

import store as sql
from balancer import Balancer
from comparison import LEDGER_FAILED, TAKEN, Attempt, under_way
from hubs import Hub, ProcessEnded, Simulator
from plan import call_faults, swallowed, webhook_faults
from processes import http
from scenario import DEATH_MARGIN_MILLISECONDS, SETTINGS
from small import empty_database

NUMBERS = 5
HUBS = {"sqlite": 1, "postgres": 2}
KILLS = 5
# Labels of Sources/Services/Core/CrashPoint.swift; None is a random moment.
POINTS = ["before-call", "after-call", "mid-commit", None]
# Recipients from which on one of the deaths is in the preparation: its job waits for the lease of the dead.
PREPARATION_FROM = 10_000
STILL_SECONDS = 60
PATIENCE = 3_600
RECIPIENTS = "SELECT position, state, message_id, contact_id FROM campaign_recipients"
COUNTS = "SELECT measure, reason, count FROM campaign_counts WHERE count <> 0"
STATES = "SELECT state, COALESCE(reason, ''), COUNT(*) FROM campaign_recipients GROUP BY state, COALESCE(reason, '')"
ANSWERS = "SELECT COUNT(replied_at), COUNT(clicked_at) FROM campaign_recipients"
HOURS = "SELECT measure, SUM(count) FROM campaign_hours GROUP BY measure"
TIMES = "SELECT COUNT(sent_at), COUNT(delivered_at), COUNT(read_at), COUNT(failed_at) FROM campaign_recipients"
SABOTAGES = {
    "a wrong count": "UPDATE campaign_counts SET count = count + 1 WHERE measure = 'delivered'",
    "a recipient who was reached and is shown as cancelled": (
        "UPDATE campaign_recipients SET state = 'cancelled' WHERE position = (SELECT MIN(position) FROM campaign_recipients "
        "WHERE state = 'delivered')"
    ),
}


class CampaignRun:
    def __init__(self, setup: str, seed: int, recipients: int, folder: pathlib.Path, say=print):
        self.setup, self.seed, self.recipients, self.folder, self.say = setup, seed, recipients, folder, say
        self.chance = random.Random(f"campaign {setup} {seed} {recipients}")
        self.hubs: list[Hub] = []
        self.simulator: Simulator | None = None
        self.balancer: Balancer | None = None
        self.moments: list[float] = []
        self.deaths: list[str] = []
        self.started = time.monotonic()

    async def run(self) -> list[str]:
        """What is wrong; empty when nothing is."""
        try:
            await self.prepare()
            await self.rage()
            return await self.settle() or await self.notices()
        finally:
            for hub in self.hubs:
                if hub.process:
                    hub.process.kill()
            if self.simulator:
                self.simulator.process.kill()
            if self.balancer:
                await self.balancer.stop()

    def note(self, text: str) -> None:
        self.say(f"  {time.monotonic() - self.started:6.1f} s  {text}")

    # Preparation

    async def prepare(self) -> None:
        self.simulator = Simulator(self.folder)
        await self.simulator.ready()
        self.simulator.control("PATCH", "settings", SETTINGS)
        for number in range(NUMBERS - len(self.simulator.facts["phoneNumberIds"])):
            body = {"account": self.simulator.facts["accountId"], "digits": f"155502{number:05}", "verifiedName": f"Shop {number}"}
            self.simulator.control("POST", "numbers", body)
        for number in self.simulator.control("GET", "numbers")["data"]:
            self.simulator.control("PATCH", f"numbers/{number['id']}", {"tier": "TIER_UNLIMITED"})
        database = await empty_database() if self.setup == "postgres" else None
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        self.balancer = Balancer([], self.chance)
        self.url = await self.balancer.start()
        self.hubs = [Hub(number, self.folder, self.simulator, database, key) for number in range(HUBS[self.setup])]
        self.balancer.ports = [hub.port for hub in self.hubs]
        self.store = sql.PostgresStore(database) if database else sql.SQLiteStore(self.folder / "data-0")
        await self.hubs[0].start()
        self.account = await self.hubs[0].set_up(self.simulator)
        callback = {"callbackUrl": self.url + self.account.webhook_path, "skipHandshake": True}
        self.simulator.control("PATCH", f"apps/{self.simulator.facts['appId']}", callback)
        template = await self.template()
        group = (await self.call("POST", "contact-groups", {"name": "All"}))["id"]
        await self.fill(group)
        plan = {
            "name": "Crash", "senders": self.account.senders, "template": template, "mapping": {}, "audience": [{"group": group}],
            "stopRule": {"least": 50},
        }  # fmt: skip
        self.campaign = (await self.call("POST", "campaigns", plan))["id"]
        self.note(f"{len(self.hubs)} x hub, {len(self.account.senders)} numbers, {self.recipients} contacts")

    async def template(self) -> str:
        async def look():
            page = await self.call("GET", "templates")
            return next((one["id"] for one in page["data"] if one["name"] == "hello_world"), None)

        return await self.until(look)

    async def fill(self, group: str) -> None:
        """Takes the people in as a person would: by a file."""
        lines = ["name,phonenumber", *(f"Person {number},+1555{3_000_000 + number}" for number in range(self.recipients))]
        address = f"http://127.0.0.1:{self.hubs[0].port}/api/v1/contact-imports?filename=people.csv"
        headers = {"Authorization": f"Bearer {self.account.key}", "Content-Type": "text/csv"}
        request = urllib.request.Request(address, method="POST", headers=headers, data="\n".join(lines).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            upload = json.loads(answer.read())["id"]
        await self.call("POST", f"contact-imports/{upload}/start", {"groups": [group]})

        async def is_done():
            return (await self.call("GET", f"contact-imports/{upload}"))["state"] == "done"

        await self.until(is_done)

    # The campaign, and deaths

    async def rage(self) -> None:
        for hub in self.hubs[1:]:
            await hub.start()
        await self.step("preparation")
        kills = KILLS
        if self.recipients >= PREPARATION_FROM:
            await self.until(self.is_half_prepared)
            await self.die(self.hubs[0], "in the preparation")
            kills -= 1
        await self.until(self.is_prepared)
        self.note("prepared")
        for rule in call_faults(self.seed, thorough=False):
            self.simulator.control("POST", "faults", rule)
        self.simulator.control("PUT", "faults/webhooks", webhook_faults(self.seed))
        await self.step("start")
        for number in range(kills):
            due = (number + 1) * self.recipients // (kills + 1)
            hub = self.hubs[number % len(self.hubs)]
            while hub.process.is_running and self.accepted() < due:
                await asyncio.sleep(0.02)
            point = POINTS[number % len(POINTS)]
            armed = f"{point}:{self.chance.randint(1, 50)}" if point else None
            await self.die(hub, f"{due} accepted", armed)
            if number == 1:
                # Paused and resumed in the middle of it.
                await self.step("pause")
                await asyncio.sleep(self.chance.uniform(0, 1))
                await self.step("resumption")
        self.note(f"{self.accepted()} accepted, all deaths are over")

    async def die(self, hub: Hub, when: str, armed: str | None = None) -> None:
        """Kills a process and starts the next, which may kill itself at a point."""
        self.moments.append(time.time() * 1_000)
        hub.process.kill()
        self.deaths.append(when)
        self.note(f"{hub.process.name} died: {when}")
        try:
            await hub.start(armed)
        except ProcessEnded as ended:
            if not ended.was_killed:
                raise
        if armed is None:
            return
        end = time.monotonic() + 10
        while hub.process.is_running and time.monotonic() < end:
            await asyncio.sleep(0.02)
        if not hub.process.is_running:
            self.note(f"{hub.process.name} died: {armed}")
            self.deaths.append(armed)
            self.moments.append(time.time() * 1_000)
            await hub.start()

    def accepted(self) -> int:
        return self.simulator.control("GET", "ledger?limit=1")["total"]

    async def is_half_prepared(self) -> bool:
        [(count,)] = await self.store.rows("SELECT COUNT(*) FROM campaign_recipients")
        return count > self.recipients // 2

    async def is_prepared(self) -> bool:
        return (await self.call("GET", f"campaigns/{self.campaign}"))["preparation"] == "done"

    # The end

    async def settle(self) -> list[str]:
        self.balancer.life = None
        self.rules = self.simulator.control("GET", "faults")["rules"]
        self.simulator.control("DELETE", "faults")
        last, since = None, time.monotonic()
        while True:
            state = (await self.call("GET", f"campaigns/{self.campaign}"))["state"]
            now = (state, sorted(await self.store.rows(STATES)), self.simulator.waiting_webhooks())
            if now != last:
                last, since = now, time.monotonic()
            if state == "finished" and not now[2]:
                problems = await self.judge()
                if not problems:
                    break
            if time.monotonic() - since > STILL_SECONDS:
                problems = await self.judge()
                if state != "finished":
                    problems.append(f"The campaign is {state}, although nothing happens any more")
                break
            await asyncio.sleep(1)
        self.note(f"settled: {dict(Counter({row[0]: row[2] for row in last[1]}))}")
        return problems

    async def judge(self) -> list[str]:
        rows = await self.store.rows(RECIPIENTS)
        statuses = dict(await self.store.rows("SELECT id, status FROM messages WHERE direction = 'outbound'"))
        attempts = [Attempt(*row) for row in await self.store.rows(sql.ATTEMPTS)]
        in_flight = under_way(attempts, self.moments, DEATH_MARGIN_MILLISECONDS)
        reached = [entry for entry in self.simulator.ledger() if entry["status"] != LEDGER_FAILED]
        by_message = Counter(entry.get("callbackData", "").rpartition(".")[0] for entry in reached)
        by_person = Counter(entry["recipient"] for entry in reached)
        problems = [f"{person} was reached {count} times" for person, count in by_person.items() if count > 1]
        ours = {message for _, _, message, _ in rows if message}
        problems += [f"{message} is on the ledger, and no recipient has it" for message in by_message if message not in ours]
        if len(rows) != self.recipients or len({row[3] for row in rows}) != self.recipients:
            problems.append(f"{len(rows)} recipients of {len({row[3] for row in rows})} people, and {self.recipients} are in the group")
        unknown = 0
        for position, state, message, _ in rows:
            is_reached = by_message[message] > 0
            if state in ("pending", "queued"):
                problems.append(f"recipient {position} still waits")
            elif state in TAKEN and not is_reached:
                problems.append(f"recipient {position} is {state}, and not on the ledger")
            elif state in ("failed", "cancelled", "excluded") and is_reached:
                problems.append(f"recipient {position} is {state}, and on the ledger")
            elif state == "unknown" and message not in in_flight:
                unknown += 1
            if message and statuses.get(message) not in (state, "played" if state == "read" else state):
                problems.append(f"recipient {position} is {state}, and its message is {statuses.get(message)}")
        if unknown > (lost := sum(map(swallowed, self.rules))):
            problems.append(f"{unknown} are unknown whose calls weren't under way at a death, and faults swallowed only {lost}")
        return problems + await self.miscounts()

    async def notices(self) -> list[str]:
        """That the comparison would have seen a wrong count, and somebody reached of whom the rows say otherwise."""
        blind = []
        for what, statement in SABOTAGES.items():
            await self.store.write(statement)
            if not await self.judge():
                blind.append(f"The comparison doesn't notice {what}")
        return blind

    async def miscounts(self) -> list[str]:
        counted = {(measure, reason): count for measure, reason, count in await self.store.rows(COUNTS)}
        found = {(state, reason): count for state, reason, count in await self.store.rows(STATES)}
        [(replied, clicked)] = await self.store.rows(ANSWERS)
        found |= {(name, ""): count for name, count in (("replied", replied), ("clicked", clicked)) if count}
        problems = [] if counted == found else [f"counted {counted}, and the rows are {found}"]
        hours = {measure: int(count) for measure, count in await self.store.rows(HOURS) if count}
        [times] = await self.store.rows(TIMES)
        moments = {name: count for name, count in zip(("sent", "delivered", "read", "failed"), times, strict=True) if count}
        if {name: hours.get(name, 0) for name in moments} != moments:
            problems.append(f"the hours add up to {hours}, and the rows to {moments}")
        return problems

    # Calls

    async def step(self, name: str) -> None:
        await self.call("POST", f"campaigns/{self.campaign}/{name}")

    async def call(self, method: str, path: str, body: dict | None = None) -> dict:
        """By whichever hub lives; a step that is asked for again is as good as once."""
        end = time.monotonic() + STILL_SECONDS
        while True:
            for hub in self.hubs:
                if not (hub.process and hub.process.is_running):
                    continue
                try:
                    answer = await asyncio.to_thread(
                        http, f"http://127.0.0.1:{hub.port}/api/v1/{path}", method=method, key=self.account.key, body=body
                    )
                except OSError:
                    continue
                if answer.status < 300:
                    return answer.json() if answer.body else {}
                if answer.status not in (408, 429, 503):
                    raise RuntimeError(f"{method} {path}: {answer.status} {answer.body.decode()}")
            if time.monotonic() > end:
                raise RuntimeError(f"{method} {path}: no hub answers")
            await asyncio.sleep(0.1)

    async def until(self, look):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if result := await look():
                return result
            await asyncio.sleep(0.1)
        raise RuntimeError("It didn't come to that.")


def run_campaign(setup: str, seed: int, recipients: int, say=print) -> tuple[list[str], list[str]]:
    """What is wrong, and when processes died. The folder is kept when something is wrong."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"switchboard-crash-campaign-{setup}-"))
    run = CampaignRun(setup, seed, recipients, folder, say)
    try:
        problems = asyncio.run(run.run())
    except BaseException:
        say(f"The logs are in {folder}")
        raise
    if problems:
        say(f"The logs are in {folder}")
    else:
        shutil.rmtree(folder)
    return problems, run.deaths
