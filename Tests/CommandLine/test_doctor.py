"""`doctor` tells how everything stands, beside a running server and without one, and ends with 1 when a person is needed."""

import json
import re
import sqlite3
import subprocess

import pytest
from processes import Demo, eventually, http
from test_serve_and_simulate import Pair


def doctor(program, *arguments: object, variables: dict[str, str] | None = None) -> tuple[int, dict]:
    result = program.run("doctor", "--json", *arguments, variables=variables)
    assert result.stderr == "", result.stderr
    return result.returncode, json.loads(result.stdout)


def of(report: dict, check: str) -> list[dict]:
    return [finding for finding in report["findings"] if finding["check"] == check]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, program):
    """The flags of a database, on each engine."""
    if request.param == "sqlite":
        return ["--data-directory", "demo"], []
    connection = request.getfixturevalue("postgres")
    return ["--data-directory", "demo", "--database", connection], ["--database", connection]


def test_beside_a_running_server_all_is_well(program, place):
    flags, database = place
    demo = Demo(program, *database)
    eventually(lambda: [f["state"] for f in of(doctor(program, *flags)[1], "processes")] == ["ok"])
    status, report = doctor(program, *flags)
    # Whatever the machine is like; the demo itself needs nobody. Its history has no webhooks of its own.
    # The throw-away PostgreSQL of the tests writes nothing to disk, and that is told.
    machine = ("fsync", "disk", "write-transactions", "clock", "webhooks", "queue", *(["database-settings"] if database else []))
    assert [f for f in report["findings"] if f["state"] != "ok" and f["check"] not in machine] == []
    assert status == (1 if any(f["state"] != "ok" for f in report["findings"]) else 0)
    [process] = of(report, "processes")
    assert "does web, dispatch, jobs" in process["detail"]
    [settings] = of(report, "database-settings")
    assert ("fsync is off, so a power cut can destroy the database" if database else "SQLite 3.") in settings["detail"]
    assert settings["state"] == ("trouble" if database else "ok")
    assert len(of(report, "clock")) == len(database) // 2
    assert {f["workspace"] for f in report["findings"] if f["check"] == "queue"} != {None}
    assert of(report, "fsync")[0]["value"] > 0 and of(report, "disk")[0]["unit"] == "bytes"

    text = program.run("doctor", *flags).stdout
    assert text.splitlines()[0].split(maxsplit=1)[1].startswith("Tables: The tables are those of this version")
    assert text.splitlines()[-1] == "All is well." or text.splitlines()[-1].endswith("a person.")

    # The same service answers the API.
    answer = demo.get("/api/v1/health")
    assert {f["check"] for f in answer["host"]} == {f["check"] for f in report["findings"] if "workspace" not in f}

    # Its secrets stay where they are, and numbers don't come out in full.
    for word in (demo.facts["connection"]["appSecret"], demo.facts["apiKey"], "password="):
        assert word not in text


def test_the_operator_is_told_what_the_form_of_the_app_takes(program):
    Demo(program)
    names = {"APP_ID": "1029384756", "APP_SECRET": "hush-hush", "CONFIG_ID": "5"}
    variables = {f"SWITCHBOARD_META_{name}": value for name, value in names.items()}
    variables["SWITCHBOARD_PUBLIC_URL"] = "https://chat.example.com"
    _, report = doctor(program, "--data-directory", "demo", variables=variables)
    [app] = [finding for finding in of(report, "webhooks") if "workspace" not in finding]
    assert (app["state"], app["subject"]) == ("ok", "Meta app 1029384756")
    assert re.search(r"https://chat\.example\.com/hooks/meta, with the verify token [0-9a-f]{32}\.", app["detail"])
    assert "hush" not in json.dumps(report)


def test_whatsapp_is_asked_when_told_to(program):
    pair = Pair(program)
    assert pair.connect().status == 201
    simulator, meta = pair.meta["url"], ["--graph-url", pair.meta["url"]]
    [before] = of(doctor(program, *meta)[1], "access-token")
    assert before["detail"].startswith("WhatsApp hasn't been asked")
    [accepted] = of(doctor(program, *meta, "--ask-whatsapp")[1], "access-token")
    assert accepted["state"] in ("ok", "attention") and accepted["detail"].startswith("WhatsApp accepted the access token")

    assert http(f"{simulator}/control/v1/faults/down", method="PUT", body={"isDown": True}).status == 200
    status, report = doctor(program, *meta, "--ask-whatsapp")
    assert status == 1
    assert any("Meta can't be reached right now" in f["detail"] for f in of(report, "access-token"))
    assert http(f"{simulator}/control/v1/faults/down", method="PUT", body={"isDown": False}).status == 200

    assert http(f"{simulator}/control/v1/tokens/{pair.meta['accessToken']}", method="DELETE").status in (200, 204)
    status, report = doctor(program, *meta, "--ask-whatsapp")
    [refused] = of(report, "access-token")
    assert (status, refused["state"]) == (1, "trouble")
    assert "doesn't accept the access token" in refused["detail"]
    # It is remembered for those who don't ask.
    assert of(doctor(program, *meta)[1], "access-token")[0]["state"] == "trouble"


