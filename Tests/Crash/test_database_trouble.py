"""What a hub does while its database is in trouble: it says so, loses and doubles nothing, sends nothing that it can't write down, and goes on by itself."""

import asyncio
import contextlib
import os
import pathlib
import random
import sqlite3
import subprocess
import threading
import urllib.error
import urllib.request

import asyncpg
import pytest
import store as sql
from balancer import pipe
from cluster import Cluster
from comparison import Attempt, Entry, Row, compare_inbound, compare_outbound
from hubs import FORM
from load import Clients, Customers, Pace
from processes import Browser, http
from scenario import content_text
from small import begin, empty_database, eventually, greeted, has, submit
from throwaway_postgres import Server

MESSAGES = 400


class Trouble:
    """A hub with a message under way, a phone that writes, and what its callers see meanwhile."""

    def __init__(self, simulator, place, account, url):
        self.simulator, self.place, self.account, self.url = simulator, place, account, url
        self.browser = Browser()
        self.browser.submit(f"{url}/sign-in", {"email": FORM["email"], "password": FORM["password"]})
        phone = simulator.control("POST", "phones", {"name": "Ana", "number": "15561234567"})["id"]
        self.write = lambda text: simulator.control(
            "POST", f"phones/{phone}/messages", {"to": account.numbers[0], "type": "text", "text": {"body": text}}
        )
        self.simulator.control("PATCH", "settings", {"webhookRetryDelay": 200})
        # Taken on although the trouble had begun: a database may go on for a while in the space that it has.
        self.accepted: list[str] = []
        self.written: list[str] = []

    async def call_under_way(self) -> str:
        """A message whose call is answered only when the trouble is there."""
        fault = {"edge": "messages", "method": "POST", "times": 1, "action": "delay", "delay": 4_000}
        self.simulator.control("POST", "faults", fault)
        message = submit(self.url, self.account, "under-way")
        await eventually(lambda: has(self.place, message, "sending"))
        return message

    def post(self) -> tuple[int, dict]:
        body = {
            # A repeat of one that was taken on is answered from what is stored, also while nothing can be.
            "sender": self.account.senders[1], "to": "+15550177778", "clientId": f"in-trouble-{len(self.accepted)}",
            "template": {"name": "hello_world", "language": "en_US"},
        }  # fmt: skip
        answer = http(f"{self.url}/api/v1/messages", method="POST", key=self.account.key, body=body)
        assert answer.status in (200, 201, 202, 503), answer.body
        if answer.status != 503:
            self.accepted.append(answer.json()["id"])
        return answer.status, answer.json()

    def page(self) -> tuple[int, str]:
        opener, headers = self.browser.opener, {"Accept": "text/html"}
        try:
            with opener.open(urllib.request.Request(f"{self.url}/app/acme/whatsapp", headers=headers), timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    async def complain(self, codes: set[str], words: str) -> None:
        """What everybody is told."""

        async def told() -> bool:
            status, problem = await asyncio.to_thread(self.post)
            return status == 503 and problem["code"] in codes and words in problem["detail"]

        await eventually(told)

        async def ready() -> bool:
            answer = await asyncio.to_thread(http, f"{self.url}/readyz")
            return answer.status == 503 and words in answer.json()["checks"]["database"]

        await eventually(ready)

        async def waits() -> bool:
            self.written.append(f"in trouble {len(self.written)}")
            self.write(self.written[-1])
            await asyncio.sleep(1)
            # Nobody took it with a 200; statuses of the call that was under way may wait as well.
            return self.simulator.waiting_webhooks() >= 1

        await eventually(waits)

    async def go_on(self, under_way: str | None) -> None:
        async def accepted() -> bool:
            return (await asyncio.to_thread(self.post))[0] != 503

        await eventually(accepted)
        sent = self.accepted + [under_way] * bool(under_way)
        for message in sent:
            await eventually(lambda message=message: has(self.place, message, "sent", "delivered", "read"))

        async def ready() -> bool:
            return (await asyncio.to_thread(http, f"{self.url}/readyz")).status == 200

        await eventually(ready)

        async def stored() -> bool:
            return self.simulator.waiting_webhooks() == 0

        await eventually(stored)
        texts = [content_text(content) for _, content in await self.place.store.rows(sql.INBOUND)]
        assert sorted(texts) == sorted(self.written)
        [(again,)] = await self.place.store.rows("SELECT COUNT(*) FROM attempts WHERE number > 1")
        assert again == 0
        references = [entry["callbackData"] for entry in self.simulator.ledger()]
        assert sorted(references) == sorted(f"{one}.1" for one in sent)
        assert self.page()[0] == 200


@contextlib.contextmanager
def restarted():
    server = Server(durable=False)
    try:
        connection = server.start()
        yield connection, server.stop_process, lambda: server.starts(server.port)
    finally:
        server.remove()


@contextlib.contextmanager
def failed_over():
    cluster = Cluster()
    try:
        yield cluster.connection, lambda: cluster.kill("kill"), cluster.standby.promote
    finally:
        cluster.remove()


@pytest.mark.parametrize("kind", [restarted, failed_over], ids=["restarted", "failed over"])
def test_postgres_goes_away_and_comes_back(tmp_path, processes, kind):
    async def run(connection, stop, start):
        simulator, place, account, url, _ = await begin(tmp_path, "postgres", connection)
        trouble = Trouble(simulator, place, account, url)
        under_way = await trouble.call_under_way()
        await asyncio.to_thread(stop)
        await trouble.complain({"store.unavailable"}, "can't be reached")
        status, page = await asyncio.to_thread(trouble.page)
        assert status == 503
        assert "The database can&#39;t be reached right now" in page.replace("&#x27;", "&#39;").replace("'", "&#39;")
        await asyncio.sleep(3)  # Until the call is answered, and nobody can write that down.
        await asyncio.to_thread(start)
        await trouble.go_on(under_way)

    with kind() as (connection, stop, start):
        asyncio.run(run(connection, stop, start))


async def compared(place, simulator, account, url, nuisance) -> None:
    """Sends and receives while the nuisance is at work, and compares all with the simulator's ledger."""
    pace = Pace(MESSAGES, 8)
    clients, customers = Clients(url, account, 1, MESSAGES, pace), Customers(simulator, account, 1, MESSAGES, pace)
    await greeted(place, customers)
    pace.begin += 1
    task = asyncio.create_task(nuisance())
    await asyncio.gather(clients.run(), customers.run())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    async def problems() -> list[str]:
        rows = [Row(*row) for row in await place.store.rows(sql.ROWS)]
        references = {Attempt(*row).reference for row in await place.store.rows(sql.ATTEMPTS)}
        ledger = [Entry(entry.get("callbackData", ""), entry["status"]) for entry in simulator.ledger()]
        out = compare_outbound(clients.submitted, rows, references, ledger, set(), 0, set())
        inbound = await place.store.rows(sql.INBOUND)
        texts = [content_text(content) for _, content in inbound]
        into = compare_inbound(customers.written, texts, [provider_id for provider_id, _ in inbound])
        return clients.doubled + out.problems + into.problems

    # What the last look found. Not looked up once more: a phone that gets or reads one of the messages meanwhile is ahead of us for a moment.
    found: list[str] = []

    async def done() -> bool:
        progress = dict(await place.store.rows(sql.PROGRESS))
        waits = any(progress.get(status) for status in ("queued", "claimed", "sending", "unknown"))
        found[:] = await problems()
        return not (waits or found or simulator.waiting_webhooks())

    with contextlib.suppress(AssertionError):
        await eventually(done)
    assert found == []
    assert dict(await place.store.rows(sql.PROGRESS)).keys() <= {"received", "sent", "delivered", "read"}


def test_backends_that_are_terminated_in_mid_transaction_cost_nothing(tmp_path, processes):
    async def run():
        database = await empty_database()
        simulator, place, account, url, _ = await begin(tmp_path, "postgres", database)
        terminated = 0

        async def terminate():
            nonlocal terminated
            connection = await asyncpg.connect(sql.asyncpg_url(database))
            statement = """
                SELECT COUNT(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'switchboard' AND (state <> 'idle' OR random() < 0.1)
            """
            while True:
                terminated += await connection.fetchval(statement)
                await asyncio.sleep(0.1)

        await compared(place, simulator, account, url, terminate)
        assert terminated > 20

    asyncio.run(run())


class CuttingProxy:
    """Stands before PostgreSQL and now and then cuts a connection at its COMMIT: before the server got it, or before the answer comes back."""

    def __init__(self, server: str):
        self.target = dict(part.split("=", 1) for part in server.split())
        self.chance, self.is_cutting, self.cuts = random.Random(1), False, 0

    def start(self) -> str:
        """Serves in a thread of its own, since a test also makes calls that block."""
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        self.server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self.serve, "127.0.0.1", 0), loop).result()
        port = self.server.sockets[0].getsockname()[1]
        return " ".join(f"{name}={value}" for name, value in (self.target | {"port": str(port)}).items())

    async def serve(self, reader, writer) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection(self.target["host"], int(self.target["port"]))
        back = asyncio.create_task(pipe(upstream_reader, writer))
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                if self.is_cutting and b"COMMIT" in data and self.chance.random() < 0.15:
                    self.cuts += 1
                    if self.chance.random() < 0.6:
                        back.cancel()
                        upstream_writer.write(data)
                        await upstream_writer.drain()
                        await asyncio.sleep(0.05)
                    break
                upstream_writer.write(data)
                await upstream_writer.drain()
        back.cancel()
        upstream_writer.transport.abort()
        writer.transport.abort()


