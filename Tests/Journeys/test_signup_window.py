"""The simulator's window of Embedded Signup, opened by a page that uses its script as a hub's page does."""

import json
import subprocess
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import NARROW, WIDE, Browsing, assert_accessible, binary, eventually, last_click, photograph
from playwright.sync_api import Page, expect

# What a hub's page does with the script, and nothing more: it writes down what it hears, in order.
SCRIPT = """
const log = document.getElementById("log");
const note = (text) => log.append(Object.assign(document.createElement("li"), { textContent: text }));
addEventListener("message", (event) => {
    if (event.origin !== "SIMULATOR") return;
    let told;
    try { told = JSON.parse(event.data); } catch { return; }
    if (told.type === "WA_EMBEDDED_SIGNUP") note(`event ${JSON.stringify(told)}`);
});
window.fbAsyncInit = () => {
    FB.init({ appId: "APP", autoLogAppEvents: true, xfbml: true, version: "v26.0" });
    document.getElementById("open").disabled = false;
};
document.getElementById("open").addEventListener("click", () => {
    FB.login((response) => note(`callback ${JSON.stringify(response)}`), {
        config_id: "CONFIGURATION", response_type: "code", override_default_response_type: true,
        extras: {
            setup: { business: { name: "Harbour Bakery", phone: { code: 49, number: "15112345678" } }, phone: { displayName: "Bakery" } },
            featureType: "", features: [], sessionInfoVersion: "3", version: "v4",
        },
    });
});
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page of a hub</title></head>
<body><main><h1>Connect a number</h1><button id="open" disabled>Log in</button><ol id="log"></ol></main>
<script src="/page.js"></script><script async src="SIMULATOR/en_US/sdk.js"></script></body></html>"""


