"""`serve` as a process: its first start, its end, what it refuses, and the commands that work beside it."""

import re
import signal
import socket
import sqlite3
import stat
import urllib.error
import urllib.request

import pytest
from processes import PROJECT, Browser, http


def start(program, *arguments, variables=None):
    """A server on a port of its own, and its address."""
    process = program.start("serve", "--port", 0, *arguments, variables=variables)
    return process, process.wait_for("Switchboard listens on").split()[-1]


def set_up_link(process) -> str:
    return process.wait_for("/set-up/").strip()


def test_the_first_start_makes_everything_and_prints_a_link(program):
    process, address = start(program)
    assert set_up_link(process).startswith(f"{address}/set-up/")
    assert http(f"{address}/readyz").status == 200
    folder = program.folder / "data"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert process.stop() == 0


def test_the_set_up_link_works_once(program):
    process, address = start(program)
    link = set_up_link(process)
    browser = Browser()
    form = {"workspace": "Acme", "slug": "acme", "name": "Olivia", "email": "olivia@acme.example", "password": "a long password"}
    assert browser.submit(link, form).status in (200, 303)
    assert http(link).status in (404, 410)
    assert process.stop() == 0

    # Somebody has an account now, so the next start prints no link.
    process, address = start(program)
    assert http(f"{address}/healthz").status == 200
    assert "/set-up/" not in process.output()
    assert "olivia@acme.example  owner  Olivia" in program.run("user", "list").stdout
    assert process.stop() == 0


def test_a_log_on_a_full_disk_ends_nothing(program):
    (program.folder / "process-0.log").symlink_to("/dev/full")
    process, address = start(program, "--log-level", "debug")
    assert http(f"{address}/readyz").status == 200
    assert process.stop() == 0


def test_each_start_without_an_account_ends_the_link_before(program):
    process, address = start(program)
    first = set_up_link(process)
    process.stop()
    process, address = start(program)
    second = set_up_link(process)
    assert http(second).status == 200
    assert http(f"{address}/set-up/{first.rsplit('/', 1)[1]}").status in (404, 410)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(program, by):
    process, address = start(program)
    assert http(f"{address}/healthz").status == 200
    assert process.stop(by) == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=5)


def test_a_second_server_in_the_same_folder_is_refused(program):
    process, _ = start(program)
    second = program.run("serve", "--port", 0)
    assert second.returncode == 1
    assert "is running in" in second.stderr and "--data-directory" in second.stderr
    demo = program.run("demo", "--port", 0, "--simulator-port", 0, "--data-directory", "data")
    assert demo.returncode == 1
    assert "is running in" in demo.stderr
    assert process.stop() == 0


def test_a_port_that_is_taken_is_refused_with_a_sentence(program):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = program.run("serve", "--port", port)
    assert result.returncode == 1
    assert f"Port {port} of 127.0.0.1 can't be listened on" in result.stderr and "--port" in result.stderr


def test_a_certificate_that_is_none_is_refused_with_a_sentence(program):
    (program.folder / "certificate.pem").write_text("no certificate")
    (program.folder / "key.pem").write_text("no key")
    result = program.run("serve", "--port", 0, "--tls-certificate", "certificate.pem", "--tls-key", "key.pem")
    assert result.returncode == 1
    assert "certificate.pem can't be used with the private key key.pem" in result.stderr


def test_another_address_without_encryption_is_warned_about(program):
    process, _ = start(program, "--host", "0.0.0.0")
    assert "Others can reach this server without encryption" in process.errors()
    process.stop()
    process, address = start(program, "--host", "0.0.0.0", "--public-url", "https://chat.example.com")
    assert address == "https://chat.example.com"
    assert "without encryption" not in process.errors()


def test_a_newer_database_is_refused_with_what_to_do(program):
    process, _ = start(program)
    process.stop()
    with sqlite3.connect(program.folder / "data/switchboard.db") as database:
        database.execute("INSERT INTO schema_migrations (number, name, applied_at, finished) VALUES (9999, 'later', 0, 1)")
    for command in [["serve", "--port", 0], ["migrate"], ["migrate", "--check"], ["user", "list"]]:
        result = program.run(*command)
        assert result.returncode == 1
        assert "is at migration 9999" in result.stderr and "install the newer version" in result.stderr


