"""Ready-made HTTP requests for loadgen: signed webhooks as the platform sends them, and messages for our API.

A file of requests is a sequence of (length as uint32 little-endian, bytes).
"""

import hashlib
import hmac
import json
import pathlib
import random
import struct
import time
from collections.abc import Iterable

WORDS = (
    "hello hi thanks order please when delivery today tomorrow invoice price size blue red shop open address problem help payment "
    "card cash número pedido gracias olá 你好 कब cancel refund change booking time table four people confirm"
).split()


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def write(path: pathlib.Path, requests: Iterable[bytes]) -> None:
    with open(path, "wb") as file:
        file.writelines(struct.pack("<I", len(request)) + request for request in requests)


def sentence(choice: random.Random) -> str:
    return " ".join(choice.choice(WORDS) for _ in range(choice.randint(2, 18)))


def signed(path: str, secret: str, body: dict) -> bytes:
    # Meta escapes everything beyond ASCII and signs what it sends.
    raw = json.dumps(body, separators=(",", ":")).encode()
    signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return post(path, raw, {"User-Agent": "facebookexternalua", "X-Hub-Signature-256": f"sha256={signature}"})


def incoming_texts(
    *, path: str, secret: str, phone_number_id: str, count: int, start: int = 0, customers: int = 2_000, account_id: str = "200000000000001"
) -> Iterable[bytes]:
    """One webhook a message, each with an id of its own; the customers take turns. `start` continues an earlier series."""
    choice = random.Random(start)
    for number in range(start, start + count):
        customer = number % customers
        yield incoming_text(
            path=path, secret=secret, phone_number_id=phone_number_id, account_id=account_id, number=number, phone=f"1555{customer:07}",
            user=f"US.{customer:016}", name=f"Customer {customer}", text=sentence(choice),
        )  # fmt: skip


def texts_of_seeded(
    *, path: str, secret: str, numbers: list[str], account_id: str, people: int, stride: int, count: int, start: int
) -> Iterable[bytes]:
    """Texts of people whom the database knows already, all over them, each to the number that it has a conversation with."""
    choice = random.Random(start)
    for number in range(start, start + count):
        person = number * stride % people
        yield incoming_text(
            path=path, secret=secret, phone_number_id=numbers[person % len(numbers)], account_id=account_id, number=number,
            phone=f"1888{person:07}", user=None, name=f"Person {person}", text=sentence(choice),
        )  # fmt: skip


def incoming_text(
    *, path: str, secret: str, phone_number_id: str, account_id: str, number: int, phone: str, user: str | None, name: str, text: str
) -> bytes:
    message = {"from": phone, "id": f"wamid.BENCH{number:020}", "timestamp": str(int(time.time())), "text": {"body": text}, "type": "text"}
    contact = {"profile": {"name": name}, "wa_id": phone}
    if user:
        message["from_user_id"] = contact["user_id"] = user
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550000001", "phone_number_id": phone_number_id},
        "contacts": [contact],
        "messages": [message],
    }
    changes = [{"value": value, "field": "messages"}]
    return signed(path, secret, {"object": "whatsapp_business_account", "entry": [{"id": account_id, "changes": changes}]})


def outgoing_messages(*, key: str, senders: list[str], recipients: list[str], content: dict, count: int, start: int = 0) -> Iterable[bytes]:
    """Calls of POST /api/v1/messages: senders and recipients take turns, each call with a client id of its own."""
    for number in range(start, start + count):
        body = {
            "sender": senders[number % len(senders)],
            "to": recipients[number // len(senders) % len(recipients)],
            "clientId": f"bench-{number}",
            **content,
        }
        yield post("/api/v1/messages", json.dumps(body).encode(), {"Authorization": f"Bearer {key}"})


def mixed(*, path: str, secret: str, phone_number_id: str, sent: list[tuple], account_id: str) -> Iterable[bytes]:
    """For each sent message (its id, attempt, provider's id and recipient) a customer's text and the three statuses of the message, each a
    webhook of its own. What is about one message lies far apart, as it does when many are under way."""
    now = int(time.time())
    texts = incoming_texts(
        path=path, secret=secret, phone_number_id=phone_number_id, count=len(sent), start=500_000_000, account_id=account_id
    )
    texts = iter(texts)
    apart = 200

    def status(row: tuple, word: str) -> bytes:
        message, attempt, provider_id, phone = row
        entry = {
            "id": provider_id,
            "status": word,
            "timestamp": str(now),
            "recipient_id": phone.removeprefix("+"),
            "biz_opaque_callback_data": f"{message}.{attempt}",
            "pricing": {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "marketing"},
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550000001", "phone_number_id": phone_number_id},
            "statuses": [entry],
        }
        changes = [{"value": value, "field": "messages"}]
        return signed(path, secret, {"object": "whatsapp_business_account", "entry": [{"id": account_id, "changes": changes}]})

    for index in range(len(sent) + 2 * apart):
        if index < len(sent):
            yield next(texts)
            yield status(sent[index], "sent")
        if 0 <= index - apart < len(sent):
            yield status(sent[index - apart], "delivered")
        if 0 <= index - 2 * apart < len(sent):
            yield status(sent[index - 2 * apart], "read")


def graph_sends(*, token: str, numbers: list[str], count: int) -> Iterable[bytes]:
    """Messages as the hub sends them to the platform, the numbers in turns, each for a person of its own."""
    for number in range(count):
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": f"+1777{number:07}",
            "biz_opaque_callback_data": f"msg_{number:026}.1",
            "type": "template",
            "template": {"name": "hello_world", "language": {"code": "en_US"}},
        }
        path = f"/v26.0/{numbers[number % len(numbers)]}/messages"
        yield post(path, json.dumps(body).encode(), {"Authorization": f"Bearer {token}"})
