"""What a message costs among few rows and among many: two databases of one engine take turns, one small and one big."""

import asyncio
import contextlib
import json
import pathlib
import shutil
import statistics
import sys
import time

import asyncpg
import bodies
import servers
import stage
from sends import SENDERS, Say, Sends

SMALL_ROWS = 10_000
MESSAGES_PER_PERSON = 10
ROUNDS = 3
WEBHOOKS = 5_000
SENDS = 10_000
CHUNK_ROWS = 250_000  # in one transaction; what was interrupted goes on with the next
# Measured at 10 M rows, with the room that making indexes takes.
BYTES_PER_ROW = 1_800
DAY_MS = 24 * 60 * 60 * 1_000


class Grown:
    """A database of an account with so many messages in it. What was made in `folder` before is used again."""

    def __init__(self, database: servers.Database, account: stage.Account, rows: int, say: Say):
        self.database, self.account, self.rows, self.say = database, account, rows, say
        self.people = rows // MESSAGES_PER_PERSON

    @staticmethod
    async def make(engine: str, rows: int, folder: pathlib.Path, simulator: stage.Simulator, say: Say) -> "Grown":
        name = f"rows_{rows}"
        notes = folder / f"{engine}-{name}.json"
        database = await servers.Database.make(engine, name, folder, keep=True)
        if notes.exists():
            account = stage.Account(**json.loads(notes.read_text()))
        else:
            account = await stage.set_up(database, folder, simulator)
            notes.write_text(json.dumps(vars(account)))
        grown = Grown(database, account, rows, say)
        await grown.seed()
        # Each run fills and receives behind what the earlier ones left.
        account.filled = await database.count("SELECT COUNT(*) FROM messages WHERE author = 'bench'")
        return grown

    async def seed(self) -> None:
        """Fills the tables by bulk SQL, without their indexes, which are made at the end. Goes on where it was interrupted."""
        await self.database.write(
            "CREATE TABLE IF NOT EXISTS bench_progress (step TEXT PRIMARY KEY, done BIGINT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS bench_indexes (name TEXT PRIMARY KEY, definition TEXT NOT NULL)",
        )
        done = dict(await self.database.rows("SELECT step, done FROM bench_progress"))
        if done.get("all"):
            return
        begin = time.monotonic()
        if "indexes" not in done:
            await self.drop_indexes()
        for step, (count, statement) in self.steps().items():
            for first in range(done.get(step, 0), count, CHUNK_ROWS):
                end = min(count, first + CHUNK_ROWS)
                await self.bulk(statement(first, end), self.mark(step, end))
                self.say(f"{step}: {end:,} of {count:,} rows, {time.monotonic() - begin:.0f} s")
        for name, definition in await self.database.rows("SELECT name, definition FROM bench_indexes ORDER BY name"):
            await self.bulk(definition, f"DELETE FROM bench_indexes WHERE name = '{name}'")
        await self.settle()
        await self.database.write(self.mark("all", 1))
        self.say(f"{self.rows:,} messages of {self.people:,} people: {time.monotonic() - begin:.0f} s")

    @staticmethod
    def mark(step: str, done: int) -> str:
        return f"INSERT INTO bench_progress (step, done) VALUES ('{step}', {done}) ON CONFLICT (step) DO UPDATE SET done = excluded.done"

    async def drop_indexes(self) -> None:
        tables = "('messages', 'attempts', 'conversations', 'contact_identities')"
        if self.database.engine == "postgres":
            query = (
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
                f"AND tablename IN {tables} AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key'"
            )
        else:
            query = f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN {tables}"
        indexes = await self.database.rows(query)
        keep = [
            f"INSERT INTO bench_indexes (name, definition) VALUES ('{name}', '{text.replace(chr(39), chr(39) * 2)}')"
            for name, text in indexes
        ]
        await self.database.write(*keep, *(f"DROP INDEX {name}" for name, _ in indexes), self.mark("indexes", 1))

    async def bulk(self, *statements: str) -> None:
        """In one transaction, without the checks that a seeded row needn't pass, and not durable at once: a seed can be made again."""
        if self.database.engine == "postgres":
            settings = (
                "SET LOCAL synchronous_commit = off",
                "SET LOCAL session_replication_role = replica",
                "SET LOCAL maintenance_work_mem = '512MB'",
            )
            await self.database.write(*settings, *statements)
        else:
            await asyncio.to_thread(self.database.write_unsynced, *statements)

    async def settle(self) -> None:
        """As after a quiet night: statistics made, everything on the disk."""
        if self.database.engine == "postgres":
            connection = await asyncpg.connect(self.database.url)
            try:
                await connection.execute("VACUUM ANALYZE")
                await connection.execute("CHECKPOINT")
            finally:
                await connection.close()
        else:
            await asyncio.to_thread(self.database.write_unsynced, "PRAGMA wal_checkpoint(TRUNCATE)", in_transaction=False)

    def steps(self) -> dict:
        """What is filled in, in this order: how many rows, and the statement for some of them."""
        rows, senders = stage.Rows(self.database.engine), self.account.senders
        # Spread over the last month; a conversation's messages lie a day or more apart.
        now = int(time.time() * 1_000)
        step = 30 * DAY_MS // self.rows
        at = f"({now - 30 * DAY_MS} + n * {step})"
        workspace, people = f"'{self.account.workspace}'", self.people
        digits = "'1888' || " + rows.digits("n", 7)
        person = f"n % {people}"
        conversation, contact, message = rows.id("cnv", person, 1), rows.id("con", person, 1), rows.id("msg", "n", 1)
        is_inbound = f"(n / {people}) % 2 = 0"
        provider = "'wamid.SEED' || " + rows.digits("n", 20)
        text = json.dumps({"text": {"body": "hello thanks order please when delivery today tomorrow invoice"}})
        last = rows.id("msg", f"{self.rows - people} + n", 1)

        def table(name: str, columns: dict[str, str]):
            return lambda begin, end: rows.insert(name, {"workspace_id": workspace} | columns, begin, end)

        outbound = {
            "message_id": rows.id("msg", f"(2 * (n / {people}) + 1) * {people} + n % {people}", 1),
            "number": "1", "sender_id": rows.choice(person, senders), "status": "'read'", "epoch": "1", "started_at": at, "answered_at": at,
            "provider_id": "'wamid.SEED' || " + rows.digits(f"(2 * (n / {people}) + 1) * {people} + n % {people}", 20),
        }  # fmt: skip
        received = {
            "sender_id": rows.choice(person, senders), "received_at": at,
            "key": "'m:wamid.SEED' || " + rows.digits(f"2 * (n / {people}) * {people} + n % {people}", 20),
        }  # fmt: skip
        return {
            "people": (
                people,
                table(
                    "contacts",
                    {"id": rows.id("con", "n", 1), "name": "'Person ' || n", "phone_number": f"'+' || {digits}", "created_at": f"{now}", "updated_at": f"{now}"},
                ),
            ),
            "identities": (
                people,
                table(
                    "contact_identities",
                    {"kind": "'phone'", "match_key": digits, "value": f"'+' || {digits}", "contact_id": rows.id("con", "n", 1), "created_at": f"{now}"},
                ),
            ),
            "conversations": (
                people,
                table(
                    "conversations",
                    {
                        "id": rows.id("cnv", "n", 1), "sender_id": rows.choice("n", senders), "contact_id": rows.id("con", "n", 1),
                        "state": "'open'", "unread": "0", "last_message_id": last, "last_kind": "'text'", "last_direction": "'outbound'",
                        "last_status": "'read'", "last_preview": "'hello thanks'", "last_message_at": f"{now - DAY_MS} + n % {DAY_MS}",
                        "last_inbound_at": f"{now - DAY_MS} + n % {DAY_MS}", "created_at": f"{now}",
                    },
                ),
            ),
            "messages": (
                self.rows,
                table(
                    "messages",
                    {
                        "id": message, "conversation_id": conversation, "sender_id": rows.choice(person, senders), "contact_id": contact,
                        "direction": f"CASE WHEN {is_inbound} THEN 'inbound' ELSE 'outbound' END", "kind": "'text'", "content": f"'{text}'",
                        "status": f"CASE WHEN {is_inbound} THEN 'received' ELSE 'read' END", "attempt": f"CASE WHEN {is_inbound} THEN 0 ELSE 1 END",
                        "provider_id": provider, "at": at, "sequence": f"{at} * 4096", "author": "'seed'",
                    },
                ),
            ),
            "attempts": (self.rows // 2, table("attempts", outbound)),
            "received ids": (self.rows // 2, table("received_ids", received)),
        }  # fmt: skip


def warm(folder: pathlib.Path) -> None:
    """Reads every file once, so that the machine remembers as much of the database as its memory holds: as after some hours of work, and not as
    after a start. A database that was just made is remembered anyway."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with open(path, "rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass


async def compare(engine: str, rows: int, folder: pathlib.Path, say: Say) -> dict:
    """Intake and sends per second among few and among many rows, in turns; of the rounds the median counts."""
    check_disk(folder, rows)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(servers.simulator(folder))
        simulator = stage.Simulator(server, SENDERS)
        sizes = {size: await Grown.make(engine, size, folder, simulator, say) for size in (SMALL_ROWS, rows)}
        say("reading it all once")
        await asyncio.to_thread(warm, folder)
        hubs = {size: stack.enter_context(servers.hub(grown.database, folder, simulator.url)) for size, grown in sizes.items()}
        for size, hub in hubs.items():
            await receive(sizes[size], hub, simulator, folder, 1_000)  # Warm-up.
        stored: dict[int, list[float]] = {size: [] for size in sizes}
        sent: dict[int, list[float]] = {size: [] for size in sizes}
        for number in range(1, ROUNDS + 1):
            say(f"{SMALL_ROWS:,} and {rows:,} rows, round {number} of {ROUNDS}")
            for size, grown in sizes.items():
                stored[size].append(await receive(grown, hubs[size], simulator, folder, WEBHOOKS))
            for size, grown in sizes.items():
                sends = Sends(grown.database, folder, simulator, grown.account, say)
                before = simulator.accepted
                await stage.fill(grown.database, grown.account, grown.account.senders, SENDS, people=grown.people)
                sent[size].append((await sends.drain(hubs[size], SENDERS, SENDS, before=before))["perSecond"])
        memory = hubs[rows].memory()
    median = {
        name: {size: statistics.median(values) for size, values in by_size.items()}
        for name, by_size in (("stored", stored), ("sent", sent))
    }
    return {
        "rows": rows,
        **{f"{name}PerSecondFew": by_size[SMALL_ROWS] for name, by_size in median.items()},
        **{f"{name}PerSecondMany": by_size[rows] for name, by_size in median.items()},
        **{f"{name}CostRatio": by_size[SMALL_ROWS] / by_size[rows] for name, by_size in median.items()},
        "memoryHighestMB": memory["highest"],
        "rounds": {
            "stored": {str(size): values for size, values in stored.items()},
            "sent": {str(size): values for size, values in sent.items()},
        },
    }


async def receive(grown: Grown, hub: servers.Server, simulator: stage.Simulator, folder: pathlib.Path, count: int) -> float:
    """Webhooks a second, of people all over the database."""
    file = folder / "requests"
    account = grown.account
    # Ids that the hub makes begin with the time, and lie between those that were filled in and those that were seeded.
    real = f"SELECT COUNT(*) FROM messages WHERE workspace_id = '{account.workspace}' AND id BETWEEN 'msg_01' AND 'msg_02'"
    before = await grown.database.count(real)
    start = int(time.time() * 1_000) * 100_000
    bodies.write(
        file,
        bodies.texts_of_seeded(
            path=account.webhook_path, secret=account.secret, numbers=simulator.numbers, account_id=simulator.facts["accountId"],
            people=grown.people, stride=stage.STRIDE, count=count, start=start,
        ),
    )  # fmt: skip
    result = servers.load(hub.port, file)
    if result["ok"] != count:
        sys.exit(f"Growth: only {result['ok']} of {count} webhooks were answered with success.")
    if (stored := await grown.database.count(real) - before) != count:
        sys.exit(f"Growth: {count} webhooks were answered with success, but {stored} messages were stored.")
    return result["perSecond"]


def check_disk(folder: pathlib.Path, rows: int) -> None:
    """Ends the bench when the disk can't hold the rows. What an interrupted run has made already counts as free."""
    made = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    free, needed = shutil.disk_usage(folder).free + made, rows * BYTES_PER_ROW
    if free < needed:
        sys.exit(
            f"{rows:,} messages need {needed / 2**30:.0f} GB in {folder}, and {free / 2**30:.0f} GB are free. TMPDIR names another place."
        )