class Hub:
    """A simulator, and a page that uses its script under a hub's headers."""

    def __init__(self, simulator: str, signup: dict):
        self.simulator, self.signup = simulator, signup
        script = SCRIPT.replace("APP", signup["appId"]).replace("CONFIGURATION", signup["configurationId"])
        files = {"/": ("text/html", PAGE), "/forgetful": ("text/html", PAGE), "/page.js": ("text/javascript", script)}
        scripts = f"default-src 'none'; script-src 'self' {simulator}"
        policies = {"/": f"{scripts}; frame-src {simulator}; connect-src {simulator}", "/forgetful": scripts}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                kind, text = files.get(self.path, ("text/plain", ""))
                body = text.replace("SIMULATOR", simulator).encode()
                self.send_response(200 if self.path in files else 204)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
                self.send_header("Content-Security-Policy", policies.get(self.path, scripts))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def call(self, method: str, path: str, body=None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.simulator + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def control(self, method: str, path: str, body=None) -> dict:
        return self.call(method, f"/control/v1/{path}", body)

    def token(self, code: str) -> str:
        app = self.signup
        path = f"/v26.0/oauth/access_token?client_id={app['appId']}&client_secret={app['appSecret']}&code={code}"
        return self.call("GET", path)["access_token"]

    def facts(self, token: str) -> dict:
        app = self.signup
        return self.call("GET", f"/debug_token?input_token={token}&access_token={app['appId']}|{app['appSecret']}")["data"]


@pytest.fixture(scope="module")
def started():
    process = subprocess.Popen([binary(), "simulate", "--port", "0"], stdout=subprocess.PIPE, text=True)
    ready = json.loads(process.stdout.readline())
    hub = Hub(ready["url"], ready["signup"])
    yield hub
    hub.server.shutdown()
    process.terminate()
    assert process.wait(timeout=60) == 0


@pytest.fixture
def hub(started) -> Hub:
    started.control("POST", "reset")
    return started


@pytest.fixture
def visitor(browser) -> Browsing:
    browsing = Browsing(browser, None)
    # A refusal that the window shows.
    browsing.allow("422")
    yield browsing
    browsing.close()


def open_window(page: Page, hub: Hub) -> Page:
    page.goto(hub.url)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Log in").click()
    return opened.value


def heard(page: Page, count: int) -> list[tuple[str, dict]]:
    """What the page was told, in order: exactly so much."""
    rows = page.locator("#log li")
    expect(rows).to_have_count(count)
    return [(kind, json.loads(text)) for kind, text in (row.split(" ", 1) for row in rows.all_inner_texts())]


def go_on(window: Page, title: str) -> None:
    window.locator("form button[type=submit]").click()
    expect(window.get_by_role("heading", name=title)).to_be_visible()


def to_the_code(window: Page) -> None:
    """From the login to the code of the prefilled number, in an account of one's own."""
    window.get_by_label("Sam Porter").check()
    go_on(window, "WhatsApp business account")
    expect(window.get_by_label("Name of a new account")).to_have_value("Harbour Bakery")
    go_on(window, "Phone number")
    go_on(window, "WhatsApp Business profile")
    expect(window.get_by_label("Display name")).to_have_value("Bakery")
    go_on(window, "Add a phone number")
    expect(window.get_by_label("Phone number with country code")).to_have_value("+4915112345678")
    go_on(window, "Enter the code")


def newest_code(hub: Hub) -> dict:
    return hub.control("GET", "codes?number=4915112345678")["data"][0]


def finish(window: Page) -> None:
    last_click(window, "Finish")


@pytest.mark.parametrize("first", ["event", "code"])
def test_a_number_is_signed_up_and_both_answers_come_in_either_order(hub, visitor, first):
    hub.control("PATCH", "settings", {"signupFirst": first})
    page = visitor.page()
    window = open_window(page, hub)
    to_the_code(window)
    window.get_by_label("Six digits").fill("000000" if newest_code(hub)["code"] != "000000" else "111111")
    window.get_by_role("button", name="Continue").click()
    expect(window.get_by_role("alert")).to_have_text("The code isn't the one that was sent last.")
    window.get_by_role("button", name="Call me").click()
    expect(window.get_by_role("status")).to_have_text("Your phone rings.")
    call = newest_code(hub)
    assert (call["method"], call.get("code")) == ("VOICE", None)
    window.get_by_label("Six digits").fill(hub.control("POST", f"codes/{call['id']}/answer")["code"])
    go_on(window, "What Switchboard sign-up may do")
    go_on(window, "You are connected to Switchboard sign-up")
    finish(window)
    told = heard(page, 2)
    assert [kind for kind, _ in told] == (["event", "callback"] if first == "event" else ["callback", "event"])
    told = dict(told)
    assert (told["event"]["event"], told["event"]["version"]) == ("FINISH", 3)
    assert told["callback"]["status"] == "connected"
    facts = hub.facts(hub.token(told["callback"]["authResponse"]["code"]))
    assert facts["granular_scopes"][0]["target_ids"] == [told["event"]["data"]["waba_id"]]
    numbers = hub.control("GET", "numbers")["data"]
    number = next(one for one in numbers if one["id"] == told["event"]["data"]["phone_number_id"])
    assert (number["digits"], number["verification"], number["status"]) == ("4915112345678", "VERIFIED", "PENDING")


def test_a_number_can_be_verified_later_and_permissions_refused(hub, visitor):
    page = visitor.page()
    window = open_window(page, hub)
    to_the_code(window)
    window.get_by_role("button", name="Verify later").click()
    window.get_by_label("Send and receive WhatsApp messages").uncheck()
    go_on(window, "You are connected to Switchboard sign-up")
    # On its last screen closing the window is success, too.
    window.close(run_before_unload=True)
    told = dict(heard(page, 2))
    assert told["event"]["event"] == "FINISH"
    facts = hub.facts(hub.token(told["callback"]["authResponse"]["code"]))
    assert facts["scopes"] == ["whatsapp_business_management"]
    assert hub.control("GET", "numbers")["data"][-1]["verification"] == "NOT_VERIFIED"


def test_an_account_can_be_shared_without_a_number(hub, visitor):
    page = visitor.page()
    window = open_window(page, hub)
    go_on(window, "WhatsApp business account")
    window.get_by_label("Harbour Street Coffee").check()
    go_on(window, "Phone number")
    window.get_by_label("Go on without a number").check()
    go_on(window, "What Switchboard sign-up may do")
    go_on(window, "You are connected to Switchboard sign-up")
    finish(window)
    told = dict(heard(page, 2))
    assert told["event"]["event"] == "FINISH_ONLY_WABA"
    assert told["event"]["data"] == {"waba_id": "710000000000001", "business_id": "810000000000001"}


def test_a_number_that_is_on_whatsapp_is_refused_and_what_was_typed_stays(hub, visitor):
    page = visitor.page()
    window = open_window(page, hub)
    go_on(window, "WhatsApp business account")
    go_on(window, "Phone number")
    go_on(window, "WhatsApp Business profile")
    go_on(window, "Add a phone number")
    number = window.get_by_label("Phone number with country code")
    number.fill("+1 555 019 9001")
    window.get_by_role("button", name="Continue").click()
    expect(window.get_by_role("alert")).to_have_text("The phone number is registered with an existing WhatsApp account.")
    expect(number).to_have_value("+1 555 019 9001")


def test_what_was_added_is_there_when_somebody_goes_back(hub, visitor):
    page = visitor.page()
    window = open_window(page, hub)
    to_the_code(window)
    window.get_by_role("button", name="Verify later").click()
    expect(window.get_by_role("heading", name="What Switchboard sign-up may do")).to_be_visible()
    window.get_by_role("button", name="Back").click()
    window.get_by_role("button", name="Back").click()
    expect(window.get_by_label("Harbour Bakery")).to_be_checked()
    go_on(window, "Phone number")
    window.get_by_label("+49 1511-234-5678").check()
    go_on(window, "Verify your number")
    go_on(window, "Enter the code")
    window.get_by_label("Six digits").fill(newest_code(hub)["code"])
    go_on(window, "What Switchboard sign-up may do")
    go_on(window, "You are connected to Switchboard sign-up")
    finish(window)
    told = dict(heard(page, 2))
    assert (told["event"]["event"], hub.control("GET", "numbers")["data"][-1]["verification"]) == ("FINISH", "VERIFIED")


@pytest.mark.parametrize("step", ["BUSINESS_ACCOUNT_SELECTION", "PHONE_NUMBER_VERIFICATION"])
@pytest.mark.parametrize("how", ["cancel", "close"])
def test_the_window_can_be_left_at_any_step(hub, visitor, step, how):
    page = visitor.page()
    window = open_window(page, hub)
    if step == "PHONE_NUMBER_VERIFICATION":
        to_the_code(window)
    else:
        expect(window.get_by_role("heading", name="Connect to Switchboard sign-up")).to_be_visible()
    if how == "cancel":
        last_click(window, "Cancel")
    else:
        window.close(run_before_unload=True)
    told = dict(heard(page, 2))
    assert (told["event"]["event"], told["event"]["data"]) == ("CANCEL", {"current_step": step})
    assert told["callback"] == {"authResponse": None, "status": "unknown"}


def test_the_window_can_break_off_with_an_error(hub, visitor):
    page = visitor.page()
    window = open_window(page, hub)
    last_click(window, "Break off with an error")
    told = dict(heard(page, 2))
    assert (told["event"]["event"], told["event"]["data"]["error_id"]) == ("CANCEL", "524126")
    assert told["callback"]["authResponse"] is None


def test_a_window_that_is_blocked_answers_at_once(hub, visitor):
    context = visitor.context()
    context.add_init_script("window.open = () => null")
    page = context.new_page()
    page.goto(hub.url)
    page.get_by_role("button", name="Log in").click()
    assert heard(page, 1) == [("callback", {"authResponse": None, "status": "unknown"})]


def test_a_page_whose_policy_forgets_the_frame_or_the_call_shows_it(hub, visitor):
    visitor.allow(hub.simulator)
    page = visitor.page()
    page.goto(f"{hub.url}forgetful")
    expect(page.get_by_role("button", name="Log in")).to_be_enabled()
    for directive in ["frame-src", "connect-src"]:
        eventually(
            lambda directive=directive: page.evaluate("1") and any(f"Refused by policy: {directive}" in one for one in visitor.faults)
        )


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("response_type=code&override_default_response_type=true", "The app Switchboard has no such configuration."),
        ("response_type=token&override_default_response_type=true", "The page asked for something else than a code."),
        ("response_type=code&override_default_response_type=false", "The page asked for something else than a code."),
    ],
)
def test_a_window_that_can_give_no_code_says_why(hub, visitor, query, reason):
    window = visitor.page()
    window.goto(f"{hub.simulator}/dialog/signup?app_id=700000000000001&config_id=1&{query}&origin={hub.url}")
    expect(window.get_by_role("alert")).to_have_text(reason)


