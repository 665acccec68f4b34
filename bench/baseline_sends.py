"""What a developer would write by hand to send a queue, to compare with: httpx, asyncio and a database. The same promise as ours: the provider's id
of each message is recorded durably, and nothing is called twice.

  baseline_sends.py URL TOKEN sqlite:PATH|postgresql://… COUNT CONCURRENT NUMBER...
"""

import asyncio
import sqlite3
import sys
import time

import asyncpg
import httpx

SCHEMA = "CREATE TABLE IF NOT EXISTS queue (id INTEGER PRIMARY KEY, number TEXT NOT NULL, recipient TEXT NOT NULL, state TEXT NOT NULL, provider_id TEXT)"


class SQLiteQueue:
    async def open(self, url: str, rows: list[tuple]) -> None:
        self.connection = sqlite3.connect(url.removeprefix("sqlite:"), isolation_level=None, timeout=30)
        self.connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; DROP TABLE IF EXISTS queue;" + SCHEMA)
        self.connection.execute("BEGIN")
        self.connection.executemany("INSERT INTO queue (id, number, recipient, state) VALUES (?, ?, ?, 'queued')", rows)
        self.connection.execute("COMMIT")

    async def begin(self, number: int) -> None:
        self.connection.execute("UPDATE queue SET state = 'sending' WHERE id = ?", (number,))

    async def record(self, number: int, provider_id: str) -> None:
        self.connection.execute("UPDATE queue SET state = 'sent', provider_id = ? WHERE id = ?", (provider_id, number))


class PostgresQueue:
    async def open(self, url: str, rows: list[tuple]) -> None:
        self.pool = await asyncpg.create_pool(url, min_size=4, max_size=20)
        await self.pool.execute("DROP TABLE IF EXISTS queue")
        await self.pool.execute(SCHEMA)
        await self.pool.executemany("INSERT INTO queue (id, number, recipient, state) VALUES ($1, $2, $3, 'queued')", rows)

    async def begin(self, number: int) -> None:
        await self.pool.execute("UPDATE queue SET state = 'sending' WHERE id = $1", number)

    async def record(self, number: int, provider_id: str) -> None:
        await self.pool.execute("UPDATE queue SET state = 'sent', provider_id = $1 WHERE id = $2", provider_id, number)


async def main() -> None:
    url, token, database, count, concurrent, *numbers = sys.argv[1:]
    rows = [(n, numbers[n % len(numbers)], f"+1444{n:07}") for n in range(int(count))]
    queue = SQLiteQueue() if database.startswith("sqlite:") else PostgresQueue()
    await queue.open(database, rows)
    waiting = iter(rows)
    limits = httpx.Limits(max_connections=int(concurrent), max_keepalive_connections=int(concurrent))
    async with httpx.AsyncClient(limits=limits, timeout=30, headers={"Authorization": f"Bearer {token}"}) as client:

        async def work() -> None:
            for number, sender, recipient in waiting:
                await queue.begin(number)
                body = {
                    "messaging_product": "whatsapp",
                    "to": recipient,
                    "type": "template",
                    "template": {"name": "hello_world", "language": {"code": "en_US"}},
                }
                answer = (await client.post(f"{url}/v26.0/{sender}/messages", json=body)).raise_for_status()
                await queue.record(number, answer.json()["messages"][0]["id"])

        begin = time.monotonic()
        await asyncio.gather(*(work() for _ in range(int(concurrent))))
        print(int(count) / (time.monotonic() - begin))


asyncio.run(main())
