"""Backups while messages flow, and what a restored hub does: it has every row and every file, and sends nothing before somebody says go."""

import asyncio
import base64
import json
import os
import pathlib
import re
import secrets
import subprocess
import time

import asyncpg
import pytest
import store as sql
from hubs import FORM, Hub, Process, Simulator
from load import Clients, Customers, Pace
from processes import BINARY, Browser, clean_environment, http

# Changed by a restore on purpose, or by looking after the hub.
OWN = {"processes", "sender_leases", "settings", "schema_migrations"}
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


@pytest.fixture
def processes(monkeypatch):
    """Ends whatever a test started."""
    started = []
    make = Process.__init__
    monkeypatch.setattr(Process, "__init__", lambda self, *rest: (make(self, *rest), started.append(self))[0])
    yield
    for process in started:
        process.kill()


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


async def begin(tmp_path: pathlib.Path, engine: str):
    simulator = Simulator(tmp_path)
    await simulator.ready()
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    place = Place(tmp_path, simulator, await empty_database() if engine == "postgres" else None, key, "first")
    await place.hub.start()
    account = await place.hub.set_up(simulator)
    url = f"http://127.0.0.1:{place.hub.port}"
    simulator.control("PATCH", f"apps/{simulator.facts['appId']}", {"callbackUrl": url + account.webhook_path, "skipHandshake": True})
    for number in simulator.control("GET", "numbers")["data"]:
        simulator.control("PATCH", f"numbers/{number['id']}", {"tier": "TIER_UNLIMITED"})
    simulator.control("PATCH", "settings", {"unknownRecipients": "reachable", "messagingLimit": False})
    return simulator, place, account, url, key


ENGINES = pytest.mark.parametrize("engine", ["sqlite", "postgres"])


@ENGINES
def test_a_backup_while_messages_flow_is_whole(tmp_path, processes, engine):
    asyncio.run(flowing(tmp_path, engine))


async def flowing(tmp_path, engine):
    simulator, place, account, url, key = await begin(tmp_path, engine)
    pace = Pace(600, 6)
    clients, customers = Clients(url, account, 1, 600, pace), Customers(simulator, account, 1, 600, pace)
    await greeted(place, customers)
    pace.begin = time.monotonic()
    load = asyncio.gather(clients.run(), customers.run())
    await asyncio.sleep(2)
    backup = tmp_path / "backup"
    said = await asyncio.to_thread(place.command, "backup", str(backup))
    assert "The secret key is not in it" in said.stdout
    assert not load.done()
    await load
    manifest = json.loads((backup / "manifest.json").read_text())
    assert 0 < manifest["rows"]["messages"] < 600 * 1.25
    assert manifest["mediaCount"] == 1

    other = Place(tmp_path, simulator, await empty_database() if engine == "postgres" else None, key, "second")
    said = other.command("restore", str(backup))
    assert "Nothing is sent yet" in said.stdout
    restored = await other.tables()
    assert {name: len(rows) for name, rows in restored.items() if name not in OWN} == {
        name: count for name, count in manifest["rows"].items() if name not in OWN
    }
    # One moment of the hub: what a row is about is there as well, and nothing that the hub doesn't have itself.
    [(orphans,)] = await other.store.rows(
        "SELECT COUNT(*) FROM attempts a WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = a.message_id)"
    )
    assert orphans == 0
    assert {row[0] for row in await other.store.rows(sql.ROWS)} <= {row[0] for row in await place.store.rows(sql.ROWS)}
    assert await other.store.rows("SELECT id, status, attempt, at FROM messages WHERE status IN ('sending', 'claimed')") == []
    assert other.files() == place.files()


@ENGINES
def test_a_restored_hub_has_all_and_sends_nothing_before_the_go(tmp_path, processes, engine):
    asyncio.run(restored(tmp_path, engine))


