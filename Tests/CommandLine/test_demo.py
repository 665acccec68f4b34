"""`demo` as a process: its facts, its people and their past, a restart, its clock, and the commands that work beside it."""

import json
import re
import stat
import threading
import urllib.request

import pytest
from processes import Browser, Demo, eventually, http


@pytest.fixture
def demo(program):
    return Demo(program)


def test_demo_json_holds_exactly_what_programs_need(demo, program):
    facts = demo.facts
    assert set(facts) == {"url", "simulatorUrl", "email", "password", "apiKey", "connection", "senders"}
    assert set(facts["connection"]) == {"id", "appSecret", "verifyToken", "webhookPath"}
    assert facts["connection"]["webhookPath"] == f"/hooks/meta/{facts['connection']['id']}"
    assert [set(sender) for sender in facts["senders"]] == [{"id", "phoneNumber", "phoneNumberId"}] * 2
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", facts["url"]) and not facts["url"].endswith(":0")
    assert facts["apiKey"].startswith("sb_")
    file = program.folder / "demo/demo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert facts["url"] in demo.process.output() and facts["simulatorUrl"] in demo.process.output()
    assert facts["password"] in demo.process.output()


def test_the_past_has_many_kinds_and_no_messages_on_their_way(demo):
    conversations = demo.get("/api/v1/conversations?limit=100")["data"]
    assert len(conversations) == 12
    assert {one["state"] for one in conversations} == {"open", "closed"}
    assert {one["window"]["isOpen"] for one in conversations} == {True, False}
    assert any(one["unread"] > 0 for one in conversations) and any(one["unread"] == 0 for one in conversations)
    assert any(one["contact"]["phoneNumber"] is None and one["contact"]["username"] for one in conversations)
    messages = [message for one in conversations for message in demo.get(f"/api/v1/conversations/{one['id']}/messages?limit=100")["data"]]
    assert {"text", "media", "location", "contacts", "interactive", "reply", "template"} <= {message["kind"] for message in messages}
    assert {"received", "sent", "delivered", "read", "failed"} == {message["status"] for message in messages}
    picture = next(message for message in messages if message["kind"] == "media")
    assert http(f"{demo.facts['url']}/api/v1/media/{picture['media']['id']}", key=demo.facts["apiKey"]).body[:4] == b"\x89PNG"


def test_a_customer_writes_and_an_answer_comes_back(demo):
    phone = demo.phone("Ben Carter")
    demo.write(phone, "Is anybody there?")
    conversation = eventually(
        lambda: next(
            (one for one in demo.get("/api/v1/conversations")["data"] if one["lastMessage"]["preview"] == "Is anybody there?"), None
        )
    )
    # Chatting goes on where the past ended: the same person, the same conversation.
    assert conversation["contact"]["name"] == "Ben Carter"
    assert len(demo.get("/api/v1/conversations?limit=100")["data"]) == 12
    sent = demo.post("/api/v1/messages", {"sender": conversation["sender"], "to": "+15550199001", "text": {"body": "Yes."}})
    assert sent.status == 202
    identifier = sent.json()["id"]
    eventually(lambda: demo.get(f"/api/v1/messages/{identifier}")["status"] == "delivered")
    demo.simulator("PATCH", f"/control/v1/phones/{phone['id']}", {"openChat": demo.facts["senders"][0]["phoneNumberId"]})
    eventually(lambda: demo.get(f"/api/v1/messages/{identifier}")["status"] == "read")


def test_a_person_without_a_number_can_be_answered(demo):
    conversation = next(one for one in demo.get("/api/v1/conversations")["data"] if one["contact"]["username"] == "miawolf")
    answer = {"sender": conversation["sender"], "to": {"bsuid": conversation["contact"]["bsuid"]}, "text": {"body": "Gern."}}
    identifier = demo.post("/api/v1/messages", answer).json()["id"]
    eventually(lambda: demo.get(f"/api/v1/messages/{identifier}")["status"] == "delivered")


