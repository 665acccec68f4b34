"""A number from nothing to Online through Meta's window, which the simulator plays, with what can go wrong on the way."""

import itertools
import re

import pytest
from conftest import NARROW, WIDE, Customer, Demo, assert_accessible, eventually, last_click, photograph, sign_in, start_demo
from playwright.sync_api import Locator, Page, expect

# Romanian mobile numbers that nobody else uses.
NUMBERS = itertools.count(40721_300_001, 7_013)


@pytest.fixture(scope="module")
def demo(shop) -> Demo:
    """One of its own: each number that is connected brings an account with it, whose templates others would find."""
    return shop


@pytest.fixture(scope="module")
def session(shop_session) -> dict:
    return shop_session


@pytest.fixture
def number() -> str:
    return f"+{next(NUMBERS)}"


def fill_in(page: Page, demo: Demo, number: str, name: str = "Harbour Bakery") -> None:
    page.goto(f"{demo.inbox}/senders")
    page.get_by_role("link", name="Add a number").first.click()
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("Phone number").fill(number)
    page.get_by_label("Display name").fill(name)
    page.get_by_role("checkbox").first.check()


def begin(page: Page, demo: Demo, number: str, name: str = "Harbour Bakery") -> None:
    fill_in(page, demo, number, name)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Meta’s window")).to_be_visible()


def open_window(page: Page) -> Page:
    button = page.get_by_role("button", name="Log in with Facebook")
    expect(button).to_be_enabled()
    with page.expect_popup() as opened:
        button.click()
    return opened.value


def go_on(window: Page, title: str) -> None:
    window.locator("form button[type=submit]").click()
    expect(window.get_by_role("heading", name=title)).to_be_visible()


def to_the_code(window: Page, number: str | None = None) -> None:
    """From the login to the code, in a new account; another number than the one that is filled in."""
    window.get_by_label("Sam Porter").check()
    go_on(window, "WhatsApp business account")
    go_on(window, "Phone number")
    go_on(window, "WhatsApp Business profile")
    go_on(window, "Add a phone number")
    if number:
        window.get_by_label("Phone number with country code").fill(number)
    go_on(window, "Enter the code")


def finish(window: Page) -> None:
    go_on(window, "You are connected to Switchboard sign-up")
    last_click(window, "Finish")


def verify(window: Page, demo: Demo, number: str) -> None:
    window.get_by_label("Six digits").fill(newest_code(demo, number)["code"])
    go_on(window, "What Switchboard sign-up may do")
    finish(window)


def verify_later(window: Page) -> None:
    window.get_by_role("button", name="Verify later").click()
    expect(window.get_by_role("heading", name="What Switchboard sign-up may do")).to_be_visible()
    finish(window)


def newest_code(demo: Demo, number: str) -> dict:
    return eventually(lambda: demo.control("GET", f"/codes?number={number[1:]}")["data"])[0]


def sender_of(demo: Demo, number: str) -> dict | None:
    return next((one for one in demo.api("GET", "/senders")["data"] if one["phoneNumber"] == number), None)


def trouble(page: Page) -> Locator:
    return page.locator("#signup-trouble")


