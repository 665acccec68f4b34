"""A throw-away PostgreSQL server on loopback, for tests: its data is in a temporary directory and goes with it, unless it is to be kept.

PostgreSQL refuses to run as root, so root drops to the user postgres or nobody.
"""

import glob
import os
import pwd
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time

OLDEST_VERSION = 15
START_TIMEOUT_SECONDS = 60
PORT_ATTEMPTS = 20
PORTS = range(20_000, 32_000)  # Below Linux's ephemeral ports, so that no outgoing connection sits on one.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "500",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "logging_collector": "off",
}
UNSAFE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0"}


def binaries() -> str:
    """The folder with the server's programs, of the newest version installed."""

    def version(folder: str) -> int:
        answer = subprocess.run([f"{folder}/postgres", "--version"], capture_output=True, text=True, check=True).stdout
        return int(re.search(r"(\d+)", answer)[1])

    folders = [path for path in glob.glob("/usr/lib/postgresql/*/bin") if os.path.exists(f"{path}/initdb")]
    if on_path := shutil.which("initdb"):
        folders.append(os.path.dirname(os.path.realpath(on_path)))
    folders = [folder for folder in folders if version(folder) >= OLDEST_VERSION]
    if not folders:
        sys.exit(f"PostgreSQL {OLDEST_VERSION} or newer is not installed. Please run: make setup")
    return max(folders, key=version)


def account() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root; None when we are somebody else already."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    sys.exit("PostgreSQL can't run as root, and there is neither a user postgres nor nobody.")


class Server:
    def __init__(self, durable: bool, keep: str | None = None):
        self.folder = binaries()
        self.account = account()
        self.settings = SETTINGS if durable else SETTINGS | UNSAFE_SETTINGS
        self.password = secrets.token_hex(16)
        self.process = None
        self.port = 0
        self.keep = keep is not None
        if keep:
            os.makedirs(keep, exist_ok=True)
        self.directory = os.path.abspath(keep) if keep else tempfile.mkdtemp(prefix="switchboard-postgres-")

    def run_as(self, *command: str) -> list[str]:
        # The kernel ends the server should this script be killed.
        drop = ["setpriv", "--pdeathsig", "INT"]
        if self.account:
            drop += ["--reuid", str(self.account.pw_uid), "--regid", str(self.account.pw_gid), "--clear-groups"]
        return [*drop, *command]

    def start(self) -> str:
        """Starts the server and returns its connection string."""
        password_file = f"{self.directory}/password"
        if os.path.exists(f"{self.directory}/complete"):
            with open(password_file) as file:
                self.password = file.read()
        else:
            self.make_cluster(password_file)
        for _ in range(PORT_ATTEMPTS):
            port = random.choice(PORTS)
            if self.starts(port):
                self.port = port
                # Hundreds of tests open their connections at once, on machines that may be busy.
                return f"host=127.0.0.1 port={port} user=switchboard password={self.password} dbname=postgres connect_timeout=60"
        with open(f"{self.directory}/log") as log:
            sys.exit(f"PostgreSQL doesn't start:\n{log.read()}")

    def make_cluster(self, password_file: str) -> None:
        shutil.rmtree(f"{self.directory}/data", ignore_errors=True)  # What an interrupted run left.
        with open(password_file, "w") as file:
            file.write(self.password)
        os.chmod(password_file, 0o600)
        if self.account:
            for path in (self.directory, password_file):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
        # md5, because the tests open many connections and the newer scheme is slow on purpose.
        made = subprocess.run(
            self.run_as(
                f"{self.folder}/initdb", "--pgdata", f"{self.directory}/data", "--username=switchboard", "--pwfile", password_file,
                "--auth=md5", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
            ),
            cwd=self.directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        if made.returncode != 0:
            sys.exit(f"initdb failed:\n{made.stdout}")
        with open(f"{self.directory}/complete", "w"):
            pass

    def starts(self, port: int) -> bool:
        options = [word for name, value in (self.settings | {"port": str(port)}).items() for word in ("-c", f"{name}={value}")]
        with open(f"{self.directory}/log", "a") as log:
            self.process = subprocess.Popen(
                self.run_as(f"{self.folder}/postgres", "-D", f"{self.directory}/data", *options),
                cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,  # Control-C is for COMMAND; we stop the server afterwards.
            )  # fmt: skip
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                with open(f"{self.directory}/data/postmaster.pid") as file:
                    lines = [line.strip() for line in file]
                # After a kill the file of the one before may still lie there.
                if lines[0] == str(self.process.pid) and lines[-1] in ("ready", "standby"):
                    return True
            except (OSError, IndexError):
                pass  # Not written yet.
            time.sleep(0.02)
        self.stop_process()
        return False

    def stop_process(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # "fast": ends open connections.
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()

    def remove(self) -> None:
        self.stop_process()
        if not self.keep:
            shutil.rmtree(self.directory, ignore_errors=True)
