"""A durable PostgreSQL server that is killed and started again, with a synchronous standby that takes over for good."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
from throwaway_postgres import PORTS, Server

RESTART_SECONDS = 60
PROMOTE_SECONDS = 60


class Standby(Server):
    """A copy of a running server that follows it."""

    def __init__(self, primary: Server):
        super().__init__(durable=True)
        self.password = primary.password
        if self.account:
            os.chown(self.directory, self.account.pw_uid, self.account.pw_gid)
        copy = [
            f"{self.folder}/pg_basebackup",
            "-h",
            "127.0.0.1",
            "-p",
            str(primary.port),
            "-U",
            "switchboard",
            "-D",
            f"{self.directory}/data",
        ]
        subprocess.run(
            self.run_as(*copy, "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"),
            cwd=self.directory, env=os.environ | {"PGPASSWORD": self.password}, stdin=subprocess.DEVNULL, check=True, capture_output=True,
        )  # fmt: skip
        for port in PORTS:
            if port != primary.port and self.starts(port):
                self.port = port
                return
        raise RuntimeError(f"The standby doesn't start; see {self.directory}/log")

    def promote(self) -> None:
        command = [f"{self.folder}/pg_ctl", "promote", "-D", f"{self.directory}/data", "-w", "-t", str(PROMOTE_SECONDS)]
        subprocess.run(self.run_as(*command), cwd=self.directory, check=True, capture_output=True)


class Cluster:
    """A primary and its standby. `connection` names both, and libpq finds the one that takes writes."""

    def __init__(self):
        self.primary = Server(durable=True)
        self.standby: Standby | None = None
        try:
            self.primary.start()
            self.standby = Standby(self.primary)
            # From here on nothing is committed before the standby has it.
            self.primary.settings = self.primary.settings | {"synchronous_standby_names": "*"}
            self.kill("immediate")
            self.restart()
        except BaseException:
            self.remove()
            raise

    @property
    def connection(self) -> str:
        return (
            f"host=127.0.0.1,127.0.0.1 port={self.primary.port},{self.standby.port} user=switchboard password={self.primary.password} "
            "dbname=postgres target_session_attrs=read-write"
        )

    def kill(self, how: str) -> None:
        """`immediate`: told to stop at once, as by a machine that shuts down. `kill`: the server's first process is killed, and the
        others end when they notice."""
        self.primary.process.send_signal(signal.SIGQUIT if how == "immediate" else signal.SIGKILL)
        self.primary.process.wait()

    def restart(self) -> None:
        end = time.monotonic() + RESTART_SECONDS
        # Not before the last of its processes is gone.
        while not self.primary.starts(self.primary.port):
            if time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL doesn't start again; see {self.primary.directory}/log")
            time.sleep(0.1)

    def fail_over(self) -> None:
        """The primary dies for good, and the standby takes its place."""
        self.kill("kill")
        self.standby.promote()

    def remove(self) -> None:
        for server in (self.standby, self.primary):
            if server:
                server.remove()

    def keep_logs(self, folder: pathlib.Path) -> None:
        for name, server in (("primary", self.primary), ("standby", self.standby)):
            if server and os.path.exists(f"{server.directory}/log"):
                shutil.copy(f"{server.directory}/log", folder / f"postgres-{name}.log")
