"""How fast the inbox answers in a big database: its list, a thread, a jump to an old message, a search; beside a page written by hand."""

import json
import pathlib
import random
import re
import subprocess
import sys
import urllib.parse
from collections.abc import Callable, Iterable

import bodies
import servers

sys.path.append(str(servers.PROJECT / "Tests/CommandLine"))
from processes import Browser

Say = Callable[[str], None]
DEEP_PAGE = 50
WARM_UP = 40
THREADS = 200
# What people look for: words that half of the messages have, rare ones, several, a beginning, a wrong letter, a name, the end of a number.
SEARCHES = ["please", "delivery refund", "the order please", "pedido gracias", "olá", "invo", "delivrey", "jose payment"]


async def measure(engine: str, conversations: int, messages: int, requests: int, folder: pathlib.Path, say: Say) -> dict:
    database = await servers.Database.make(engine, f"inbox_{messages}", folder, keep=True)
    notes = folder / f"{engine}-inbox-{messages}.json"
    if not notes.exists():
        say(f"filling {conversations:,} conversations with {messages:,} messages")
        seed = ["bench", "seed", "--conversations", str(conversations), "--messages", str(messages)]
        done = subprocess.run([str(servers.PROGRAM), *seed, *database.flags], check=True, capture_output=True, text=True)
        notes.write_text(done.stdout.splitlines()[-1])
    facts = json.loads(notes.read_text())
    with servers.hub(database, folder) as hub, by_hand(database, folder) as hand:
        pages = Pages(hub, facts, folder)
        address = f"/app/{facts['workspace']}/whatsapp"
        choice = random.Random(1)
        rows = await database.rows("SELECT id FROM conversations WHERE state = 'closed' ORDER BY last_message_at DESC LIMIT 2000")
        threads = [f"{address}/{id}?part=thread" for (id,) in choice.sample(rows, min(THREADS, len(rows)))]
        old = await database.rows("SELECT conversation_id, id FROM messages ORDER BY id DESC LIMIT 200 OFFSET 5000")
        jumps = [f"{address}/{conversation}?part=thread&at={id}" for conversation, id in old]
        names = await database.rows("SELECT name FROM contacts ORDER BY id DESC LIMIT 50")
        numbers = await database.rows("SELECT phone_number FROM contacts ORDER BY id DESC LIMIT 50")
        rare = await rare_words(database)
        texts = SEARCHES + [name for (name,) in names] + [number[-6:] for (number,) in numbers] + rare
        searches = [f"{address}/search?text={urllib.parse.quote(text)}" for text in texts]
        choice.shuffle(searches)
        result = {"conversations": conversations, "messages": messages}
        for name, addresses in {
            "first": [address],
            "deep": [pages.deep(f"{address}?view=closed")],
            "thread": threads,
            "jump": jumps,
            "search": searches,
        }.items():
            result[name] = pages.time(addresses, requests)
            say(f"{name}: p50 {result[name]['p50Ms']:.1f} ms, p95 {result[name]['p95Ms']:.1f} ms")
        result["byHand"] = times(hand.port, ["/inbox"], requests, folder, {})
        result["memoryHighestMB"] = hub.memory()["highest"]
    return result


async def rare_words(database: servers.Database) -> list[str]:
    """Words of old messages, of which most are rare."""
    rows = await database.rows("SELECT content FROM messages ORDER BY id LIMIT 60")
    return [json.loads(content)["text"]["body"].split()[-1] for (content,) in rows]


def by_hand(database: servers.Database, folder: pathlib.Path) -> servers.Server:
    url = f"sqlite:{database.file}" if database.engine == "sqlite" else database.url
    port = servers.free_port()
    command = [sys.executable, "-m", "uvicorn", "baseline_inbox:app", "--host", "127.0.0.1", "--port", str(port)]
    return servers.Server(
        f"page by hand ({database.engine})", [*command, "--no-access-log", "--log-level", "warning"], port,
        folder / f"by-hand-{database.engine}.log", ready_path="/ready", environment={"BENCH_DATABASE": url}, cwd=servers.PROJECT / "bench",
    )  # fmt: skip


class Pages:
    """The hub as a signed-in person sees it."""

    def __init__(self, hub: servers.Server, facts: dict, folder: pathlib.Path):
        self.hub, self.folder = hub, folder
        self.browser = Browser()
        answer = self.browser.submit(self.url("/sign-in"), {"email": facts["email"], "password": facts["password"]})
        if answer.status != 200:
            sys.exit(f"Signing in failed: {answer.status}")
        self.headers = {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.browser.cookies)}

    def url(self, address: str) -> str:
        return f"http://127.0.0.1:{self.hub.port}{address}"

    def deep(self, address: str) -> str:
        """The address of a page far down the list."""
        for _ in range(DEEP_PAGE - 1):
            page = self.browser.read(self.url(address))
            more = re.search(r'data-more="([^"]+)"', page)
            if not more:
                break
            address = more[1].replace("&amp;", "&")
        return address

    def time(self, addresses: list[str], requests: int) -> dict:
        times(self.hub.port, addresses, WARM_UP, self.folder, self.headers)
        return times(self.hub.port, addresses, requests, self.folder, self.headers)


def times(port: int, addresses: list[str], requests: int, folder: pathlib.Path, headers: dict[str, str]) -> dict:
    """One request after the other: what one person waits."""
    file = folder / "requests"
    bodies.write(file, gets(addresses, headers))
    result = servers.load(port, file, count=requests, connections=1)
    if result["ok"] != requests:
        sys.exit(f"Only {result['ok']} of {requests} pages came, such as {addresses[0]}: {json.dumps(result)}")
    return result


def gets(addresses: Iterable[str], headers: dict[str, str]) -> Iterable[bytes]:
    for address in addresses:
        lines = [
            f"GET {address} HTTP/1.1",
            "Host: 127.0.0.1",
            "Accept: text/html",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        yield "\r\n".join([*lines, "", ""]).encode()
