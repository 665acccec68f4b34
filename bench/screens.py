"""How soon a customer's message is on a screen, what thousands of open pages cost, and how an inbox loads on a slow phone."""

import asyncio
import re
import shutil
import statistics
import sys
import time
from pathlib import Path

import bodies
import servers
from playwright.async_api import BrowserContext, Page, async_playwright

sys.path.append(str(servers.PROJECT / "Tests/CommandLine"))
from processes import Browser, http

STREAMS = 2_000
IDLE_SECONDS = 5  # in which the processor time of open streams is read
STREAM_MESSAGES = 30
SCREEN_MESSAGES = 200
GAP_SECONDS = 0.1  # between two messages
LOADS = 7
PATIENCE = 30
# A phone of the middle class in a slow network.
SLOW_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOW_PROCESSOR = 4
PHONE, CUSTOMER = "15557654321", "Bench Berta"

# When each text is first in the page, in milliseconds since 1970.
WATCH_TEXTS = """
window.seen = {};
const look = (node) => {
    for (const [text] of (node.textContent ?? "").matchAll(/screen-\\d+-end/g)) window.seen[text] ??= performance.timeOrigin + performance.now();
};
document.addEventListener("DOMContentLoaded", () => new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach(look);
}).observe(document.querySelector("main"), { childList: true, subtree: true }));
"""
SCRIPT_BYTES = """performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""
WATCH_LOADING = """
window.noted = { paint: 0, shift: 0, interactions: {} };
const watch = (type, note, options) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...options });
watch("largest-contentful-paint", (entry) => { window.noted.paint = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) window.noted.shift += entry.value; });
watch("event", (entry) => {
    if (!entry.interactionId) return;
    const known = window.noted.interactions;
    known[entry.interactionId] = Math.max(known[entry.interactionId] ?? 0, entry.duration);
}, { durationThreshold: 16 });
"""


async def measure(engine: str, folder: Path, say) -> dict:
    database = await servers.Database.make(engine, "screens", folder)
    with servers.demo(database, folder) as demo:
        stage = Stage(demo, servers.demo_facts(database))
        await stage.begin()
        say(f"{STREAMS:,} open streams")
        result = {"streams": await stage.streams()}
        say("messages to a screen")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"))
            result["screen"] = await stage.screen(await browser.new_context())
            say("an inbox on a slow phone")
            result["slow"] = await stage.slow(browser)
            await browser.close()
    return result


class Stage:
    """A demo, a customer of it, and a person who is signed in."""

    def __init__(self, demo: servers.Server, facts: dict):
        self.demo, self.facts, self.sent = demo, facts, 0
        person = Browser()
        answer = person.submit(self.url("/sign-in"), {"email": facts["email"], "password": facts["password"]})
        self.workspace = re.search(rb"/app/([\w-]+)", answer.body)[1].decode()
        self.cookies = {cookie.name: cookie.value for cookie in person.cookies}

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.demo.port}{path}"

    async def begin(self) -> None:
        await self.receive("hello")
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for one in http(self.url("/api/v1/conversations?limit=100"), key=self.facts["apiKey"]).json()["data"]:
                if one["contact"]["name"] == CUSTOMER:
                    self.thread = self.url(f"/app/{self.workspace}/whatsapp/{one['id']}")
                    return
        sys.exit("The customer's message didn't arrive.")

    async def receive(self, text: str) -> None:
        """Posts a webhook with a message, and returns with its answer."""
        self.sent += 1
        request = bodies.incoming_text(
            path=self.facts["connection"]["webhookPath"], secret=self.facts["connection"]["appSecret"],
            phone_number_id=self.facts["senders"][0]["phoneNumberId"], account_id="200000000000001", number=900_000_000 + self.sent,
            phone=PHONE, user=None, name=CUSTOMER, text=text,
        )  # fmt: skip
        reader, writer = await asyncio.open_connection("127.0.0.1", self.demo.port)
        writer.write(request)
        status = await reader.readline()
        writer.close()
        if b" 200 " not in status:
            sys.exit(f"A webhook was answered with {status.decode()}")

    async def streams(self) -> dict:
        """As many pages as a company of two thousand agents has open: memory, processor time, and when the last of them hears of a message."""
        loop = asyncio.get_running_loop()
        before = self.demo.memory()["now"]
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = (
            f"GET /app/{self.workspace}/live HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nCookie: {cookies}\r\n\r\n".encode()
        )
        listeners: list[Listener] = []
        for first in range(0, STREAMS, 50):
            made = await asyncio.gather(
                *(loop.create_connection(lambda: Listener(head), "127.0.0.1", self.demo.port) for _ in range(first, first + 50))
            )
            listeners += [listener for _, listener in made]
            await asyncio.gather(*(asyncio.wait_for(listener.is_open.wait(), PATIENCE) for _, listener in made))
        await asyncio.sleep(2)
        idle = self.demo.cpu_seconds()
        await asyncio.sleep(IDLE_SECONDS)
        idle = (self.demo.cpu_seconds() - idle) / IDLE_SECONDS
        waits: list[float] = []
        for _ in range(STREAM_MESSAGES):
            for listener in listeners:
                listener.heard = None
            begin = time.perf_counter()
            await self.receive("to all streams")
            deadline = time.monotonic() + PATIENCE
            while any(listener.heard is None for listener in listeners):
                if time.monotonic() > deadline:
                    sys.exit(f"{sum(listener.heard is None for listener in listeners)} of {STREAMS} streams didn't hear of a message.")
                await asyncio.sleep(0.01)
            waits += [listener.heard - begin for listener in listeners]
            await asyncio.sleep(GAP_SECONDS)
        memory = self.demo.memory()
        for listener in listeners:
            listener.transport.close()
        return {
            "open": STREAMS, "memoryBeforeMB": before, "memoryMB": memory["now"], "memoryHighestMB": memory["highest"],
            "idleProcessorShare": idle, **percentiles(waits),
        }  # fmt: skip

    async def screen(self, context: BrowserContext) -> dict:
        """From the first byte of the customer's message at our door until it stands in an agent's open thread."""
        page = await self.page(context)
        await page.add_init_script(WATCH_TEXTS)
        await page.goto(self.thread)
        await page.wait_for_load_state("networkidle")
        begun = {}
        for number in range(SCREEN_MESSAGES):
            text = f"screen-{number}-end"
            begun[text] = time.time() * 1e3
            await self.receive(text)
            await asyncio.sleep(GAP_SECONDS)
        await page.wait_for_function(f"window.seen['screen-{SCREEN_MESSAGES - 1}-end']", timeout=PATIENCE * 1e3)
        seen = await page.evaluate("window.seen")
        if len(seen) != SCREEN_MESSAGES:
            sys.exit(f"Only {len(seen)} of {SCREEN_MESSAGES} messages came to the screen.")
        return percentiles([(seen[text] - at) / 1e3 for text, at in begun.items()])

    async def slow(self, browser) -> dict:
        """Loads of a thread with an empty cache, and what a person does first in it."""
        loads = []
        for _ in range(LOADS):
            context = await browser.new_context(viewport={"width": 412, "height": 823}, has_touch=False)
            page = await self.page(context)
            client = await context.new_cdp_session(page)
            await client.send("Network.enable")
            await client.send("Network.emulateNetworkConditions", SLOW_NETWORK)
            await client.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PROCESSOR})
            await page.add_init_script(WATCH_LOADING)
            await page.goto(self.thread)
            await page.wait_for_load_state("networkidle")
            scripts = await page.evaluate(SCRIPT_BYTES)
            await page.get_by_role("textbox", name="Message", exact=True).click()
            await page.keyboard.type("Good day", delay=60)
            await page.get_by_role("button", name="More", exact=True).click()
            await page.keyboard.press("Escape")
            await page.get_by_role("link", name="Back to the list").click()
            await page.locator("#conversations a").nth(1).click()
            await asyncio.sleep(1)
            noted = await page.evaluate("window.noted")
            loads.append(
                {
                    "paintMs": noted["paint"], "shift": noted["shift"], "scriptBytes": scripts,
                    "slowestInteractionMs": max(noted["interactions"].values(), default=0),
                }
            )  # fmt: skip
            await context.close()
        return {
            "paintMs": statistics.median(load["paintMs"] for load in loads),
            "slowestInteractionMs": statistics.median(load["slowestInteractionMs"] for load in loads),
            "shift": max(load["shift"] for load in loads),
            "scriptBytes": max(load["scriptBytes"] for load in loads),
            "loads": loads,
        }

    async def page(self, context: BrowserContext) -> Page:
        await context.add_cookies([{"name": name, "value": value, "url": self.url("/")} for name, value in self.cookies.items()])
        return await context.new_page()


class Listener(asyncio.Protocol):
    """One open stream, with as little work of its own as there can be."""

    def __init__(self, head: bytes):
        self.head, self.is_open, self.heard = head, asyncio.Event(), 0.0

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(self.head)

    def data_received(self, data: bytes) -> None:
        if self.heard is None and b"message.received" in data:
            self.heard = time.perf_counter()
        elif b"retry:" in data:
            self.is_open.set()


def percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {"p50Ms": statistics.median(ordered) * 1e3, "p95Ms": ordered[int(len(ordered) * 0.95)] * 1e3, "maxMs": ordered[-1] * 1e3}
