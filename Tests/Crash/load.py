"""Clients that send by the API and repeat until they are answered, and customers who write."""

import asyncio
import contextlib
import json
import random
import time

from comparison import Submitted
from hubs import Account, Simulator

CLIENTS = 64
CUSTOMERS = 60
# Of 100 accepted messages so many are submitted a second time, as after an answer that got lost.
REPEATED_PERCENT = 3
MESSAGES_PER_CONVERSATION = 3
INBOUND_SHARE = 0.25
# Of 100 messages so many are pictures for customers who have written. A message with a file is claimed while its file is handed over.
PICTURES_PERCENT = 10
REQUEST_SECONDS = 20
# What a client tries again. A 500 would be a defect.
ANSWERED_AGAIN = (408, 429, 503)


class Pace:
    """Spreads the load over the time that the deaths need, so that each of them meets some."""

    def __init__(self, total: int, seconds: float):
        self.rate = total / seconds
        self.begin = time.monotonic()

    async def wait(self, number: float) -> None:
        await asyncio.sleep(self.begin + number / self.rate - time.monotonic())


class Link:
    """A client's connection: HTTP/1.1 and nothing more, because the load shares two cores with all that it loads."""

    def __init__(self, url: str, key: str):
        self.host, _, self.port = url.removeprefix("http://").partition(":")
        self.head = f"Host: {self.host}:{self.port}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        self.writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: dict) -> tuple[int, bytes]:
        """Status and body; OSError or EOFError when the connection broke, and TimeoutError when no answer came."""
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                return await self.exchange(path, json.dumps(body).encode())
        except BaseException:
            self.close()
            raise

    async def exchange(self, path: str, body: bytes) -> tuple[int, bytes]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, int(self.port))
        self.writer.write(f"POST {path} HTTP/1.1\r\n{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:] if line)
        answer = await self.reader.readexactly(int(fields["content-length"]))
        if fields.get("connection") == "close":
            self.close()
        return int(lines[0].split()[1]), answer

    def close(self) -> None:
        if self.writer:
            self.writer.transport.abort()
        self.writer = None


class Clients:
    def __init__(self, url: str, account: Account, seed: int, messages: int, pace: Pace):
        self.url, self.account, self.seed, self.pace = url, account, seed, pace
        self.submitted: list[Submitted] = []
        self.repeated = 0
        self.doubled: list[str] = []
        chance = random.Random(f"clients {seed}")
        people = max(1, messages // len(account.senders) // MESSAGES_PER_CONVERSATION)
        # Each conversation belongs to one client, who waits for an answer before the next message: so its order is known.
        self.plans: list[list[tuple[int, dict]]] = [[] for _ in range(CLIENTS)]
        # What goes to many goes in the lane of campaigns; a picture is a reply.
        template = {"template": {"name": "hello_world", "language": "en_US"}, "lane": "campaign"}
        picture = {"media": {"kind": "image", "id": account.file}}
        for number in range(messages):
            if chance.randrange(100) < PICTURES_PERCENT:
                person = chance.randrange(CUSTOMERS)
                sender, conversation = person % len(account.senders), person
                body = {"to": f"+{customer_digits(seed, person)}"} | picture
            else:
                sender, person = number % len(account.senders), chance.randrange(people)
                conversation = CUSTOMERS + sender * people + person
                body = {"to": f"+1555{sender:02}{person:05}"} | template
            body |= {"sender": account.senders[sender], "clientId": f"crash-{seed}-{number}"}
            self.plans[conversation % CLIENTS].append((number, body))
        self.repeats = {number for number in range(messages) if chance.randrange(100) < REPEATED_PERCENT}

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for plan in self.plans:
                group.create_task(self.client(plan))

    async def client(self, plan: list[tuple[int, dict]]) -> None:
        link = Link(self.url, self.account.key)
        for number, body in plan:
            await self.pace.wait(number)
            identifier = await self.post(link, body)
            if number in self.repeats:
                again = await self.post(link, body)
                if again != identifier:
                    self.doubled.append(f"{body['clientId']} was accepted as {identifier}, and again as {again}")
            self.submitted.append(Submitted(body["clientId"], identifier))
        link.close()

    async def post(self, link: Link, body: dict) -> str:
        """The id; tries until it has one."""
        while True:
            with contextlib.suppress(OSError, EOFError):
                status, answer = await link.post("/api/v1/messages", body)
                if status in (200, 201, 202):
                    return json.loads(answer)["id"]
                if status not in ANSWERED_AGAIN:
                    raise RuntimeError(f"The API answered to {body['clientId']}: {status} {answer.decode()}")
            self.repeated += 1
            await asyncio.sleep(0.1)


def customer_digits(seed: int, number: int) -> str:
    return f"1556{seed % 1000:03}{number:04}"


class Customers:
    """Phones that write to the numbers, each message once."""

    def __init__(self, simulator: Simulator, account: Account, seed: int, messages: int, pace: Pace):
        self.simulator, self.account, self.seed, self.pace = simulator, account, seed, pace
        self.total = round(messages * INBOUND_SHARE)
        self.written: set[str] = set()
        self.chance = random.Random(f"customers {seed}")
        self.phones: list[str] = []

    async def greet(self) -> None:
        """Each customer writes to one number, so that it may answer with pictures."""
        for person in range(CUSTOMERS):
            body = {"name": f"Customer {person}", "number": customer_digits(self.seed, person)}
            self.phones.append(self.simulator.control("POST", "phones", body)["id"])
            await self.write(person, self.account.numbers[person % len(self.account.numbers)], f"greeting {self.seed} {person}")

    async def run(self) -> None:
        for number in range(self.total):
            await self.pace.wait(number / INBOUND_SHARE)
            person, to = self.chance.randrange(CUSTOMERS), self.chance.choice(self.account.numbers)
            await self.write(person, to, f"inbound {self.seed} {number}")

    async def write(self, person: int, to: str, text: str) -> None:
        body = {"to": to, "type": "text", "text": {"body": text}}
        await asyncio.to_thread(self.simulator.control, "POST", f"phones/{self.phones[person]}/messages", body)
        self.written.add(text)