def test_a_number_goes_from_nothing_to_online_and_speaks(demo, browsing, number):
    page = browsing.page()
    page.goto(f"{demo.inbox}/senders")
    page.get_by_role("link", name="Add a number").first.click()
    expect(page.get_by_role("heading", name="Add a number")).to_be_visible()
    assert_accessible(page)
    photograph(page, "add-number")
    page.get_by_role("link", name="Begin").click()
    # The country shows from its code on, and what is written at home is put right.
    field, help = page.get_by_label("Phone number"), page.locator("#number-help")
    field.press_sequentially("+40")
    expect(help).to_contain_text("Numbers of Romania look like")
    field.fill("0721 300 009")
    expect(help).to_contain_text("has no country code in front")
    field.fill("+40 721.300-999")
    expect(help).to_contain_text("Romania")
    field.fill(demo.senders[0]["number"] if "number" in demo.senders[0] else demo.api("GET", "/senders")["data"][0]["phoneNumber"])
    expect(help.get_by_role("link")).to_be_visible()
    field.fill(number)
    expect(help).to_contain_text("Romania")
    page.get_by_label("Display name").fill("Harbour Bakery")
    page.get_by_label("Inner name").fill("Bakery line")
    page.get_by_role("checkbox").first.check()
    assert_accessible(page)
    photograph(page, "signup-new")
    page.get_by_role("button", name="Continue").click()
    assert_accessible(page)
    photograph(page, "signup-window")
    window = open_window(page)
    to_the_code(window)
    verify(window, demo, number)
    expect(page.locator("#done-status")).to_have_text("Online")
    # Only its page may speak with Meta's window.
    assert_accessible(page)
    photograph(page, "signup-done")
    page.get_by_role("link", name="Open the sender").click()
    expect(page.get_by_role("heading", name="Bakery line")).to_be_visible()
    sender = sender_of(demo, number)
    assert (sender["status"], sender["name"]) == ("online", "Bakery line")
    # It hears and speaks.
    customer = demo.new_customer("Mara Ionescu")
    guest = Customer(demo, customer.phone, customer.name, sender)
    guest.writes("Are you open?")
    conversation = demo.conversation_with("Mara Ionescu")
    page.goto(f"{demo.inbox}/{conversation}")
    page.get_by_role("textbox", name="Message").fill("Until six")
    page.keyboard.press("Enter")
    guest.expect_received("Until six")
    # What concerns the account comes to the app's address, and not to that of the messages.
    page.goto(f"{demo.inbox}/senders/{sender['id']}")
    expect(page.locator("#standing")).to_contain_text("Online")
    simulated = next(one for one in demo.control("GET", "/numbers")["data"] if one["digits"] == number[1:])
    demo.control("PATCH", f"/numbers/{simulated['id']}", {"status": "BANNED"})
    ban = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "April 17, 2026"}}
    demo.control("POST", "/webhooks", {"account": simulated["account"], "field": "account_update", "value": ban})
    expect(page.locator("#standing")).to_contain_text("Suspended")
    expect(page.locator("#standing")).to_contain_text("April 17, 2026")
    # Of another account nothing was said.
    assert demo.api("GET", f"/senders/{demo.senders[0]['id']}")["status"] == "online"
    # Whoever looks after numbers hears of it, and gets there from the bell.
    page.goto(f"{demo.inbox}/notifications")
    told = page.locator(".notifications li").filter(has_text="Bakery line")
    expect(told).to_contain_text("It can’t send any more. WhatsApp has suspended")
    photograph(page, "notifications-of-a-number")
    assert_accessible(page)
    told.locator(".notification").click()
    expect(page.get_by_role("heading", name="Bakery line")).to_be_visible()
    page.goto(f"{demo.inbox}/connection?of={sender['connection']}")
    expect(page.get_by_text("At once", exact=True)).to_be_visible()
    photograph(page, "connection-of-the-window")
    assert_accessible(page)


def test_a_number_that_was_left_unverified_asks_for_its_code(demo, browsing, number):
    page = browsing.page()
    browsing.allow("422")
    begin(page, demo, number)
    window = open_window(page)
    to_the_code(window)
    verify_later(window)
    expect(page.get_by_role("heading", name="Show that the number is yours")).to_be_visible()
    assert_accessible(page)
    photograph(page, "signup-code")
    page.get_by_label("Language").select_option("ro")
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_role("button", name="Call me instead")).to_be_disabled()
    photograph(page, "signup-code-sent")
    code = newest_code(demo, number)
    page.get_by_label("Six-digit code").fill("000000" if code["code"] != "000000" else "111111")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#code-error")).to_contain_text("or it is too old")
    assert_accessible(page)
    photograph(page, "signup-code-wrong")
    # Pasted as the message shows it; the browser that asked is closed, another one goes on.
    page.close()
    other = browsing.page(theme="dark", size=NARROW)
    other.goto(f"{demo.inbox}/senders")
    row = other.locator("#signups li", has_text="Harbour Bakery").filter(has_text=re.compile("six-digit|wrong"))
    expect(row.first).to_be_visible()
    photograph(other, "senders-being-connected-dark-narrow")
    other.goto(f"{demo.inbox}/sign-ups/{signup_of(demo, number)['id']}")
    photograph(other, "signup-code-dark-narrow")
    assert_accessible(other)
    entry = other.get_by_label("Six-digit code")
    entry.fill(f"{code['code'][:3]}-{code['code'][3:]}")
    expect(entry).to_have_value(code["code"])
    other.get_by_role("button", name="Confirm").click()
    expect(other.locator("#done-status")).to_have_text("Online")
    photograph(other, "signup-done-dark-narrow")


