"""Reads the hub's database beside it, whichever engine."""

import contextlib
import pathlib
import re
import sqlite3

import asyncpg

ROWS = "SELECT id, client_id, status, conversation_id, sequence FROM messages WHERE direction = 'outbound'"
ATTEMPTS = "SELECT message_id, number, started_at, answered_at FROM attempts"
ONCE_UNKNOWN = "SELECT DISTINCT message_id FROM events WHERE cause = 'unknown' AND message_id IS NOT NULL"
INBOUND = "SELECT provider_id, content FROM messages WHERE direction = 'inbound'"
PROGRESS = "SELECT status, COUNT(*) FROM messages GROUP BY status ORDER BY status"
PARKED = "SELECT COUNT(*) FROM parked"
JOURNAL = "SELECT reason, COUNT(*) FROM journal GROUP BY reason ORDER BY reason"

# What is kept beside the logs of a run that went wrong, by the name of its file.
EVIDENCE = {
    "attempts": "SELECT message_id, number, sender_id, status, epoch, started_at, answered_at, provider_id, error FROM attempts",
    "messages": "SELECT id, client_id, sender_id, status, attempt, claimed_epoch, at, error FROM messages WHERE direction = 'outbound'",
    "events": "SELECT id, kind, message_id, subject_id, actor, cause, at FROM events ORDER BY id",
    "leases": "SELECT sender_id, owner, epoch, expires_at FROM sender_leases",
}


def asyncpg_url(connection: str) -> str:
    """libpq's key and value form as an address."""
    parts = dict(re.findall(r"(\w+)=(\S+)", connection))
    pairs = zip(parts["host"].split(","), parts["port"].split(","), strict=True)
    hosts = ",".join(f"{host}:{port}" for host, port in pairs)
    kind = "?target_session_attrs=read-write" if "target_session_attrs" in parts else ""
    return f"postgresql://{parts['user']}:{parts['password']}@{hosts}/{parts['dbname']}{kind}"


class SQLiteStore:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder

    async def rows(self, query: str) -> list[tuple]:
        with contextlib.closing(self.connect()) as connection:
            return connection.execute(query).fetchall()

    def connect(self) -> sqlite3.Connection:
        [path] = self.folder.glob("*.db")
        return sqlite3.connect(path, timeout=30)

    async def write(self, statement: str) -> None:
        with contextlib.closing(self.connect()) as connection, connection:
            connection.execute(statement)


class PostgresStore:
    def __init__(self, connection: str):
        self.url = asyncpg_url(connection)

    async def rows(self, query: str) -> list[tuple]:
        connection = await asyncpg.connect(self.url, timeout=10)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    async def write(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url, timeout=10)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
