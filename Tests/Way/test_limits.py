"""Limits that WhatsApp sets, between two readings of its pages that don't know each other: the hub's and the simulator's."""

import uuid

from conftest import eventually


def send(demo, number, lane="campaign"):
    status, message = demo.api(
        "POST",
        "/messages",
        {
            "sender": demo.sender["id"],
            "to": f"+{number}",
            "clientId": str(uuid.uuid4()),
            "lane": lane,
            "template": {"name": "hello_world", "language": "en_US"},
        },
    )
    assert status == 202, message
    return message["id"]


def statuses(demo, ids):
    return [demo.api("GET", f"/messages/{id}")[1] for id in ids]


def test_people_beyond_the_portfolios_limit_wait_and_the_simulator_never_has_to_refuse(demo):
    number = demo.sender["phoneNumberId"]
    demo.control("PATCH", f"/numbers/{number}", {"tier": "TIER_50"})
    status, checked = demo.api("POST", f"/connections/{demo.facts['connection']['id']}/check")
    assert status == 200, checked
    people = [f"1555016{index:04d}" for index in range(55)]
    for person in people:
        demo.phone(f"Person {person}", person)
    ids = [send(demo, person) for person in people]

    def gone():
        found = statuses(demo, ids)
        return found if sum(1 for message in found if message["status"] != "queued") == 50 else None

    found = eventually(gone, 60)
    assert not [message for message in found if message["status"] == "failed"], found
    assert all(message["attempt"] == 0 for message in found if message["status"] == "queued")

    queue = f"/senders/{demo.sender['id']}/queue"
    page = demo.api("GET", f"{queue}/messages")[1]["data"]
    assert [entry["reason"]["code"] for entry in page] == ["people-limit"] * 5, page
    assert all(entry["lane"] == "campaign" and entry["earliestAt"] for entry in page)
    # Somebody who was reached already may be written to again.
    again = send(demo, people[0])
    eventually(lambda: statuses(demo, [again])[0]["status"] in ("sent", "delivered"), 60)
    estimate = demo.api("GET", f"{queue}/estimate?messages=100")[1]
    assert estimate["endsAt"] > page[0]["earliestAt"], estimate

    # A higher limit lets the rest go.
    demo.control("PATCH", f"/numbers/{number}", {"tier": "TIER_2K"})
    assert demo.api("POST", f"/connections/{demo.facts['connection']['id']}/check")[0] == 200
    eventually(lambda: all(message["status"] in ("sent", "delivered") for message in statuses(demo, ids)), 60)


def test_a_number_that_whatsapp_restricts_keeps_its_campaigns_and_sends_its_replies(demo):
    number = "15550176001"
    demo.phone("Rita", number)
    demo.control("POST", "/faults", {"action": "error", "code": 131048, "edge": "messages", "times": 1})
    refused = send(demo, number)
    eventually(lambda: statuses(demo, [refused])[0]["attempt"] == 1)
    queue = f"/senders/{demo.sender['id']}/queue"
    eventually(lambda: [e["reason"]["code"] for e in demo.api("GET", f"{queue}/messages")[1]["data"]] == ["campaigns-paused"])
    reply = send(demo, number, "reply")
    eventually(lambda: statuses(demo, [reply])[0]["status"] in ("sent", "delivered"))
    assert statuses(demo, [refused])[0]["status"] == "queued"
    assert demo.api("POST", f"{queue}/resume")[0] == 200
    eventually(lambda: statuses(demo, [refused])[0]["status"] in ("sent", "delivered"))
