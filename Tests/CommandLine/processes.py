"""Starts the program as its operator does: a process with flags, variables, a folder and signals."""

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SWITCHBOARD_BINARY", str(PROJECT / ".build/debug/switchboard"))
# Far more than anything here takes: a test that needs it has failed.
PATIENCE = 60


def clean_environment(**variables: str) -> dict[str, str]:
    """Ours without a trace of Switchboard in it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
    return own | variables


class Program:
    """The program, run in a folder of its own."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        # Of every command, beside its own.
        self.variables: dict[str, str] = {}
        self.processes: list[Process] = []

    def run(self, *arguments: object, variables: dict[str, str] | None = None, stdin: str | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(
            [BINARY, *map(str, arguments)],
            cwd=self.folder,
            env=clean_environment(**self.variables | (variables or {})),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def start(self, *arguments: object, variables: dict[str, str] | None = None) -> "Process":
        process = Process([BINARY, *map(str, arguments)], self.folder, self.variables | (variables or {}), len(self.processes))
        self.processes.append(process)
        return process


class Process:
    """One that goes on running."""

    def __init__(self, command: list[str], folder: pathlib.Path, variables: dict[str, str], number: int):
        self.out = folder / f"process-{number}.out"
        self.log = folder / f"process-{number}.log"
        with open(self.out, "wb") as out, open(self.log, "wb") as log:
            self.popen = subprocess.Popen(
                command, cwd=folder, env=clean_environment(**variables), stdin=subprocess.DEVNULL, stdout=out, stderr=log
            )

    def output(self) -> str:
        return self.out.read_text()

    def errors(self) -> str:
        return self.log.read_text()

    def wait_for(self, text: str) -> str:
        """Waits until a line of the output holds the text, and returns that line."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in self.output().splitlines():
                if text in line:
                    return line
            if self.popen.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"No line with {text!r} came.\nIts output:\n{self.output()}\nIts log:\n{self.errors()}")

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Ends it by a signal and returns its exit status, negative when it was killed."""
        self.popen.send_signal(by)
        return self.popen.wait(PATIENCE)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.popen.kill()
        self.popen.wait(PATIENCE)


def psql(parts: dict[str, str], statement: str) -> None:
    environment = os.environ | {"PGPASSWORD": parts.get("password", "")}
    command = ["psql", "-h", parts["host"], "-p", parts["port"], "-U", parts["user"], "-d", "postgres", "-qc", statement]
    subprocess.run(command, env=environment, check=True, capture_output=True)


class Answer:
    def __init__(self, status: int, body: bytes):
        self.status, self.body = status, body

    def json(self) -> dict:
        return json.loads(self.body)


def http(url: str, *, method: str = "GET", body: dict | None = None, key: str | None = None) -> Answer:
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    request = urllib.request.Request(url, method=method, headers=headers, data=None if body is None else json.dumps(body).encode())
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return Answer(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())


class Browser:
    """Enough of one to fill in a form: it keeps cookies and sends the form's hidden fields along."""

    def __init__(self):
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def read(self, url: str) -> str:
        with self.opener.open(url, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def submit(self, url: str, fields: dict[str, str]) -> Answer:
        page = self.read(url)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(url))
        request = urllib.request.Request(url, data=urllib.parse.urlencode(hidden | fields).encode(), headers={"Origin": origin})
        try:
            with self.opener.open(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read())


def eventually(look):
    """What `look` gives once it gives something true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if result := look():
            return result
        time.sleep(0.05)
    raise AssertionError("It didn't come to that.")


class Demo:
    """A running demo on ports of its own, in the folder `demo`."""

    def __init__(self, program: Program, *arguments: str, variables: dict[str, str] | None = None):
        self.process = program.start(
            "demo", "--port", 0, "--simulator-port", 0, "--data-directory", "demo", *arguments, variables=variables
        )
        self.process.wait_for("Ctrl-C stops it.")
        self.facts = json.loads((program.folder / "demo/demo.json").read_text())

    def get(self, path: str) -> dict:
        answer = http(self.facts["url"] + path, key=self.facts["apiKey"])
        assert answer.status == 200, answer.body
        return answer.json()

    def post(self, path: str, body: dict) -> Answer:
        return http(self.facts["url"] + path, method="POST", body=body, key=self.facts["apiKey"])

    def simulator(self, method: str, path: str, body: dict | None = None) -> dict:
        answer = http(self.facts["simulatorUrl"] + path, method=method, body=body)
        assert answer.status in (200, 201), answer.body
        return answer.json()

    def phone(self, name: str) -> dict:
        return next(phone for phone in self.simulator("GET", "/control/v1/phones")["data"] if phone["name"] == name)

    def write(self, phone: dict, text: str) -> None:
        body = {"to": self.facts["senders"][0]["phoneNumberId"], "type": "text", "text": {"body": text}}
        self.simulator("POST", f"/control/v1/phones/{phone['id']}/messages", body)