@pytest.mark.parametrize(("theme", "size"), [("light", WIDE), ("dark", NARROW)])
def test_the_window_goes_by_keyboard_in_any_size(hub, visitor, theme, size):
    page = visitor.page(theme=theme, size=size)
    window = open_window(page, hub)
    expect(window.get_by_role("heading", name="Connect to Switchboard sign-up")).to_be_focused()
    window.set_viewport_size({"width": size[0], "height": size[1]})
    for title in ["WhatsApp business account", "Phone number", "WhatsApp Business profile", "Add a phone number", "Enter the code"]:
        assert_accessible(window)
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
        photograph(window, f"signup-{theme}-{title.lower().replace(' ', '-')}-before")
        # The first field of the step, and Enter goes on.
        window.keyboard.press("Tab")
        window.keyboard.press("Enter")
        expect(window.get_by_role("heading", name=title)).to_be_focused()
    window.keyboard.press("Tab")
    window.keyboard.type(newest_code(hub)["code"])
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="What Switchboard sign-up may do")).to_be_focused()
    assert_accessible(window)
    photograph(window, f"signup-{theme}-permissions")
    # Enter on the first checkbox goes on as well.
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="You are connected to Switchboard sign-up")).to_be_focused()
    assert_accessible(window)
    assert_accessible(page)
    window.keyboard.press("Tab")
    expect(window.get_by_role("button", name="Finish")).to_be_focused()
    finish(window)
    assert heard(page, 2)[1][1]["status"] == "connected"


