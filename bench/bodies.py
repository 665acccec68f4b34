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
    now = int(time.time())
    for number in range(start, start + count):
        customer = number % customers
        phone = f"1555{customer:07}"
        user = f"US.{customer:016}"
        message = {
            "from": phone,
            "from_user_id": user,
            "id": f"wamid.BENCH{number:020}",
            "timestamp": str(now),
            "text": {"body": sentence(choice)},
            "type": "text",
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550000001", "phone_number_id": phone_number_id},
            "contacts": [{"profile": {"name": f"Customer {customer}"}, "wa_id": phone, "user_id": user}],
            "messages": [message],
        }
        changes = [{"value": value, "field": "messages"}]
        yield signed(path, secret, {"object": "whatsapp_business_account", "entry": [{"id": account_id, "changes": changes}]})


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
