"""Backups while messages flow, and what a restored hub does: it has every row and every file, and sends nothing before somebody says go."""

import asyncio
import json
import pathlib
import time

import pytest
import store as sql
from hubs import FORM
from load import Clients, Customers, Pace
from processes import Browser, http
from small import Place, begin, empty_database, eventually, greeted, has, statuses, submit

# Changed by a restore on purpose, or by looking after the hub.
OWN = {"processes", "sender_leases", "settings", "schema_migrations"}
ENGINES = pytest.mark.parametrize("engine", ["sqlite", "postgres"])


@ENGINES
def test_a_backup_while_messages_flow_is_whole(tmp_path, processes, engine):
    asyncio.run(flowing(tmp_path, engine))


async def flowing(tmp_path, engine):
    simulator, place, account, url, key = await begin(tmp_path, engine)
    pace = Pace(600, 15)
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
    # Readers of the event log begin at its end; on PostgreSQL the log is numbered anew, and the search index follows.
    readers = {"event_readers"} | ({"events", "search_indexes"} if engine == "postgres" else set())
    assert changed <= {"messages", "attempts", "conversations"} | readers
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
