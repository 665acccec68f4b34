"""What each test of the command line gets: a program in a folder of its own, and an empty PostgreSQL database."""

import os
import pathlib
import re
import secrets

import pytest
from processes import Program, psql


@pytest.fixture
def program(tmp_path: pathlib.Path):
    program = Program(tmp_path)
    yield program
    for process in program.processes:
        process.kill()


@pytest.fixture
def postgres():
    """A connection string of an empty database of its own."""
    server = os.environ.get("SWITCHBOARD_TEST_POSTGRES")
    assert server, "There is no PostgreSQL to test on. Please run: make test"
    name = f"command_line_{secrets.token_hex(6)}"
    parts = dict(re.findall(r"(\w+)=(\S+)", server))
    psql(parts, f"CREATE DATABASE {name}")
    yield f"{server} dbname={name}"
    psql(parts, f"DROP DATABASE {name} WITH (FORCE)")
