"""Starts the program as its operator does: a process with flags, variables, a folder and signals."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

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
        self.processes: list[Process] = []

    def run(self, *arguments: object, variables: dict[str, str] | None = None, stdin: str | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(
            [BINARY, *map(str, arguments)],
            cwd=self.folder,
            env=clean_environment(**(variables or {})),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def start(self, *arguments: object, variables: dict[str, str] | None = None) -> "Process":
        process = Process([BINARY, *map(str, arguments)], self.folder, variables or {}, len(self.processes))
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


@pytest.fixture
def program(tmp_path: pathlib.Path):
    program = Program(tmp_path)
    yield program
    for process in program.processes:
        process.kill()


def read_json(path: pathlib.Path) -> dict:
    return json.loads(path.read_text())