@pytest.mark.parametrize(("theme", "size"), [("light", WIDE), ("dark", NARROW)])
def test_messages_and_calls_to_a_number_show_as_they_come(hub, visitor, theme, size):
    phones = visitor.page(theme=theme, size=size)
    phones.goto(hub.simulator)
    own = phones.get_by_role("button", name="Your numbers")
    own.click()
    expect(phones.get_by_text("Nothing yet.")).to_be_visible()
    own.click()

    added = hub.control("POST", "signups/numbers", {"owner": "owner-2", "accountName": "A", "name": "Bakery", "number": "+49 151 12345678"})
    number = added["number"]["id"]
    hub.control("POST", "signups/codes", {"number": number, "method": "SMS"})
    expect(phones.get_by_label("1 new")).to_be_visible()
    own.click()
    expect(phones.get_by_label("1 new")).to_be_hidden()
    rows = phones.get_by_role("listitem")
    code = newest_code(hub)["code"]
    expect(rows.first).to_contain_text(f"Your WhatsApp code is {code[:3]}-{code[3:]}.")

    hub.control("POST", "signups/codes", {"number": number, "method": "VOICE"})
    expect(rows.first).to_contain_text("WhatsApp is calling.")
    assert_accessible(phones)
    photograph(phones, f"simulator-calls-{theme}")
    phones.get_by_role("button", name="Answer").click()
    expect(rows.first).to_contain_text(" ".join(newest_code(hub)["code"]))
    expect(rows.first).to_be_focused()
    assert phones.evaluate("document.documentElement.scrollWidth <= innerWidth")
    photograph(phones, f"simulator-codes-{theme}")
