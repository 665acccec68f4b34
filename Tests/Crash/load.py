"""Clients that send by the API and repeat until they are answered, and customers who write."""

import asyncio
import contextlib
import random

import httpx
from comparison import Submitted
from hubs import Account, Simulator

CLIENTS = 24
CUSTOMERS = 60
# Of 100 accepted messages so many are submitted a second time, as after an answer that got lost.
REPEATED_PERCENT = 3
MESSAGES_PER_CONVERSATION = 3
INBOUND_SHARE = 0.25
# Of 100 messages so many are pictures for customers who have written. A message with a file is claimed while its file is handed over.
PICTURES_PERCENT = 10
REQUEST_SECONDS = 20


class Quota:
    """Lets the load go on in step with the deaths, so that each of them meets some."""

    def __init__(self, total: int):
        self.total = total
        self.allowed = 0
        self.changed = asyncio.Condition()

    async def allow(self, share: float) -> None:
        async with self.changed:
            self.allowed = max(self.allowed, round(self.total * share))
            self.changed.notify_all()

    async def wait(self, number: int) -> None:
        async with self.changed:
            await self.changed.wait_for(lambda: number < self.allowed)


class Clients:
    def __init__(self, url: str, account: Account, seed: int, messages: int, quota: Quota):
        self.url, self.account, self.seed, self.quota = url, account, seed, quota
        self.submitted: list[Submitted] = []
        self.repeated = 0
        self.doubled: list[str] = []
        chance = random.Random(f"clients {seed}")
        people = max(1, messages // len(account.senders) // MESSAGES_PER_CONVERSATION)
        # Each conversation belongs to one client, who waits for an answer before the next message: so its order is known.
        self.plans: list[list[tuple[int, dict]]] = [[] for _ in range(CLIENTS)]
        template = {"template": {"name": "hello_world", "language": "en_US"}}
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
        async with httpx.AsyncClient(timeout=REQUEST_SECONDS, headers={"Authorization": f"Bearer {self.account.key}"}) as http:
            for number, body in plan:
                await self.quota.wait(number)
                identifier = await self.post(http, body)
                if number in self.repeats:
                    again = await self.post(http, body)
                    if again != identifier:
                        self.doubled.append(f"{body['clientId']} was accepted as {identifier}, and again as {again}")
                self.submitted.append(Submitted(body["clientId"], identifier))

    async def post(self, http: httpx.AsyncClient, body: dict) -> str | None:
        """Until it is answered for good; the id, or None when it was refused."""
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await http.post(f"{self.url}/api/v1/messages", json=body)
                if answer.status_code in (200, 201, 202):
                    return answer.json()["id"]
                if answer.status_code < 500 and answer.status_code not in (408, 429):
                    raise RuntimeError(f"The API refused {body['clientId']}: {answer.status_code} {answer.text}")
            self.repeated += 1
            await asyncio.sleep(0.1)


def customer_digits(seed: int, number: int) -> str:
    return f"1556{seed % 1000:03}{number:04}"


class Customers:
    """Phones that write to the numbers, each message once."""

    def __init__(self, simulator: Simulator, account: Account, seed: int, messages: int, quota: Quota):
        self.simulator, self.account, self.seed, self.quota = simulator, account, seed, quota
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
            await self.quota.wait(round(number / INBOUND_SHARE))
            person, to = self.chance.randrange(CUSTOMERS), self.chance.choice(self.account.numbers)
            await self.write(person, to, f"inbound {self.seed} {number}")

    async def write(self, person: int, to: str, text: str) -> None:
        body = {"to": to, "type": "text", "text": {"body": text}}
        await asyncio.to_thread(self.simulator.control, "POST", f"phones/{self.phones[person]}/messages", body)
        self.written.add(text)
