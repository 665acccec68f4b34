"""A real browser on a real server: the built program with its demo, one browser for the run, one context for each test.

Any console error, any uncaught exception and anything the content security policy refuses fails the test.
"""

import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request
import zoneinfo
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

PROJECT = pathlib.Path(__file__).parents[2]
SCREENSHOTS = PROJECT / "test-output" / "screenshots"
START_SECONDS = 60
STOP_SECONDS = 15
# On a machine that has other work, too.
# Where the people of the journeys are.
ZONE = zoneinfo.ZoneInfo("Europe/Madrid")
NUMBERS = itertools.count(2_000_000, 4_021)
DELIVERY_SECONDS = 30
# What comes soon is seen soon; only what doesn't come is waited for so long.
expect.set_options(timeout=DELIVERY_SECONDS * 1_000)
WIDE = (1440, 900)
NARROW = (390, 844)
LOOKS = [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]
looks = pytest.mark.parametrize(("theme", "size"), LOOKS, ids=[f"{theme}-{size[0]}" for theme, size in LOOKS])
# A tone, and nobody is asked.
FAKE_MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
# Every page looks for refusals of the policy from its very beginning.
WATCH_POLICY = "addEventListener('securitypolicyviolation', (event) => console.error('Refused by policy: ' + event.violatedDirective + ' ' + event.blockedURI))"


def listening(page: Page):
    """While a page is opened that isn't the inbox: done once it hears what happens, which is after its stream has begun."""
    return page.expect_response(lambda answer: "/live" in answer.url)


KEEP_NOTICES = """(() => {
    const later = window.setTimeout;
    window.setTimeout = (work, wait, ...rest) => (wait === 8000 || wait === 4000 ? 0 : later(work, wait, ...rest));
})()"""


def keep_notices(page: Page) -> None:
    """From the next page on they stay until they are put away, however long looking at them takes."""
    page.add_init_script(KEEP_NOTICES)


def types_until(writer: Locator, seen: Locator) -> None:
    """A sign of writing passes after seven seconds; as long as keys are pressed it is given again."""

    def is_seen() -> bool:
        writer.press_sequentially("a")
        writer.page.wait_for_timeout(200)
        return seen.count() > 0

    eventually(is_seen)


def opened(page: Page, title: str) -> Locator:
    """What is folded under this title, unfolded: where there is nothing else yet, it is so from the start."""
    part = page.locator("details", has_text=title)
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    return part


def last_click(window: Page, name: str) -> None:
    """A button that closes the window: pressed from within, because the answer to a click would be lost with the window."""
    button = window.get_by_role("button", name=name)
    expect(button).to_be_enabled()
    with window.expect_event("close"):
        button.evaluate("(button) => void setTimeout(() => button.click())")


def eventually(find):
    """What `find` returns, as soon as it returns something."""
    deadline = time.monotonic() + DELIVERY_SECONDS
    while not (found := find()):
        if time.monotonic() > deadline:
            pytest.fail(f"It didn't come to that within {DELIVERY_SECONDS} s.")
        time.sleep(0.05)
    return found


def binary() -> str:
    return os.environ.get("SWITCHBOARD_BINARY", str(PROJECT / ".build" / "debug" / "switchboard"))


