"""The servers that the bench measures, as processes on loopback, and what is read about them from outside."""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

import asyncpg

PROJECT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = PROJECT / ".build/release/switchboard"
START_SECONDS = 60
STOP_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Database:
    """One database of either engine; `flag` is how switchboard is told about it, `url` how the baseline is."""

    def __init__(self, engine: str, name: str, folder: pathlib.Path):
        self.engine = engine
        self.folder = folder / f"{engine}-{name}"
        self.folder.mkdir(exist_ok=True)
        if engine == "postgres":
            self.url = postgres_url(name)

    @staticmethod
    async def make(engine: str, name: str, folder: pathlib.Path, *, keep: bool = False) -> "Database":
        """A new database; with `keep` the one of an earlier run, if there is one."""
        if engine == "postgres":
            connection = await asyncpg.connect(postgres_url("postgres"))
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                if await connection.fetchval(f"SHOW {setting}") != "on":
                    sys.exit(f"The PostgreSQL in SWITCHBOARD_TEST_POSTGRES has {setting} off: figures from it would mean nothing.")
            if not keep or not await connection.fetchval("SELECT COUNT(*) FROM pg_database WHERE datname = $1", name):
                await connection.execute(f"CREATE DATABASE {name}")
            await connection.close()
        return Database(engine, name, folder)

    @property
    def flags(self) -> list[str]:
        data = ["--data-directory", str(self.folder)]
        return data if self.engine == "sqlite" else [*data, "--database", self.url]

    @property
    def baseline_url(self) -> str:
        return f"sqlite:{self.folder}/baseline.db" if self.engine == "sqlite" else self.url

    async def count(self, query: str) -> int:
        """The answer of a query for one number, asked beside the running server."""
        [(number,)] = await self.rows(query)
        return number

    async def rows(self, query: str) -> list[tuple]:
        """The answer of a query, asked beside the running server."""
        if self.engine == "postgres":
            connection = await asyncpg.connect(self.url)
            try:
                return [tuple(row) for row in await connection.fetch(query)]
            finally:
                await connection.close()
        with contextlib.closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(query).fetchall()

    async def write(self, *statements: str) -> None:
        """Runs statements in one transaction, beside the server."""
        if self.engine == "postgres":
            connection = await asyncpg.connect(self.url)
            try:
                async with connection.transaction():
                    for statement in statements:
                        await connection.execute(statement)
            finally:
                await connection.close()
            return
        with contextlib.closing(sqlite3.connect(self.file, timeout=60, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for statement in statements:
                connection.execute(statement)
            connection.execute("COMMIT")

    def write_unsynced(self, *statements: str, in_transaction: bool = True) -> None:
        """As ``write`` on SQLite, with much memory and without waiting for the disk: for seeds, beside no server."""
        with contextlib.closing(sqlite3.connect(self.file, timeout=60, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -1000000")
            connection.execute("PRAGMA temp_store = MEMORY")
            if in_transaction:
                connection.execute("BEGIN IMMEDIATE")
            for statement in statements:
                connection.execute(statement)
            if in_transaction:
                connection.execute("COMMIT")

    @property
    def file(self) -> pathlib.Path:
        """SQLite's, once a server has made it."""
        [path] = self.folder.glob("*.db")
        return path


def postgres_url(database: str) -> str:
    parts = dict(re.findall(r"(\w+)=(\S+)", os.environ["SWITCHBOARD_TEST_POSTGRES"]))
    return f"postgresql://{parts['user']}:{parts['password']}@{parts['host']}:{parts['port']}/{database}"


class Server:
    """A process that answers HTTP on a port. Ends with the `with` block."""

    def __init__(self, name: str, command: list[str], port: int, log: pathlib.Path, *, ready_path="/readyz", environment=None, cwd=PROJECT):
        self.name, self.command, self.port, self.log, self.ready_path, self.cwd = name, command, port, log, ready_path, cwd
        self.environment = os.environ | (environment or {"SWITCHBOARD_BENCH": "1"})

    def __enter__(self) -> "Server":
        begin = time.perf_counter()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.cwd, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        while not self.is_ready():
            if self.process.poll() is not None or time.perf_counter() - begin > START_SECONDS:
                self.__exit__()
                last_words = "\n".join(self.log.read_text().splitlines()[-20:])
                sys.exit(f"{self.name} doesn't start. Its last words, from {self.log}:\n{last_words}")
            time.sleep(0.002)
        self.start_seconds = time.perf_counter() - begin
        return self

    def __exit__(self, *_: object) -> None:
        # The process leads a group of its own, so that its workers end with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            print(f"{self.name} didn't stop within {STOP_SECONDS} s and was killed.", file=sys.stderr)
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.ready_path}", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def cpu_seconds(self) -> float:
        """Processor time of the process itself so far."""
        return cpu_seconds(self.process.pid)

    def memory(self) -> dict[str, float]:
        """Resident memory in MB, now and at its highest, of the process itself."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        fields = {"now": "VmRSS", "highest": "VmHWM"}
        return {name: int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) / 1024 for name, field in fields.items()}


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def postgres_cpu_seconds() -> float:
    """Of the server's processes, those that ended included."""
    port = re.search(r"port=(\d+)", os.environ["SWITCHBOARD_TEST_POSTGRES"])[1]
    total = 0.0
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError, IndexError, ValueError):
            if not entry.name.isdigit() or (entry / "comm").read_text().strip() != "postgres":
                continue
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if f"port={port}".encode() not in words:
                continue
            # The first process; it counts its children once they have ended, and those that live count themselves.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            total += sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
            for child in (entry / "task" / entry.name / "children").read_text().split():
                with contextlib.suppress(OSError):
                    total += cpu_seconds(int(child))
    return total


def hub(database: Database, log_folder: pathlib.Path, graph_url: str | None = None) -> Server:
    port = free_port()
    command = [str(PROGRAM), "serve", "--port", str(port), *database.flags]
    if graph_url:
        command += ["--graph-url", graph_url]
    return Server(f"switchboard serve ({database.engine})", command, port, log_folder / f"hub-{database.engine}.log")


def demo(database: Database, log_folder: pathlib.Path) -> Server:
    port, simulator_port = free_port(), free_port()
    command = [str(PROGRAM), "demo", "--port", str(port), "--simulator-port", str(simulator_port), *database.flags]
    return Server(f"switchboard demo ({database.engine})", command, port, log_folder / f"demo-{database.engine}.log")


def simulator(log_folder: pathlib.Path) -> Server:
    port = free_port()
    command = [str(PROGRAM), "simulate", "--port", str(port)]
    return Server("switchboard simulate", command, port, log_folder / f"simulator-{port}.log", ready_path="/control/v1")


def demo_facts(database: Database) -> dict:
    """What a running demo says about itself, once it has written it."""
    file = database.folder / "demo.json"
    deadline = time.monotonic() + START_SECONDS
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return json.loads(file.read_text())


def baseline(database: Database, workers: int, secret: str, log_folder: pathlib.Path) -> Server:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "baseline:app", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    return Server(
        f"baseline ({database.engine}, {workers} workers)",
        [*command, "--no-access-log", "--log-level", "warning"],
        port,
        log_folder / f"baseline-{database.engine}-{workers}.log",
        ready_path="/ready",
        environment={"BENCH_DATABASE": database.baseline_url, "BENCH_SECRET": secret},
        cwd=PROJECT / "bench",
    )


def patch(url: str, body: dict) -> None:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="PATCH")
    with urllib.request.urlopen(request, timeout=10):
        pass


def load(port: int, file: pathlib.Path, **options: float) -> dict:
    """Runs the load generator; returns what it counted and measured."""
    command = [str(PROJECT / ".build/bench/loadgen"), "--port", str(port), "--file", str(file)]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def busy_share(seconds: float = 2) -> float:
    """How much of the machine's processor time is taken, by whomever: 0 to 1."""

    def times() -> list[int]:
        return [int(number) for number in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:]]

    before = times()
    time.sleep(seconds)
    spent = [after - earlier for after, earlier in zip(times(), before, strict=True)]
    return 1 - (spent[3] + spent[4]) / max(1, sum(spent))  # idle, and waiting for disks


def fsync_milliseconds(folder: pathlib.Path, count: int = 200) -> dict[str, float]:
    """How long the disk takes to make 4 KB durable."""
    path = folder / "fsync"
    times = []
    with open(path, "wb", buffering=0) as file:
        for _ in range(count):
            file.write(bytes(4096))
            begin = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begin) * 1e3)
    path.unlink()
    return {"median": statistics.median(times), "p99": statistics.quantiles(times, n=100)[-1]}