def test_a_code_that_is_too_old_is_followed_by_another(browsing, number, tmp_path):
    # A demo of its own, whose clock is set ahead.
    program, demo = start_demo(tmp_path)
    browsing.allow("422")
    page = browsing.page()
    sign_in(page, demo)
    demo.workspace = re.search("/app/([^/]+)/", page.url).group(1)
    begin(page, demo, number)
    window = open_window(page)
    to_the_code(window)
    verify_later(window)
    page.get_by_label("Language").select_option("ro")
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_label("Six-digit code")).to_be_visible()
    old = newest_code(demo, number)
    demo.control("PUT", "/clock", {"offsetSeconds": 3600})
    page.get_by_label("Six-digit code").fill(old["code"])
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#code-error")).to_contain_text("it is too old")
    page.get_by_role("button", name="Call me instead").click()
    expect(page.get_by_text("You will be called")).to_be_visible()
    call = newest_code(demo, number)
    assert (call["method"], call["language"]) == ("VOICE", "ro")
    page.get_by_label("Six-digit code").fill(demo.control("POST", f"/codes/{call['id']}/answer")["code"])
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#done-status")).to_have_text("Online")
    page.close()
    assert program.stop() == 0


def signup_of(demo: Demo, number: str) -> dict:
    return next(one for one in demo.api("GET", "/sign-ups")["data"] if one["phoneNumber"] == number)


def test_a_window_that_is_left_says_what_helps_and_can_be_opened_again(demo, browsing, number):
    page = browsing.page(theme="dark", size=NARROW)
    begin(page, demo, number)
    photograph(page, "signup-window-dark-narrow")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    window = open_window(page)
    expect(window.get_by_role("heading", name="Connect to Switchboard sign-up")).to_be_visible()
    last_click(window, "Cancel")
    expect(trouble(page)).to_contain_text("create a new WhatsApp business account")
    assert_accessible(page)
    photograph(page, "signup-cancelled-dark-narrow")
    window = open_window(page)
    last_click(window, "Break off with an error")
    expect(trouble(page)).to_contain_text("window reported a problem: The simulated sign-up was broken off. Open")
    window = open_window(page)
    to_the_code(window)
    verify(window, demo, number)
    expect(page.locator("#done-status")).to_have_text("Online")


def test_a_window_that_the_browser_blocks_is_said_at_once(demo, browsing, number):
    context = browsing.context()
    context.add_init_script("window.open = () => null")
    page = context.new_page()
    begin(page, demo, number)
    button = page.get_by_role("button", name="Log in with Facebook")
    expect(button).to_be_enabled()
    button.click()
    expect(page.locator("#window-problem")).to_contain_text("Allow pop-ups for this site")
    photograph(page, "signup-blocked")


def test_another_number_is_a_decision_and_starting_over_demands_the_same(demo, browsing, number):
    page = browsing.page()
    begin(page, demo, number)
    other = f"+{next(NUMBERS)}"
    window = open_window(page)
    to_the_code(window, other)
    verify(window, demo, other)
    expect(page.get_by_role("heading", name="Another number came")).to_be_visible()
    assert_accessible(page)
    photograph(page, "signup-other-number")
    # Closed and opened again: it still asks.
    page.goto(f"{demo.inbox}/senders")
    page.goto(f"{demo.inbox}/sign-ups/{signup_of(demo, number)['id']}")
    page.get_by_role("button", name="Start over").first.click()
    expect(page.get_by_role("button", name="Log in with Facebook")).to_be_enabled()
    assert sender_of(demo, other) is None
    window = open_window(page)
    to_the_code(window)
    verify(window, demo, number)
    expect(page.locator("#done-status")).to_have_text("Online")