class Program:
    """The server as a process of its own, with its output in a file."""

    def __init__(self, folder: pathlib.Path, *arguments: str):
        self.log = folder / "server.log"
        self.process = subprocess.Popen([binary(), *arguments], stdout=self.log.open("wb"), stderr=subprocess.STDOUT, cwd=folder)

    def wait_for(self, find):
        """What `find` returns, as soon as it returns something."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                pytest.fail(f"The server ended with {self.process.returncode}:\n{self.log.read_text(errors='replace')[-4000:]}")
            if found := find():
                return found
            time.sleep(0.05)
        pytest.fail(f"The server wasn't ready after {START_SECONDS} s:\n{self.log.read_text(errors='replace')[-4000:]}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            pytest.fail(f"The server didn't stop within {STOP_SECONDS} s of SIGTERM.")


@dataclass
class Demo:
    """What demo.json tells."""

    url: str
    simulator: str
    email: str
    password: str
    key: str
    senders: list[dict]
    # The slug, known from the address behind the sign-in.
    workspace: str = ""

    @property
    def inbox(self) -> str:
        return f"{self.url}/app/{self.workspace}/whatsapp"

    def call(self, method: str, address: str, body=None, headers=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
        with urllib.request.urlopen(request, timeout=DELIVERY_SECONDS) as answer:
            return json.loads(answer.read() or b"null")

    def api(self, method: str, path: str, body=None):
        return self.call(method, f"{self.url}/api/v1{path}", body, {"Authorization": f"Bearer {self.key}"})

    def conversation_with(self, name: str) -> str:
        """The id of the conversation with this customer, as soon as their message has arrived."""
        deadline = time.monotonic() + DELIVERY_SECONDS
        while time.monotonic() < deadline:
            for conversation in self.api("GET", "/conversations?limit=100")["data"]:
                if conversation["contact"]["name"] == name:
                    return conversation["id"]
            time.sleep(0.05)
        pytest.fail(f"No message of {name} arrived within {DELIVERY_SECONDS} s.")

    def control(self, method: str, path: str, body=None):
        return self.call(method, f"{self.simulator}/control/v1{path}", body)

    def new_customer(self, name: str) -> "Customer":
        # Numbers that nobody has, and no two customers the same.
        digits = f"1555{next(NUMBERS)}"
        phone = self.control("POST", "/phones", {"name": name, "number": digits})
        return Customer(self, phone["id"], name, self.senders[0])


@dataclass
class Customer:
    """A person with a phone in the simulator."""

    demo: Demo
    phone: str
    name: str
    sender: dict

    def writes(self, text: str, **more) -> str:
        return self.sends({"type": "text", "text": {"body": text}, **more})

    def sends(self, message: dict) -> str:
        number = self.sender["phoneNumberId"]
        return self.demo.control("POST", f"/phones/{self.phone}/messages", {"to": number, **message})["id"]

    def expect_arrived(self, text: str) -> None:
        """That the hub has this message of theirs as their last, and so all before it: webhooks come one after the other."""

        def has_come() -> bool:
            found = self.demo.api("GET", "/conversations?limit=100")["data"]
            return any(one["contact"]["name"] == self.name and (one["lastMessage"] or {}).get("preview") == text for one in found)

        eventually(has_come)

    def calls(self, seconds: int | None = None) -> None:
        """Somebody answers for so long, or nobody does."""
        call = {"to": self.sender["phoneNumberId"], "seconds": seconds}
        self.demo.control("POST", f"/phones/{self.phone}/calls", {name: value for name, value in call.items() if value is not None})

    def expect_received(self, *texts: str) -> None:
        """That the business wrote this to the phone, and nothing else. It takes a moment until a message that left is there."""
        deadline = time.monotonic() + DELIVERY_SECONDS
        while len(received := self.received) < len(texts) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert received == list(texts)

    @property
    def received(self) -> list[str]:
        """What the business wrote to this phone, so far."""
        chat = self.demo.control("GET", f"/phones/{self.phone}/chats/{self.sender['phoneNumberId']}")
        return [message["content"]["body"] for message in chat["data"] if not message["fromCustomer"] and message["type"] == "text"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Demo:
    program, demo = start_demo(tmp_path_factory.mktemp("demo"))
    yield demo
    assert program.stop() == 0


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Demo:
    """A demo of a file's own, whose numbers and connection can come to grief without harm to the others."""
    program, demo = start_demo(tmp_path_factory.mktemp("shop"))
    yield demo
    assert program.stop() == 0


def start_demo(folder: pathlib.Path, port: str = "0") -> tuple[Program, Demo]:
    data = folder / "data"
    program = Program(folder, "demo", "--port", port, "--simulator-port", "0", "--data-directory", str(data))
    told = program.wait_for(lambda: ready(read_json(data / "demo.json")))
    return program, Demo(told["url"], told["simulatorUrl"], told["email"], told["password"], told["apiKey"], told["senders"])