def test_connections_cut_at_their_commit_cost_nothing(tmp_path, processes):
    async def run():
        direct = await empty_database()
        proxy = CuttingProxy(direct)
        simulator, place, account, url, _ = await begin(tmp_path, "postgres", proxy.start())
        place.store = sql.PostgresStore(direct)

        async def cut():
            proxy.is_cutting = True
            try:
                await asyncio.Event().wait()
            finally:
                proxy.is_cutting = False

        await compared(place, simulator, account, url, cut)
        assert proxy.cuts > 20
        log = place.hub.process.log.read_text()
        assert "outcomeUnknown" in log

    asyncio.run(run())


def test_another_program_holds_the_file(tmp_path, processes):
    async def run():
        simulator, place, account, url, _ = await begin(tmp_path, "sqlite")
        trouble = Trouble(simulator, place, account, url)
        under_way = await trouble.call_under_way()
        [path] = place.data.glob("*.db")
        other = sqlite3.connect(path, timeout=30, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await trouble.complain({"store.locked"}, "Another program holds the database")
        # Reading goes on.
        assert (await asyncio.to_thread(trouble.page))[0] == 200
        other.execute("ROLLBACK")
        other.close()
        await trouble.go_on(under_way)

    asyncio.run(run())


def small_disk(folder: pathlib.Path, megabytes: int) -> bool:
    """Puts a file system of its own on a folder; only root may."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_disk_is_full(tmp_path, processes, monkeypatch):
    disk = tmp_path / "disk"
    disk.mkdir()
    if not small_disk(disk, 64):
        pytest.skip("Only root can make a small disk.")

    async def run():
        simulator, place, account, url, _ = await begin(disk, "sqlite")
        trouble = Trouble(simulator, place, account, url)
        under_way = await trouble.call_under_way()
        filler = disk / "filler"
        # To the last block, again and again: what the hub frees is taken as well.
        stop = asyncio.Event()

        async def fill():
            with open(filler, "ab", buffering=0) as file:
                while not stop.is_set():
                    with contextlib.suppress(OSError):
                        while file.write(b"x" * 1_024):
                            pass
                    await asyncio.sleep(0.05)

        filling = asyncio.create_task(fill())
        await trouble.complain({"store.full"}, "The disk of the database is full")
        assert (await asyncio.to_thread(trouble.page))[0] == 200
        stop.set()
        await filling
        filler.unlink()
        await trouble.go_on(under_way)
        place.hub.process.stop()
        simulator.process.kill()

    try:
        asyncio.run(run())
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)