def test_without_a_server_it_says_that_none_runs(program, place):
    flags, database = place
    assert Demo(program, *database).process.stop() == 0
    status, report = doctor(program, *flags)
    assert status == 1
    [process] = of(report, "processes")
    assert process["detail"] == "No server is running on this database."
    assert process["advice"] == "Start it with: switchboard serve"
    assert of(report, "schema")[0]["state"] == "ok"


def test_a_server_that_was_killed_is_told(program, place):
    flags, database = place
    Demo(program, *database).process.kill()
    details = eventually(
        lambda: next(
            (d for d in [[f["detail"] for f in of(doctor(program, *flags)[1], "processes")]] if any("never said" in t for t in d)), None
        )
    )
    assert any("last seen" in detail for detail in details)


def test_what_needs_a_person_is_named(program):
    demo = Demo(program)
    assert demo.process.stop() == 0
    with sqlite3.connect(program.folder / "demo/switchboard.db") as database:
        [workspace] = database.execute("SELECT id FROM workspaces").fetchone()
        database.execute(
            """
            INSERT INTO jobs (workspace_id, id, kind, key, payload, state, run_at, created_at, error)
            VALUES (?, 'job_1', 'media-download', 'med_1', '{}', 'dead', 0, 0, 'It is gone.')
            """,
            [workspace],
        )
        database.execute("UPDATE senders SET status = 'failed', status_reason = 'Meta has locked it.'")
    status, report = doctor(program, "--data-directory", "demo")
    assert (status, report["state"]) == (1, "trouble")
    [jobs] = of(report, "dead-jobs")
    assert (jobs["state"], jobs["value"], jobs["unit"]) == ("attention", 1, "count")
    assert any(f["detail"] == "The number can't send. Meta has locked it." for f in of(report, "sender"))


def test_tables_of_another_version_are_named_with_the_next_command(program):
    assert Demo(program).process.stop() == 0
    with sqlite3.connect(program.folder / "demo/switchboard.db") as database:
        database.execute("DELETE FROM schema_migrations WHERE number = (SELECT MAX(number) FROM schema_migrations)")
    status, report = doctor(program, "--data-directory", "demo")
    assert status == 1
    [schema] = of(report, "schema")
    assert schema["state"] == "trouble" and "switchboard migrate" in schema["advice"]
    assert of(report, "processes") == []


def test_no_database_and_a_server_that_can_not_be_reached_are_findings(program):
    status, report = doctor(program, "--data-directory", "nothing")
    assert status == 1
    assert "There is no database at" in of(report, "database")[0]["detail"]
    assert of(report, "data-directory")[0]["state"] == "trouble"
    assert not (program.folder / "nothing").exists()

    variables = {"SWITCHBOARD_DATABASE": "postgresql://nobody:hush@127.0.0.1:1/none"}
    result = program.run("doctor", variables=variables)
    assert result.returncode == 1
    assert "Database: The database can't be used right now." in result.stdout
    assert "hush" not in result.stdout + result.stderr


def test_a_wrong_configuration_is_a_sentence(program):
    result: subprocess.CompletedProcess = program.run("doctor", "--port=-3")
    assert (result.returncode, result.stdout) == (64, "")
    assert result.stderr.startswith("--port isn't right: it takes a number from 0 to 65535")


def test_the_search_index_is_made_anew_beside_a_running_server(program, place):
    flags, database = place
    demo = Demo(program, *database)
    found = lambda: [hit["message"]["id"] for hit in demo.get("/api/v1/search?text=order")["data"]]  # noqa: E731
    # As long as the index grows, the next answer is another.
    before = eventually(lambda: (one := found()) and one == found() and one)
    result = program.run("doctor", "--reindex", *flags)
    assert result.returncode == 0, result.stderr
    assert "messages, notes and contacts can be searched." in result.stdout
    eventually(lambda: found() == before)
