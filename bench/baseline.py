"""What a developer would write by hand, to compare with: pywa, FastAPI and a database. The same promise as ours: a message is
stored durably before its webhook is answered.

  BENCH_DATABASE=sqlite:PATH or postgresql://…   BENCH_SECRET=app secret   uvicorn baseline:app
"""

import asyncio
import contextlib
import contextvars
import os
import sqlite3

import asyncpg
import fastapi
from pywa_async import WhatsApp, types, utils

DATABASE = os.environ["BENCH_DATABASE"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS contacts (
    phone TEXT PRIMARY KEY, name TEXT, last_at {number}, preview TEXT, unread INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY, phone TEXT NOT NULL REFERENCES contacts (phone), sender TEXT, kind TEXT, body TEXT, at {number});
CREATE INDEX IF NOT EXISTS messages_by_contact ON messages (phone, at DESC);
CREATE INDEX IF NOT EXISTS contacts_by_time ON contacts (last_at DESC);
"""


class SQLiteStore:
    async def open(self) -> None:
        self.connection = sqlite3.connect(DATABASE.removeprefix("sqlite:"), isolation_level=None, timeout=30)
        self.connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + SCHEMA.format(number="REAL"))

    async def close(self) -> None:
        self.connection.close()

    async def store(self, message: types.Message, body: str) -> None:
        phone, name, at = message.from_user.wa_id, message.from_user.name, message.timestamp.timestamp()
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        run(
            "INSERT INTO contacts (phone, name, last_at, preview, unread) VALUES (?, ?, ?, ?, 1) ON CONFLICT (phone) DO UPDATE SET "
            "name = excluded.name, last_at = max(last_at, excluded.last_at), preview = excluded.preview, unread = unread + 1",
            (phone, name, at, body[:100]),
        )
        run(
            "INSERT INTO messages (id, phone, sender, kind, body, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (message.id, phone, message.metadata.phone_number_id, message.type.value, body, at),
        )
        run("COMMIT")


class PostgresStore:
    async def open(self) -> None:
        self.pool = await asyncpg.create_pool(DATABASE, min_size=4, max_size=20)
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(1)")  # Two workers may start at once.
            await connection.execute(SCHEMA.format(number="DOUBLE PRECISION"))

    async def close(self) -> None:
        await self.pool.close()

    async def store(self, message: types.Message, body: str) -> None:
        phone, name, at = message.from_user.wa_id, message.from_user.name, message.timestamp.timestamp()
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "INSERT INTO contacts (phone, name, last_at, preview, unread) VALUES ($1, $2, $3, $4, 1) ON CONFLICT (phone) DO UPDATE SET "
                "name = excluded.name, last_at = greatest(contacts.last_at, excluded.last_at), preview = excluded.preview, "
                "unread = contacts.unread + 1",
                phone, name, at, body[:100],
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO messages (id, phone, sender, kind, body, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                message.id, phone, message.metadata.phone_number_id, message.type.value, body, at,
            )  # fmt: skip


store = SQLiteStore() if DATABASE.startswith("sqlite:") else PostgresStore()
failures: contextvars.ContextVar[list] = contextvars.ContextVar("failures")


@contextlib.asynccontextmanager
async def lifespan(_: fastapi.FastAPI):
    await store.open()
    yield
    await store.close()


app = fastapi.FastAPI(lifespan=lifespan, docs_url=None, openapi_url=None)
whatsapp = WhatsApp(
    phone_id="100000000000001",
    token="unused",
    verify_token="unused",
    server=None,
    filter_updates=False,
    app_secret=os.environ["BENCH_SECRET"],
    validate_updates=True,
)


@whatsapp.on_message()
async def receive(_: WhatsApp, message: types.Message) -> None:
    # pywa logs what a handler throws and answers 200 all the same; here a message that wasn't stored must not be answered so.
    try:
        await store.store(message, message.text or message.caption or f"[{message.type.value}]")
    except Exception as error:
        failures.get().append(error)
        raise


@app.post("/webhook")
async def webhook(request: fastapi.Request) -> fastapi.Response:
    raw = await request.body()
    if refusal := await whatsapp.webhook_update_validator(raw, request.headers.get(utils.HUB_SIG)):
        return fastapi.Response(refusal[0], refusal[1])
    failures.set([])
    body, status = await whatsapp.webhook_update_handler(raw)
    return fastapi.Response(body, 500 if failures.get() else status)


@app.get("/ready")
async def ready() -> dict:
    await asyncio.sleep(0)
    return {}