def test_a_restart_keeps_what_was_said_and_goes_on(demo, program):
    demo.write(demo.phone("Ana Silva"), "Before the restart")
    eventually(lambda: any(one["lastMessage"]["preview"] == "Before the restart" for one in demo.get("/api/v1/conversations")["data"]))
    before = demo.facts
    assert demo.process.stop() == 0

    again = Demo(program)
    for name in ("email", "password", "apiKey", "connection", "senders"):
        assert again.facts[name] == before[name]
    conversation = again.get("/api/v1/conversations")["data"][0]
    assert conversation["lastMessage"]["preview"] == "Before the restart"
    # The phone remembers too, and its window is open.
    phone = again.phone("Ana Silva")
    chat = next(one for one in phone["chats"] if one["number"] == again.facts["senders"][0]["phoneNumberId"])
    assert chat["windowOpen"] and chat["last"]["content"]["body"] == "Before the restart"
    identifier = again.post(
        "/api/v1/messages", {"sender": conversation["sender"], "to": conversation["contact"]["phoneNumber"], "text": {"body": "After"}}
    ).json()["id"]
    eventually(lambda: again.get(f"/api/v1/messages/{identifier}")["status"] == "delivered")
    assert len(again.get("/api/v1/conversations?limit=100")["data"]) == 12


def sign_up(demo: Demo, number: str) -> dict:
    """A number in Meta's window, as somebody does it who has verified it there; its sender."""
    draft = {"owner": "owner-2", "accountName": "Porter Repairs", "name": "Porter", "number": number}
    added = demo.simulator("POST", "/control/v1/signups/numbers", draft)
    subject = {"number": added["number"]["id"]}
    demo.simulator("POST", "/control/v1/signups/codes", subject | {"method": "SMS"})
    [code] = demo.simulator("GET", f"/control/v1/codes?number={added['number']['id']}")["data"]
    demo.simulator("POST", "/control/v1/signups/verifications", subject | {"code": code["code"]})
    terms = [{"document": one["document"], "version": one["version"]} for one in demo.get("/api/v1/terms")["data"]]
    begun = demo.post("/api/v1/sign-ups", {"phoneNumber": number, "displayName": "Porter", "price": 0, "accepts": terms}).json()
    window = {"app": "700000000000900", "configuration": "730000000000900", "owner": "owner-2", "account": added["account"]}
    finished = demo.simulator("POST", "/control/v1/signups", window | subject)
    path = f"/api/v1/sign-ups/{begun['id']}"
    assert demo.post(f"{path}/window-code", {"code": finished["code"]}).status == 200
    sender = eventually(lambda: demo.get(path).get("sender"))
    eventually(lambda: demo.get(f"/api/v1/senders/{sender}")["status"] == "online")
    return demo.get(f"/api/v1/senders/{sender}")


def test_a_number_that_was_signed_up_works_on_after_a_restart(demo, program):
    sender = sign_up(demo, "+4915112345678")

    def latest(of: Demo, text: str) -> dict | None:
        found = of.get("/api/v1/conversations")["data"]
        return next((one for one in found if one["sender"] == sender["id"] and one["lastMessage"]["preview"] == text), None)

    def write(of: Demo, text: str) -> None:
        body = {"to": sender["phoneNumberId"], "type": "text", "text": {"body": text}}
        of.simulator("POST", f"/control/v1/phones/{of.phone('Ben Carter')['id']}/messages", body)

    write(demo, "Before the restart")
    before = eventually(lambda: latest(demo, "Before the restart"))
    assert demo.process.stop() == 0

    again = Demo(program)
    # It is heard at the new address, in the same conversation, and answers.
    write(again, "After the restart")
    conversation = eventually(lambda: latest(again, "After the restart"))
    assert conversation["id"] == before["id"]
    sent = again.post("/api/v1/messages", {"sender": sender["id"], "to": "+15550199001", "text": {"body": "Yes."}}).json()["id"]
    eventually(lambda: again.get(f"/api/v1/messages/{sent}")["status"] == "delivered")
    # WhatsApp knows it still.
    check = http(f"{again.facts['url']}/api/v1/connections/{sender['connection']}/check", method="POST", key=again.facts["apiKey"])
    assert check.status == 200, check.body
    assert again.get(f"/api/v1/senders/{sender['id']}")["status"] == "online"