def read_json(path: pathlib.Path):
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def ready(told: dict | None) -> dict | None:
    """The addresses stand in it once both servers listen."""
    return told if told and told["url"] and told["simulatorUrl"] else None


@pytest.fixture(scope="session")
def browser() -> Browser:
    with sync_playwright() as playwright:
        path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FAKE_MICROPHONE)
        yield browser
        browser.close()


@dataclass
class Browsing:
    """The contexts of one test, and what went wrong in their pages."""

    browser: Browser
    session: dict | None
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def context(self, theme="light", size=WIDE, signed_in=True, scripts=True, touch=False) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id=ZONE.key,
            service_workers="block",
            java_script_enabled=scripts,
            has_touch=touch,
            storage_state=self.session if signed_in else None,
        )
        context.set_default_timeout(DELIVERY_SECONDS * 1_000)
        context.add_init_script(WATCH_POLICY)
        context.on("page", self.watch)
        self.contexts.append(context)
        return context

    def page(self, **options) -> Page:
        return self.context(**options).new_page()

    def watch(self, page: Page) -> None:
        page.on(
            "console", lambda message: self.faults.append(f"{message.text} {message.location['url']}") if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.faults.append(error.stack or str(error)))

    def allow(self, pattern: str) -> None:
        """Console errors that belong to the test, such as those of a connection that it cuts."""
        self.allowed.append(pattern)

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        left = [fault for fault in self.faults if not any(re.search(pattern, fault) for pattern in self.allowed)]
        assert not left, f"The pages reported: {left}"


@pytest.fixture(scope="session")
def session(demo, browser) -> dict:
    return signed_in(demo, browser)


def signed_in(demo: Demo, browser) -> dict:
    """Cookies of a signed-in agent, by the sign-in page itself."""
    context = browser.new_context(timezone_id=ZONE.key)
    page = context.new_page()
    sign_in(page, demo)
    demo.workspace = re.search("/app/([^/]+)/", page.url).group(1)
    state = context.storage_state()
    context.close()
    return state


def sign_in(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/sign-in")
    page.get_by_label("E-mail").fill(demo.email)
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/whatsapp")


# What people have in their browsers who have signed in to a server, by its address and theirs: it takes so many sign-ins from one place, and no more.
SIGNED_IN: dict[tuple[str, str], list] = {}


def come_in(page: Page, demo: Demo, email: str) -> None:
    """Opens the inbox as one of the team, who signs in where they haven't, or where that has ended."""
    page.context.add_cookies(SIGNED_IN.get((demo.url, email), []))
    page.goto(demo.inbox)
    if "/sign-in" in page.url:
        sign_in(page, Demo(**(vars(demo) | {"email": email})))
        SIGNED_IN[demo.url, email] = page.context.cookies()


@pytest.fixture
def browsing(browser, session) -> Browsing:
    browsing = Browsing(browser, session)
    yield browsing
    browsing.close()


@pytest.fixture(scope="module")
def shop_session(shop, browser) -> dict:
    return signed_in(shop, browser)


@pytest.fixture
def visiting(browser, shop_session) -> Browsing:
    """As the owner of the shop."""
    visiting = Browsing(browser, shop_session)
    yield visiting
    visiting.close()


@pytest.fixture
def stranger(browser, session) -> Browsing:
    """A browser that nobody has signed in with."""
    browsing = Browsing(browser, None)
    yield browsing
    browsing.close()


def photograph(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def assert_accessible(page: Page) -> None:
    report = Axe().run(page, options={"runOnly": RULES})
    found = [
        f"{violation['id']}: {', '.join(str(node['target'][0]) for node in violation['nodes'][:3])}: {violation['nodes'][0]['failureSummary']}"
        for violation in report.response["violations"]
    ]
    assert not found, "\n".join(found)
