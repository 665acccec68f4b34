"""The whole way over HTTP: a customer writes, a program answers, the customer reads it; and Meta's webhooks as Meta sends them."""

import hashlib
import hmac
import json
import uuid

from conftest import call, eventually


def conversation_with(demo, number):
    def look():
        status, page = demo.api("GET", "/conversations?limit=100")
        assert status == 200, page
        return next((c for c in page["data"] if c["contact"]["phoneNumber"] == f"+{number}"), None)

    return eventually(look)


def messages_of(demo, conversation):
    status, page = demo.api("GET", f"/conversations/{conversation}/messages")
    assert status == 200, page
    return page["data"]


def status_of(demo, message):
    return demo.api("GET", f"/messages/{message}")[1]["status"]


def test_a_customer_writes_and_is_answered(demo):
    number = "15550177001"
    phone = demo.phone("Nora", number)
    to = demo.sender["phoneNumber"].lstrip("+")
    demo.control("POST", f"/phones/{phone}/messages", {"to": to, "type": "text", "text": {"body": "Is it open today? 🙂"}})
    conversation = conversation_with(demo, number)
    assert conversation["unread"] == 1
    (inbound,) = messages_of(demo, conversation["id"])
    assert inbound["text"]["body"] == "Is it open today? 🙂"

    draft = {
        "sender": demo.sender["id"],
        "to": f"+{number}",
        "clientId": str(uuid.uuid4()),
        "text": {"body": "Yes, until six."},
        "replyTo": inbound["id"],
    }
    status, accepted = demo.api("POST", "/messages", draft)
    assert (status, accepted["status"]) == (202, "queued"), accepted
    assert demo.api("POST", "/messages", draft)[1]["id"] == accepted["id"]
    status, refusal = demo.api("POST", "/messages", {**draft, "text": {"body": "No."}})
    assert (status, refusal["code"]) == (409, "message.client-id-taken")

    eventually(lambda: status_of(demo, accepted["id"]) == "delivered")
    demo.control("PATCH", f"/phones/{phone}", {"openChat": to})
    eventually(lambda: status_of(demo, accepted["id"]) == "read")
    message = demo.api("GET", f"/messages/{accepted['id']}")[1]
    assert message["providerId"].startswith("wamid.")
    assert message["sentAt"] and message["deliveredAt"] and message["readAt"]
    ledger = demo.control("GET", "/ledger?limit=100")["data"]
    assert len([entry for entry in ledger if entry["id"] == message["providerId"]]) == 1

    events = demo.api("GET", "/events?limit=100")[1]["data"]
    assert {"message.received", "message.queued", "message.updated"} <= {event["kind"] for event in events}


def test_a_closed_window_names_the_template_way(demo):
    status, refusal = demo.api("POST", "/messages", {"sender": demo.sender["id"], "to": "+15550177002", "text": {"body": "Hello"}})
    assert (status, refusal["code"]) == (409, "message.window-closed")
    assert "template" in refusal["detail"]


def test_wrong_input_is_refused_in_a_sentence(demo):
    def refused(body):
        status, refusal = demo.api("POST", "/messages", body)
        return status, refusal["code"], refusal["detail"]

    status, code, detail = refused({"sender": demo.sender["id"], "to": "5550177003", "text": {"body": "x"}})
    assert (status, code) == (422, "phone-number.malformed") and "E.164" in detail
    assert refused({"sender": "snd_00000000000000000000000000", "to": "+15550177003", "text": {"body": "x"}})[:2] == (404, "sender.missing")
    assert refused({"sender": demo.sender["id"], "to": "+15550177003", "txt": {"body": "x"}})[0] == 422
    assert call("GET", f"{demo.url}/api/v1/conversations")[0] == 401
    assert call("GET", f"{demo.url}/api/v1/conversations", key="sb_wrong")[0] == 401


def batch(demo, entries, changes, messages, tag):
    """A body of so many entries, changes in each, and messages in each, every message of a customer of its own."""
    sender, count = demo.sender, 0
    result = {"object": "whatsapp_business_account", "entry": []}
    for _ in range(entries):
        entry = {"id": "102030405060708", "changes": []}
        for _ in range(changes):
            value = {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": sender["phoneNumber"].lstrip("+"), "phone_number_id": sender["phoneNumberId"]},
                "contacts": [],
                "messages": [],
            }
            for _ in range(messages):
                number = f"155502{count:05d}"
                value["contacts"].append({"profile": {"name": f"{tag} {count}"}, "wa_id": number, "user_id": f"US.{tag}{count}"})
                value["messages"].append(
                    {
                        "from": number,
                        "from_user_id": f"US.{tag}{count}",
                        "id": f"wamid.{tag}.{count}",
                        "timestamp": "1790000000",
                        "type": "text",
                        "text": {"body": f"{tag} é {count}"},
                    }
                )
                count += 1
            entry["changes"].append({"field": "messages", "value": value})
        result["entry"].append(entry)
    return json.dumps(result).encode()


def deliver(demo, body, signed=None):
    secret = demo.facts["connection"]["appSecret"].encode()
    signature = "sha256=" + hmac.new(secret, signed if signed is not None else body, hashlib.sha256).hexdigest()
    return call("POST", demo.url + demo.facts["connection"]["webhookPath"], body, headers={"X-Hub-Signature-256": signature})[0]


def stored(demo, tag):
    found, cursor = 0, ""
    while True:
        page = demo.api("GET", f"/conversations?limit=100{cursor}")[1]
        found += sum(1 for c in page["data"] if (c["contact"]["name"] or "").startswith(tag))
        if not page["next"]:
            return found
        cursor = f"&after={page['next']}"


def test_a_batch_of_45_is_stored_once_and_a_forged_one_not_at_all(demo):
    body = batch(demo, 3, 3, 5, "batch")
    assert deliver(demo, body) == 200
    assert stored(demo, "batch") == 45
    assert deliver(demo, body) == 200
    assert stored(demo, "batch") == 45
    for conversation in demo.api("GET", "/conversations?limit=100")[1]["data"]:
        if (conversation["contact"]["name"] or "").startswith("batch"):
            assert len(messages_of(demo, conversation["id"])) == 1
            break
    forged = body.replace(b"batch", b"forge", 1)
    assert deliver(demo, forged, signed=body) == 401
    assert stored(demo, "forge") == 0
    assert stored(demo, "batch") == 45


def test_webhooks_of_wrong_size_and_shape(demo):
    assert deliver(demo, b"this isn't JSON") == 200  # Kept in the journal: repeating it would help nobody.
    assert deliver(demo, b"x" * (3 * 1024 * 1024 + 1)) == 413
    path = demo.url + demo.facts["connection"]["webhookPath"]
    for headers in ({}, {"X-Hub-Signature-256": ""}, {"X-Hub-Signature-256": "sha256=00"}):
        assert call("POST", path, b"{}", headers=headers)[0] == 401
    token = demo.facts["connection"]["verifyToken"]
    assert call("GET", f"{path}?hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1158201444") == (200, 1158201444)
    assert call("GET", f"{path}?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1")[0] == 403


def test_lists_are_paged_to_the_end_without_gaps(demo):
    assert deliver(demo, batch(demo, 1, 1, 30, "paged")) == 200
    seen, cursor = [], ""
    while True:
        page = demo.api("GET", f"/conversations?limit=7{cursor}")[1]
        seen += [c["id"] for c in page["data"]]
        if not page["next"]:
            break
        cursor = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) >= 30
