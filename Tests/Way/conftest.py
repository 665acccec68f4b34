"""Starts the whole product, on each engine, as a person would: `switchboard demo`."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request
import uuid

import pytest

BINARY = pathlib.Path(os.environ.get("SWITCHBOARD_BINARY", ".build/debug/switchboard")).resolve()


def call(method, url, body=None, key=None, headers=None):
    """One request; returns status and decoded body, also of refusals."""
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=dict(headers or {}))
    if data is not None and not request.has_header("Content-type"):
        request.add_header("Content-Type", "application/json")
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            status, raw = answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        status, raw = refusal.code, refusal.read()
    try:
        return status, json.loads(raw) if raw else None
    except ValueError:
        return status, raw


def eventually(look, seconds=60):
    """Asks until the answer is true, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, "This didn't happen in time."
        time.sleep(0.05)


@contextlib.contextmanager
def fresh_postgres():
    """A database of its own on the throw-away server."""
    server = os.environ.get("SWITCHBOARD_TEST_POSTGRES")
    assert server, "SWITCHBOARD_TEST_POSTGRES isn't set. Please run the tests with: make test"
    name = f"way_{uuid.uuid4().hex[:12]}"
    subprocess.run(["psql", server, "-qc", f"CREATE DATABASE {name}"], check=True)
    yield f"{server} dbname={name}" if "://" not in server else server.rsplit("/", 1)[0] + f"/{name}"


class Demo:
    """A running demo and what its demo.json says."""

    def __init__(self, directory, process):
        self.directory, self.process = directory, process
        self.facts = json.loads((directory / "demo.json").read_text())
        self.url, self.simulator = self.facts["url"], self.facts["simulatorUrl"]
        self.key = self.facts["apiKey"]
        self.sender = self.facts["senders"][0]

    def api(self, method, path, body=None, **options):
        return call(method, f"{self.url}/api/v1{path}", body, key=self.key, **options)

    def control(self, method, path, body=None):
        status, answer = call(method, f"{self.simulator}/control/v1{path}", body)
        assert status < 300, answer
        return answer

    def phone(self, name, number):
        return self.control("POST", "/phones", {"name": name, "number": number})["id"]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def demo(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp("demo")
    with contextlib.ExitStack() as stack:
        arguments = []
        if request.param == "postgres":
            arguments = ["--database", stack.enter_context(fresh_postgres())]
        log = stack.enter_context(open(directory / "log", "wb"))
        process = subprocess.Popen(
            [BINARY, "demo", "--port", "0", "--simulator-port", "0", "--data-directory", directory, *arguments], stdout=log, stderr=log
        )
        try:
            eventually(lambda: (directory / "demo.json").exists() or process.poll() is not None, 60)
            assert process.poll() is None, (directory / "log").read_text()
            demo = Demo(directory, process)
            eventually(lambda: call("GET", f"{demo.url}/readyz")[0] == 200)
            yield demo
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                assert process.wait(30) == 0, (directory / "log").read_text()[-3000:]
            finally:
                process.kill()
