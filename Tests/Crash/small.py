"""One hub with a simulator, for tests that look closely at one thing."""

import asyncio
import base64
import os
import pathlib
import re
import secrets
import subprocess
import time

import asyncpg
import store as sql
from hubs import Hub, Simulator
from load import Customers
from processes import BINARY, clean_environment, http

PATIENCE = 60


class Place:
    """A data directory and a database, on either engine, with the hub that works in them."""

    def __init__(self, folder: pathlib.Path, simulator: Simulator, database: str | None, key: str, name: str):
        self.folder, self.database = folder / name, database
        self.folder.mkdir()
        self.hub = Hub(0, self.folder, simulator, database, key)
        # A folder of its own, and not the shared one that several processes have.
        (self.folder / "data-0/media").unlink()
        self.data = self.folder / "data-0"
        self.store = sql.PostgresStore(database) if database else sql.SQLiteStore(self.data)

    def command(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [BINARY, *arguments, *self.hub.place], cwd=self.folder, env=clean_environment(**self.hub.variables),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == status, done.stderr + done.stdout
        return done

    async def tables(self) -> dict[str, list[tuple]]:
        names = (
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            if self.database
            else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return {name: sorted(map(repr, await self.store.rows(f"SELECT * FROM {name}"))) for (name,) in await self.store.rows(names)}

    def files(self) -> dict[str, bytes]:
        media = self.data / "media"
        found = {str(path.relative_to(media)): path.read_bytes() for path in media.rglob("*") if path.is_file()}
        return {name: data for name, data in found.items() if not name.endswith("lock") and not name.startswith(".")}


async def empty_database() -> str:
    server = os.environ.get("SWITCHBOARD_TEST_POSTGRES")
    assert server, "There is no PostgreSQL to test on. Please run: make test"
    name = f"backup_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(sql.asyncpg_url(server))
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return re.sub(r"dbname=\S+", f"dbname={name}", server)


async def greeted(place: "Place", customers: Customers) -> None:
    """Pictures may be sent to whoever has written."""
    await customers.greet()
    await eventually(lambda: stored(place, len(customers.written)))


async def stored(place: "Place", count: int) -> bool:
    return len(await place.store.rows(sql.INBOUND)) == count


async def eventually(look):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if result := await look():
            return result
        await asyncio.sleep(0.05)
    raise AssertionError("It didn't come to that.")


async def begin(tmp_path: pathlib.Path, engine: str, database: str | None = None):
    """A hub on one engine, or on the database that is named, connected with all numbers of a simulator."""
    simulator = Simulator(tmp_path)
    await simulator.ready()
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    if engine == "postgres" and database is None:
        database = await empty_database()
    place = Place(tmp_path, simulator, database, key, "first")
    await place.hub.start()
    account = await place.hub.set_up(simulator)
    url = f"http://127.0.0.1:{place.hub.port}"
    simulator.control("PATCH", f"apps/{simulator.facts['appId']}", {"callbackUrl": url + account.webhook_path, "skipHandshake": True})
    for number in simulator.control("GET", "numbers")["data"]:
        simulator.control("PATCH", f"numbers/{number['id']}", {"tier": "TIER_UNLIMITED"})
    simulator.control("PATCH", "settings", {"unknownRecipients": "reachable", "messagingLimit": False})
    return simulator, place, account, url, key


def submit(address: str, account, client_id: str) -> str:
    body = {
        "sender": account.senders[0], "to": "+15550177777", "clientId": client_id,
        "template": {"name": "hello_world", "language": "en_US"},
    }  # fmt: skip
    answer = http(f"{address}/api/v1/messages", method="POST", key=account.key, body=body)
    assert answer.status in (200, 201, 202), answer.body
    return answer.json()["id"]


async def has(place: Place, message: str, *wanted: str) -> bool:
    [(status,)] = await place.store.rows(f"SELECT status FROM messages WHERE id = '{message}'")
    return status in wanted


async def statuses(place: Place, wanted: set[str]) -> bool:
    return {row[0] for row in await place.store.rows(sql.PROGRESS)} <= wanted