def test_fresh_begins_anew(demo, program):
    demo.write(demo.phone("Ana Silva"), "To be forgotten")
    eventually(lambda: any(one["lastMessage"]["preview"] == "To be forgotten" for one in demo.get("/api/v1/conversations")["data"]))
    before = demo.facts
    demo.process.stop()
    again = Demo(program, "--fresh")
    assert again.facts["apiKey"] != before["apiKey"] and again.facts["connection"] != before["connection"]
    assert all(one["lastMessage"]["preview"] != "To be forgotten" for one in again.get("/api/v1/conversations")["data"])


def test_a_first_start_that_was_interrupted_is_told_and_can_be_begun_anew(demo, program):
    demo.process.stop()
    memory = program.folder / "demo/.demo.json"
    facts = json.loads(memory.read_text())
    nothing = {name: "" for name in ("url", "simulatorUrl", "email", "password", "apiKey")}
    memory.write_text(json.dumps(nothing | {"connection": {name: "" for name in facts["connection"]}, "senders": []}))
    result = program.run("demo", "--data-directory", "demo", "--port", 0, "--simulator-port", 0)
    assert result.returncode == 1
    assert result.stderr == "An earlier start was interrupted while it made the demo. Start anew with --fresh.\n"
    again = Demo(program, "--fresh")
    assert len(again.get("/api/v1/conversations?limit=100")["data"]) == 12


def test_fresh_leaves_a_folder_alone_that_is_no_demo(program):
    process = program.start("serve", "--port", 0)
    process.wait_for("listens on")
    process.stop()
    result = program.run("demo", "--fresh", "--data-directory", "data", "--port", 0, "--simulator-port", 0)
    assert result.returncode == 1
    assert "doesn't look like a demo's folder" in result.stderr
    assert (program.folder / "data/switchboard.db").exists()


def test_a_demo_keeps_out_of_another_database(program):
    assert program.run("migrate").returncode == 0
    process = program.start("serve", "--port", 0)
    link = process.wait_for("/set-up/").strip()
    form = {"workspace": "Real", "slug": "real", "name": "Rea", "email": "rea@real.example", "password": "a long password"}
    assert Browser().submit(link, form).status in (200, 303)
    process.stop()
    result = program.run("demo", "--data-directory", "data", "--port", 0, "--simulator-port", 0)
    assert result.returncode == 1
    assert "belongs to something else" in result.stderr


def test_variables_of_a_real_installation_do_not_reach_the_demo(program):
    demo = Demo(program, variables={"SWITCHBOARD_DATABASE": "postgresql://nobody@127.0.0.1:1/nothing", "SWITCHBOARD_PORT": "1"})
    assert http(f"{demo.facts['url']}/readyz").status == 200


def test_the_clock_of_both_can_be_set_ahead(demo):
    open_before = [one["id"] for one in demo.get("/api/v1/conversations")["data"] if one["window"]["isOpen"]]
    assert open_before
    demo.simulator("PUT", "/control/v1/clock", {"offsetSeconds": 25 * 60 * 60})
    assert [one["id"] for one in demo.get("/api/v1/conversations")["data"] if one["window"]["isOpen"]] == []


def test_a_signal_ends_it_with_a_stream_open(demo):
    request = urllib.request.Request(
        f"{demo.facts['url']}/api/v1/events/stream",
        headers={"Authorization": f"Bearer {demo.facts['apiKey']}", "Accept": "text/event-stream"},
    )
    stream = urllib.request.urlopen(request, timeout=60)
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    ended = threading.Event()

    def read_to_the_end():
        try:
            while stream.read(1):
                pass
        except OSError:
            pass
        ended.set()

    threading.Thread(target=read_to_the_end, daemon=True).start()
    # 0: everything ended in order. Cut off after the time limit it would be 1.
    assert demo.process.stop() == 0
    assert ended.wait(10)


def test_a_call_that_does_not_end_holds_the_demo_no_longer_than_its_limit(program):
    demo = Demo(program, "--shutdown-seconds", "1")
    demo.simulator("PATCH", "/control/v1/settings", {"latency": 60_000})
    conversation = next(
        one for one in demo.get("/api/v1/conversations")["data"] if one["window"]["isOpen"] and one["contact"]["phoneNumber"]
    )
    identifier = demo.post(
        "/api/v1/messages",
        {"sender": conversation["sender"], "to": conversation["contact"]["phoneNumber"], "text": {"body": "Into the void"}},
    ).json()["id"]
    eventually(lambda: demo.get(f"/api/v1/messages/{identifier}")["status"] == "sending")
    # 0 when the simulator's end gave the call one too, 1 when the call had to be left; it ends in both cases.
    assert demo.process.stop() in (0, 1)
    # Nobody knows whether it left, and the next start says so.
    again = Demo(program)
    eventually(lambda: again.get(f"/api/v1/messages/{identifier}")["status"] == "unknown")