def test_a_half_migrated_database_is_refused_with_what_to_do(program):
    process, _ = start(program)
    process.stop()
    with sqlite3.connect(program.folder / "data/switchboard.db") as database:
        database.execute("UPDATE schema_migrations SET finished = 0 WHERE number = 2")
    result = program.run("serve", "--port", 0)
    assert result.returncode == 1
    assert "Migration 2 began and did not end" in result.stderr and "switchboard migrate" in result.stderr


def test_an_older_database_waits_for_migrate(program):
    process, _ = start(program)
    process.stop()
    with sqlite3.connect(program.folder / "data/switchboard.db") as database:
        newest = database.execute("SELECT max(number) FROM schema_migrations").fetchone()[0]
        database.execute("DELETE FROM schema_migrations WHERE number = ?", [newest])
    result = program.run("serve", "--port", 0)
    assert result.returncode == 1
    assert result.stderr == f"The database lacks migration {newest}. Please run: switchboard migrate\n"
    assert program.run("migrate", "--check").returncode == 1


def test_migrate_makes_the_tables_and_then_has_nothing_to_do(program):
    assert program.run("migrate", "--check").returncode == 1
    assert not (program.folder / "data").exists()
    first = program.run("migrate")
    assert first.returncode == 0 and "Applied migration 1" in first.stdout
    second = program.run("migrate")
    assert second.returncode == 0 and "Applied" not in second.stdout
    # With which database it was: a folder of wherever one stands is easily the wrong one.
    assert f"The database {program.folder}/data/switchboard.db is up to date" in second.stdout
    assert program.run("migrate", "--check").returncode == 0


def test_the_way_to_upgrade_in_the_readme_is_that_of_the_service():
    unit = (PROJECT / "packaging/switchboard.service").read_text()
    user = re.search(r"^User=(.+)$", unit, re.MULTILINE).group(1)
    program, flags = re.search(r"^ExecStart=(\S+) serve (.+)$", unit, re.MULTILINE).groups()
    assert f"\nrunuser -u {user} -- {program} migrate {flags}\n" in (PROJECT / "README.md").read_text()


def test_a_lost_secret_key_is_noticed(program):
    process, _ = start(program)
    process.stop()
    (program.folder / "data/secret.key").unlink()
    result = program.run("serve", "--port", 0)
    assert result.returncode == 1
    assert "secret.key isn't there" in result.stderr


def test_commands_without_a_database_say_so_and_make_none(program):
    for command in [["user", "list"], ["key", "list"], ["send", "--to", "+15550199001", "--text", "x"]]:
        result = program.run(*command)
        assert result.returncode == 1
        assert "There is no database at" in result.stderr and "switchboard serve" in result.stderr
    assert not (program.folder / "data").exists()


def test_serve_on_postgresql(program, postgres):
    process, address = start(program, "--database", postgres)
    link = set_up_link(process)
    assert http(f"{address}/readyz").status == 200
    form = {"workspace": "Acme", "slug": "acme", "name": "Olivia", "email": "olivia@acme.example", "password": "a long password"}
    assert Browser().submit(link, form).status in (200, 303)
    listed = program.run("user", "list", "--database", postgres)
    assert re.search(r"olivia@acme.example +owner +Olivia", listed.stdout)
    assert process.stop() == 0
    assert not list((program.folder / "data").glob("*.db"))
    # A second start finds the tables as they must be.
    process, address = start(program, "--database", postgres)
    assert http(f"{address}/readyz").status == 200
    assert process.stop() == 0


def test_a_postgresql_that_is_not_there_is_a_sentence(program):
    result = program.run("serve", "--port", 0, "--database", "postgresql://nobody@127.0.0.1:1/nothing")
    assert result.returncode == 1
    assert "The database can't be used right now" in result.stderr
