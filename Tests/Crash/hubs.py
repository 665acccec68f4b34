"""The processes of a run: the simulator, and the hubs that die. Each ends with us, whatever happens to us."""

import asyncio
import base64
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "CommandLine"))
from processes import BINARY, Browser, clean_environment, http

START_SECONDS = 60
STOP_SECONDS = 60
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
FORM = {"workspace": "Acme", "slug": "acme", "name": "Olivia", "email": "olivia@acme.example", "password": "a long password"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """`switchboard` with a log; the kernel kills it should we be killed."""

    def __init__(self, name: str, arguments: list[str], folder: pathlib.Path, variables: dict[str, str] | None = None):
        self.name = name
        self.out, self.log = folder / f"{name}.out", folder / f"{name}.log"
        with open(self.out, "wb") as out, open(self.log, "ab") as log:
            self.popen = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", BINARY, *arguments], cwd=folder, env=clean_environment(**(variables or {})),
                stdin=subprocess.DEVNULL, stdout=out, stderr=log,
                start_new_session=True,  # Control-C is for us.
            )  # fmt: skip

    @property
    def is_running(self) -> bool:
        return self.popen.poll() is None

    async def wait_for(self, text: str) -> str:
        """The first line of its output that holds the text. A process that ended before it is an error only if nobody killed it."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            for line in self.out.read_text().splitlines():
                if text in line:
                    return line
            if not self.is_running:
                break
            await asyncio.sleep(0.02)
        raise ProcessEnded(self)

    def kill(self) -> None:
        if self.is_running:
            self.popen.kill()
        self.popen.wait()

    def stop(self) -> int:
        self.popen.send_signal(signal.SIGTERM)
        try:
            return self.popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


class ProcessEnded(Exception):
    def __init__(self, process: Process):
        self.was_killed = process.popen.poll() == -signal.SIGKILL
        super().__init__(f"{process.name} isn't there (exit status {process.popen.poll()}); its log is {process.log}")


class Simulator:
    def __init__(self, folder: pathlib.Path):
        self.process = Process("simulator", ["simulate", "--port", "0"], folder)

    async def ready(self) -> None:
        self.facts = json.loads(await self.process.wait_for("accessToken"))
        self.url = self.facts["url"]

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        answer = http(f"{self.url}/control/v1/{path}", method=method, body=body)
        if answer.status not in (200, 201):
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body.decode()}")
        return answer.json()

    def ledger(self) -> list[dict]:
        entries, after = [], 0
        while after is not None:
            page = self.control("GET", f"ledger?limit=1000&after={after}")
            entries += page["data"]
            after = page["next"]
        return entries

    def waiting_webhooks(self) -> int:
        return self.control("GET", "deliveries?limit=1")["waiting"]


class Hub:
    """One place for a process of the hub: its port and its folder stay, the processes come and go."""

    def __init__(self, number: int, folder: pathlib.Path, simulator: Simulator, database: str | None, key: str):
        self.number, self.folder, self.port = number, folder, free_port()
        self.process: Process | None = None
        self.starts = 0
        data = folder / f"data-{number}"
        self.place = ["--data-directory", str(data)]
        # Several processes share the files, as several hosts would by a network drive.
        data.mkdir(mode=0o700)
        (folder / "media").mkdir(mode=0o700, exist_ok=True)
        (data / "media").symlink_to(folder / "media")
        self.variables = {"SWITCHBOARD_SECRET_KEY": key}
        if database:
            self.variables["SWITCHBOARD_DATABASE"] = database
        self.arguments = ["serve", "--port", str(self.port), "--graph-url", simulator.url, *self.place]
        if level := os.environ.get("CRASH_LOG_LEVEL"):
            self.arguments += ["--log-level", level]

    async def start(self, crash_point: str | None = None) -> None:
        """Starts a process and returns once it listens. It may be dead already when it has a crash point."""
        self.starts += 1
        armed = {"SWITCHBOARD_CRASH_POINT": crash_point} if crash_point else {}
        self.process = Process(f"hub-{self.number}", self.arguments, self.folder, self.variables | armed)
        try:
            await self.process.wait_for("Switchboard listens on")
        except ProcessEnded as ended:
            if not (ended.was_killed and crash_point):
                raise

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [BINARY, *arguments, *self.place], cwd=self.folder, env=clean_environment(**self.variables), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=START_SECONDS,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    async def set_up(self, simulator: Simulator) -> "Account":
        """Makes the first account by the link that the start printed, a key, and connects all numbers of the simulator."""
        link = (await self.process.wait_for("/set-up/")).strip()
        address = f"http://127.0.0.1:{self.port}"
        answer = Browser().submit(link, FORM)
        if answer.status not in (200, 303):
            raise RuntimeError(f"The set-up was refused: {answer.status}")
        key = self.command("key", "create", "--name", "Crash", "--scopes", "read,send,manage")
        account = Account(key)
        for number in simulator.control("GET", "numbers")["data"]:
            draft = {
                "name": number["verifiedName"],
                "appId": simulator.facts["appId"],
                "appSecret": simulator.facts["appSecret"],
                "accessToken": simulator.facts["accessToken"],
                "businessAccountId": simulator.facts["accountId"],
                "phoneNumberId": number["id"],
            }
            answer = http(f"{address}/api/v1/senders", method="POST", key=key, body=draft)
            if answer.status != 201:
                raise RuntimeError(f"A number can't be connected: {answer.status} {answer.body.decode()}")
            account.senders.append(answer.json()["id"])
            account.numbers.append(number["id"])
        [connection] = http(f"{address}/api/v1/connections", key=key).json()["data"]
        account.webhook_path = connection["webhookPath"]
        account.file = upload(address, key)
        return account


class Account:
    """What a client of the hub needs."""

    def __init__(self, key: str):
        self.key = key
        # The same numbers as the hub and as the simulator call them.
        self.senders: list[str] = []
        self.numbers: list[str] = []
        self.webhook_path = ""
        # Id of a picture that can be sent.
        self.file = ""


def upload(address: str, key: str) -> str:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "image/png"}
    request = urllib.request.Request(f"{address}/api/v1/media?filename=dot.png", method="POST", headers=headers, data=PICTURE)
    with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
        return json.loads(answer.read())["id"]