def end_window(demo: Demo, number: str, account: str | None) -> str:
    """As its owner goes through Meta's window with the number of a sign-up: in this account, or in a new one; the account."""
    place = {"account": account} if account else {"accountName": "Porter Repairs"}
    added = demo.control("POST", "/signups/numbers", {"owner": "owner-2", "name": "Porter", "number": number} | place)
    subject = {"number": added["number"]["id"]}
    demo.control("POST", "/signups/codes", subject | {"method": "SMS"})
    demo.control("POST", "/signups/verifications", subject | {"code": newest_code(demo, number)["code"]})
    window = {"app": "700000000000900", "configuration": "730000000000900", "owner": "owner-2", "account": added["account"]}
    code = demo.control("POST", "/signups", window | subject)["code"]
    demo.api("POST", f"/sign-ups/{signup_of(demo, number)['id']}/window-code", {"code": code})
    return added["account"]


@pytest.mark.parametrize(("theme", "size"), [("light", WIDE), ("dark", NARROW)])
def test_that_a_token_is_replaced_is_said_before_and_what_was_removed_is_deleted(demo, browsing, number, theme, size):
    page = browsing.page(theme=theme, size=size)
    begin(page, demo, number)
    account = end_window(demo, number, None)
    expect(page.locator("#done-status")).to_have_text("Online")
    second = f"+{next(NUMBERS)}"
    begin(page, demo, second, "Second Bakery")
    end_window(demo, second, account)
    expect(page.get_by_role("heading", name="An account that exists already")).to_be_visible()
    expect(page.locator("#replaces-token")).to_contain_text("in the place of its own, for all of its numbers")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    photograph(page, f"signup-connected-account-{theme}-{size[0]}")
    page.get_by_role("button", name="Go on with this account").click()
    expect(page.locator("#done-status")).to_have_text("Online")
    demo.api("DELETE", f"/senders/{sender_of(demo, second)['id']}")
    page.reload()
    expect(page.get_by_role("heading", name="Removed again")).to_be_visible()
    assert_accessible(page)
    photograph(page, f"signup-removed-{theme}-{size[0]}")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete this sign-up").click()
    expect(page.get_by_text("The sign-up was deleted.")).to_be_visible()


def test_a_number_that_is_on_whatsapp_is_refused_in_the_window(demo, browsing, number):
    page = browsing.page()
    browsing.allow("422")
    phone = demo.control("POST", "/phones", {"name": "Ioana Pop", "number": number[1:]})
    begin(page, demo, number)
    window = open_window(page)
    go_on(window, "WhatsApp business account")
    go_on(window, "Phone number")
    go_on(window, "WhatsApp Business profile")
    go_on(window, "Add a phone number")
    window.get_by_role("button", name="Continue").click()
    expect(window.get_by_role("alert")).to_contain_text("registered with an existing WhatsApp account")
    assert phone
    last_click(window, "Cancel")
    expect(trouble(page)).to_contain_text("closed before the end")
    page.get_by_text("If it doesn’t work").click()
    expect(page.get_by_text("It is on WhatsApp.")).to_be_visible()
    photograph(page, "signup-troubles")


def test_what_cannot_be_a_number_says_why_and_keeps_what_was_typed(demo, browsing):
    page = browsing.page()
    browsing.allow("422")
    browsing.allow("409")
    taken = demo.api("GET", "/senders")["data"][0]["phoneNumber"]
    for typed, words in [("0721 234 567", "no country code"), ("(123) 456-7890", "no country code"), (taken, "is a sender already")]:
        fill_in(page, demo, typed)
        page.get_by_role("button", name="Continue").click()
        expect(page.locator("#number-help")).to_contain_text(words)
        expect(page.get_by_label("Phone number")).to_have_value(typed)
        expect(page.get_by_label("Display name")).to_have_value("Harbour Bakery")
    assert_accessible(page)
    photograph(page, "signup-new-refused")


def test_one_is_deleted_after_a_question(demo, browsing, number):
    page = browsing.page()
    begin(page, demo, number, "Deleted Bakery")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete this sign-up").click()
    expect(page.get_by_text("The sign-up was deleted.")).to_be_visible()
    expect(page.locator("#signups")).not_to_contain_text("Deleted Bakery")


@pytest.mark.parametrize(("theme", "size"), [("light", NARROW), ("dark", WIDE)])
def test_the_ways_fit_any_size(demo, browsing, theme, size):
    page = browsing.page(theme=theme, size=size)
    for path, name in [("add-number", "ways"), ("add-number/external", "new")]:
        page.goto(f"{demo.inbox}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert_accessible(page)
        photograph(page, f"signup-{name}-{theme}-{size[0]}")