async def restored(tmp_path, engine):
    simulator, place, account, url, key = await begin(tmp_path, engine)
    clients, customers = Clients(url, account, 1, 60, Pace(60, 1)), Customers(simulator, account, 1, 0, Pace(1, 1))
    await greeted(place, customers)
    await clients.run()
    await eventually(lambda: statuses(place, {"received", "sent", "delivered", "read", "failed"}))
    # One whose call is under way for ever, and one that waits behind it.
    simulator.control("POST", "faults", {"edge": "messages", "method": "POST", "times": None, "action": "silence", "after": True})
    waiting = [submit(url, account, f"late-{number}") for number in range(2)]
    await eventually(lambda: has(place, waiting[0], "sending"))
    place.hub.process.kill()
    simulator.control("DELETE", "faults")
    ledger = len(simulator.ledger())

    backup = tmp_path / "backup"
    place.command("backup", "--include-key", str(backup))
    before, files = await place.tables(), place.files()
    assert (backup / "secret.key").read_text().strip() == key

    other = Place(tmp_path, simulator, await empty_database() if engine == "postgres" else None, key, "second")
    other.command("restore", str(backup))
    after = await other.tables()
    changed = {name for name in before if before[name] != after[name]} - OWN
    assert changed <= {"messages", "attempts", "conversations"} | ({"events"} if engine == "postgres" else set())
    lost = set(before["messages"]) - set(after["messages"])
    assert len(lost) == 1
    assert waiting[0] in lost.pop()
    assert await has(other, waiting[0], "unknown")
    assert await has(other, waiting[1], "queued")
    assert other.files() == files
    instances = [await one.store.rows("SELECT value FROM settings WHERE key = 'instance.id'") for one in (place, other)]
    assert instances[0] != instances[1]

    await other.hub.start()
    address = f"http://127.0.0.1:{other.hub.port}"
    simulator.control("PATCH", f"apps/{simulator.facts['appId']}", {"callbackUrl": address + account.webhook_path, "skipHandshake": True})
    waiting.append(submit(address, account, "new"))
    state = http(f"{address}/api/v1/sending", key=account.key).json()
    assert (state["halted"], state["reason"], state["waiting"]) == (True, "restored", 2)
    await asyncio.sleep(2.5)  # Two looks of a dispatcher.
    assert len(simulator.ledger()) == ledger
    browser = Browser()
    browser.submit(f"{address}/sign-in", {"email": FORM["email"], "password": FORM["password"]})
    assert "Look, and start sending" in browser.read(f"{address}/app/acme/settings/sessions")
    page = f"{address}/app/acme/settings/sending"
    assert "2 messages wait" in browser.read(page)
    assert "2 messages wait" in other.command("resume").stdout
    assert len(simulator.ledger()) == ledger

    if engine == "sqlite":
        assert http(f"{address}/api/v1/sending/start", method="POST", key=account.key).status == 200
    else:
        other.command("resume", "--yes")
    await eventually(lambda: has(other, waiting[1], "sent", "delivered", "read"))
    await eventually(lambda: has(other, waiting[2], "sent", "delivered", "read"))
    numbers = [entry["callbackData"].split(".")[0] for entry in simulator.ledger()]
    assert [numbers.count(message) for message in waiting] == [1, 1, 1]
    assert await settled(browser, page)


async def settled(browser: Browser, page: str) -> bool:
    return await eventually(lambda: asyncio.to_thread(lambda: "Look, and start sending" not in browser.read(page)))


@ENGINES
def test_what_is_damaged_or_taken_is_refused_with_a_sentence(tmp_path, processes, engine):
    asyncio.run(refused(tmp_path, engine))


async def refused(tmp_path, engine):
    simulator, place, _, _, key = await begin(tmp_path, engine)
    backup = tmp_path / "backup"
    place.command("backup", str(backup))
    assert "Name a folder that doesn't exist yet" in place.command("backup", str(backup), status=1).stderr
    assert "Another switchboard serve" in place_error(place, backup)
    assert place.hub.process.stop() == 0
    assert "There are files in" in place_error(place, backup)
    (place.data / "media").rename(place.data / "media-away")
    assert "There is a database already" in place_error(place, backup)

    other = Place(tmp_path, simulator, await empty_database() if engine == "postgres" else None, key, "second")
    assert "There is no backup" in place_error(other, tmp_path)
    database = backup / ("database.dump" if engine == "postgres" else "database.sqlite")
    [file] = [path for path in (backup / "media").rglob("*") if path.is_file()]
    for path in (database, file, backup / "media.list"):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert f"The backup is damaged: {path.relative_to(backup)} has other contents" in place_error(other, backup)
        path.unlink()
        assert f"The backup is damaged: {path.relative_to(backup)} is missing" in place_error(other, backup)
        path.write_bytes(whole)
    manifest = backup / "manifest.json"
    whole = manifest.read_text()
    manifest.write_text(whole[: len(whole) // 2])
    assert "manifest.json can't be read" in place_error(other, backup)
    manifest.write_text(json.dumps(json.loads(whole) | {"format": 2}))
    assert "a newer version" in place_error(other, backup)
    manifest.write_text(json.dumps(json.loads(whole) | {"engine": "sqlite" if engine == "postgres" else "postgres"}))
    assert "can't be brought into" in place_error(other, backup)
    manifest.write_text(whole)
    assert not list(tmp_path.glob("*.part-*"))

    (other.data / "media").mkdir(exist_ok=True)
    (other.data / "media/other").mkdir()
    assert "There are files in" in place_error(other, backup)
    (other.data / "media/other").rmdir()
    other.command("restore", str(backup))


def place_error(place: Place, backup: pathlib.Path) -> str:
    return place.command("restore", str(backup), status=1).stderr


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