def test_send_puts_a_message_on_its_way_beside_the_running_demo(demo, program):
    place = ["--data-directory", "demo"]
    several = program.run("send", "--to", "+15550199001", "--text", "From the shell", *place)
    assert several.returncode == 1 and "There are several numbers to send from" in several.stderr
    sent = program.run("send", "--to", "+1 555 019 9001", "--text", "From the shell", "--sender", "+15550100200", *place)
    assert sent.returncode == 0, sent.stderr
    identifier = sent.stdout.strip()
    eventually(lambda: demo.get(f"/api/v1/messages/{identifier}")["status"] == "delivered")
    assert demo.get(f"/api/v1/messages/{identifier}")["author"] == "system:command-line"


@pytest.mark.parametrize(
    ("to", "says"),
    [("5550199001", "has no country code in front"), ("+46701234501", "24 hours")],
)
def test_send_says_why_it_refuses(demo, program, to, says):
    result = program.run("send", "--to", to, "--text", "x", "--sender", "+15550100200", "--data-directory", "demo")
    assert result.returncode == 1
    assert result.stdout == "" and says in result.stderr


def test_keys_are_made_listed_and_revoked_beside_the_running_demo(demo, program):
    place = ["--data-directory", "demo"]
    made = program.run("key", "create", "--name", "Shell", "--scopes", "read", *place)
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert re.fullmatch(r"sb_[0-9a-z]+", token)
    address = f"{demo.facts['url']}/api/v1/conversations"
    assert http(address, key=token).status == 200
    [row] = [line for line in program.run("key", "list", *place).stdout.splitlines() if line.endswith("Shell")]
    identifier = row.split()[0]
    assert row.split()[1:3] == ["read", "active"] and identifier in made.stderr
    assert program.run("key", "revoke", identifier, *place).returncode == 0
    assert http(address, key=token).status == 401
    again = program.run("key", "revoke", "key_00000000000000000000000000", *place)
    assert again.returncode == 1 and "no such API key" in again.stderr


def test_people_are_added_beside_the_running_demo(demo, program):
    place = ["--data-directory", "demo"]
    added = program.run("user", "add", "--email", "eve@acme.example", "--name", "Eve", "--public-url", demo.facts["url"], *place)
    assert added.returncode == 0, added.stderr
    link = added.stdout.splitlines()[-1].strip()
    assert link.startswith(f"{demo.facts['url']}/set-up/") and http(link).status == 200
    by_password = program.run(
        "user",
        "add",
        "--email",
        "max@acme.example",
        "--name",
        "Max",
        "--role",
        "admin",
        "--password-stdin",
        *place,
        stdin="a long password\n",
    )
    assert by_password.returncode == 0, by_password.stderr
    short = program.run("user", "add", "--email", "sho@acme.example", "--name", "S", "--password-stdin", *place, stdin="short\n")
    assert short.returncode == 1
    people = program.run("user", "list", *place).stdout
    assert re.search(r"eve@acme.example +agent +Eve", people) and re.search(r"max@acme.example +admin +Max", people)
    assert "sho@acme.example" not in people
    again = program.run("user", "password", "--email", "max@acme.example", "--public-url", demo.facts["url"], *place)
    assert http(again.stdout.splitlines()[-1].strip()).status == 200


def test_a_demo_on_postgresql(program, postgres):
    demo = Demo(program, "--database", postgres)
    assert len(demo.get("/api/v1/conversations?limit=100")["data"]) == 12
    demo.write(demo.phone("Ana Silva"), "On the other engine")
    eventually(lambda: demo.get("/api/v1/conversations")["data"][0]["lastMessage"]["preview"] == "On the other engine")
    assert demo.process.stop() == 0
    again = Demo(program, "--database", postgres)
    assert again.get("/api/v1/conversations")["data"][0]["lastMessage"]["preview"] == "On the other engine"
