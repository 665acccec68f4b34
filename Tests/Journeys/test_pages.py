"""Every other page: signing in, setting up, senders, connecting a number, keys, sessions, and what can't be done."""

import os
import pathlib
import re

import pytest
from conftest import NARROW, WIDE, Program, assert_accessible, photograph, sign_in, start_demo
from playwright.sync_api import expect

PROJECT = pathlib.Path(__file__).parents[2]
LOOKS = [("light", WIDE), ("dark", NARROW)]
looks = pytest.mark.parametrize(("theme", "size"), LOOKS, ids=["light-wide", "dark-narrow"])


@looks
def test_signing_in(demo, stranger, theme, size):
    stranger.allow("422")
    page = stranger.page(theme=theme, size=size)
    page.goto(f"{demo.url}/app/{demo.workspace}/whatsapp/senders")
    # From where one wanted to go, to the sign-in page, and back there.
    expect(page).to_have_url(re.compile("/sign-in"))
    photograph(page, f"sign-in-{theme}")
    assert_accessible(page)
    page.get_by_label("E-mail").fill(demo.email)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("status").filter(has_text="isn't right")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(demo.email)
    assert_accessible(page)
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/whatsapp/senders$"))


def test_signing_out(demo, stranger):
    page = stranger.page()
    sign_in(page, demo)
    page.get_by_role("button", name=re.compile("account menu")).click()
    photograph(page, "account-menu")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(re.compile("/sign-in$"))
    page.goto(demo.inbox)
    expect(page).to_have_url(re.compile("/sign-in"))


def test_the_theme_is_remembered(demo, browsing):
    page = browsing.page(theme="light")
    page.goto(demo.inbox)
    page.get_by_role("button", name=re.compile("account menu")).click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    # Light text on a dark ground, whatever the device prefers.
    lightness = "(name) => getComputedStyle(document.body)[name].match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)"
    assert page.evaluate(lightness, "color") > page.evaluate(lightness, "backgroundColor")


def test_a_device_that_turns_dark_takes_the_whole_page_with_it_at_once(demo, browsing):
    page = browsing.page(theme="light")
    page.goto(demo.inbox)
    light = page.evaluate("getComputedStyle(document.body).color")
    page.emulate_media(color_scheme="dark")
    # Avatars have colours of their own, which are the same in both.
    left = page.evaluate(
        "light => [...document.querySelectorAll('*:not(.avatar)')].filter(element => getComputedStyle(element).color === light).map(element => element.tagName)",
        light,
    )
    assert page.evaluate("getComputedStyle(document.body).color") != light
    assert left == []


@looks
def test_senders(demo, browsing, theme, size):
    page = browsing.page(theme=theme, size=size)
    page.goto(f"{demo.inbox}/senders")
    card = page.locator(".sender-card").first
    expect(card).to_contain_text("Online")
    photograph(page, f"senders-{theme}")
    assert_accessible(page)


@looks
def test_connecting_a_number(demo, browsing, theme, size):
    browsing.allow("422|409")
    page = browsing.page(theme=theme, size=size)
    page.goto(f"{demo.inbox}/connection")
    photograph(page, f"connection-{theme}")
    assert_accessible(page)
    page.get_by_label("Name", exact=True).fill("Second shop")
    for label in ["App ID", "App secret", "Access token", "WhatsApp business account ID", "Phone number ID"]:
        page.get_by_label(label, exact=True).fill("1234567890")
    page.get_by_role("button", name="Check and connect").click()
    expect(page.get_by_text("Nothing was saved: one value is wrong.")).to_be_visible()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    expect(page.get_by_label("App ID", exact=True)).to_have_value("1234567890")
    # Secrets don't come back into a page.
    expect(page.get_by_label("App secret", exact=True)).to_have_value("")
    photograph(page, f"connection-wrong-{theme}")
    assert_accessible(page)


def test_back_to_a_form_that_was_sent(demo, browsing):
    page = browsing.page()
    page.goto(f"{demo.inbox}/connection")
    # An answer without a page leaves this one where it is. Chromium without a window keeps no pages to go back to, so the page is told that it was kept.
    page.route("**/whatsapp/connection", lambda route: route.fulfill(status=204))
    for label in ["Name", "App ID", "App secret", "Access token", "WhatsApp business account ID", "Phone number ID"]:
        page.get_by_label(label, exact=True).fill("1234567890")
    button = page.locator("form .button.main")
    button.click()
    expect(button).to_have_text("Checking with Meta")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(button).to_have_text("Check and connect")
    expect(button).not_to_have_attribute("aria-busy", "true")


@looks
def test_a_connection_and_its_webhook(demo, browsing, theme, size):
    page = browsing.page(theme=theme, size=size)
    page.goto(f"{demo.inbox}/senders")
    page.get_by_role("link", name="Open").first.click()
    page.get_by_role("link", name="Connection", exact=True).click()
    expect(page.get_by_label("Callback URL")).to_have_value(re.compile("/hooks/meta/cnn_"))
    expect(page.get_by_label("Verify token")).not_to_have_value("")
    page.get_by_role("button", name="Check now").click()
    expect(page.locator(".facts .chip").first).to_have_text("Subscribed")
    photograph(page, f"webhook-{theme}")
    assert_accessible(page)


@looks
def test_keys(demo, browsing, theme, size):
    browsing.allow("422")
    page = browsing.page(theme=theme, size=size)
    page.goto(f"{demo.url}/app/{demo.workspace}/settings/keys")
    name = f"Shop system {theme}"
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the key").click()
    key = page.get_by_role("textbox", name=re.compile("Your new key"))
    expect(key).to_have_value(re.compile("^sb_"))
    photograph(page, f"keys-{theme}")
    assert_accessible(page)
    token = key.input_value()
    demo_key, demo.key = demo.key, token
    try:
        assert demo.api("GET", "/senders")["data"]
    finally:
        demo.key = demo_key
    page.goto(f"{demo.url}/app/{demo.workspace}/settings/keys")
    assert token not in page.content()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=f"Revoke {name}").click()
    expect(page.get_by_text("The key no longer works.")).to_be_visible()
    expect(page.get_by_text(name)).to_have_count(0)


def test_sessions(demo, stranger, browser):
    page = stranger.page()
    sign_in(page, demo)
    # Somebody else, on another device.
    other = stranger.page()
    sign_in(other, demo)
    page.goto(f"{demo.url}/app/{demo.workspace}/settings/sessions")
    expect(page.get_by_text("This one")).to_have_count(1)
    photograph(page, "sessions")
    assert_accessible(page)
    count = page.get_by_role("button", name=re.compile("End the session")).count()
    page.get_by_role("button", name=re.compile("End the session")).first.click()
    expect(page.get_by_text("The session has ended.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("End the session"))).to_have_count(count - 1)


def test_a_page_that_is_not_there(demo, browsing):
    browsing.allow("404")
    page = browsing.page()
    page.goto(f"{demo.url}/app/{demo.workspace}/whatsapp/cnv_00000000000000000000000000")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    photograph(page, "not-found")
    assert_accessible(page)
    page.get_by_role("link", name="To the start").click()
    expect(page).to_have_url(re.compile("/whatsapp$"))


def test_setting_up(tmp_path, stranger):
    stranger.allow("422")
    program = Program(tmp_path, "serve", "--port", "0", "--data-directory", str(tmp_path / "data"))
    link = program.wait_for(lambda: re.search(r"https?://\S+/set-up/[\w-]+", program.log.read_text(errors="replace")))
    page = stranger.page()
    page.goto(link.group())
    page.get_by_label("Your name").fill("Ana Ruiz")
    page.get_by_label("E-mail").fill("ana@acme.example")
    page.get_by_label("Password").fill("short")
    page.get_by_label("Name of the workspace").fill("Acme Shop")
    page.get_by_label("Its address").fill("Acme!")
    photograph(page, "set-up")
    assert_accessible(page)
    # The browser says that the password is too short, before anything is sent and must be written anew.
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_label("Password")).to_be_focused()
    assert page.evaluate("document.activeElement.validity.tooShort")
    page.get_by_label("Password").fill("five blue whales sing")
    page.get_by_role("button", name="Make the workspace").click()
    expect(page.locator("[aria-invalid=true]")).to_have_attribute("name", "slug")
    page.get_by_label("Its address").fill("acme")
    page.get_by_label("Password").fill("five blue whales sing")
    page.get_by_role("button", name="Make the workspace").click()
    expect(page).to_have_url(re.compile("/app/acme/whatsapp$"))
    expect(page.get_by_role("link", name="Add a number")).to_have_attribute("href", "/app/acme/whatsapp/add-number")
    expect(page.get_by_role("heading", name="Choose a conversation")).to_be_hidden()
    photograph(page, "first-page")
    assert_accessible(page)
    page.get_by_role("link", name="Templates").click()
    expect(page.get_by_role("main").get_by_role("link", name="Add a number")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_count(0)
    # Once is once.
    stranger.allow("410")
    page.goto(link.group())
    expect(page.get_by_role("heading", name="No longer here")).to_be_visible()
    assert program.stop() == 0


def test_the_picture_for_the_readme(tmp_path, stranger):
    """A demo as it is at first. With SWITCHBOARD_GOLDEN=write the picture in docs/images is made anew."""
    program, demo = start_demo(tmp_path)
    page = stranger.page(size=(1280, 800))
    sign_in(page, demo)
    page.get_by_role("link", name=re.compile("Ana Silva")).click()
    expect(page.locator("#messages .message").first).to_be_visible()
    page.locator("#messages").focus()
    photograph(page, "readme")
    if os.environ.get("SWITCHBOARD_GOLDEN") == "write":
        page.screenshot(path=PROJECT / "docs" / "images" / "inbox.png")
    page.close()
    assert program.stop() == 0


def test_the_inbox_with_a_thread_open_stays_within_its_budget_of_scripts_and_elements(demo, browsing):
    demo.new_customer("Light Lou").writes("Hello")
    address = f"{demo.inbox}/{demo.conversation_with('Light Lou')}"
    page = browsing.page()
    bytes_of = {}
    page.on("response", lambda response: bytes_of.update({response.url: response}) if response.url.endswith(".js") else None)
    page.goto(address)
    expect(page.get_by_text("Hello", exact=True).last).to_be_visible()
    page.wait_for_load_state("networkidle")
    scripts = sum(len(response.body()) for response in bytes_of.values())
    assert 50_000 < scripts <= 120_000, sorted((len(response.body()), url) for url, response in bytes_of.items())
    assert page.evaluate("document.querySelectorAll('.inbox *').length") <= 1500


NOTE_SHIFTS = """
window.shifts = [];
const note = (list) => window.shifts.push(...list.getEntries().map((entry) => ({
    value: entry.value,
    what: entry.sources.map(({ node, previousRect, currentRect }) => [node?.id || node?.className, previousRect.height, currentRect.height]),
})));
new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
"""


# Wide, where list and thread stand side by side, and narrow, where the thread has the window; several loads, since what moves depends on which file
# comes first.
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_moves_while_an_open_thread_loads(demo, browsing, size):
    demo.new_customer(f"Steady Stella {size[0]}").writes("Hello")
    address = f"{demo.inbox}/{demo.conversation_with(f'Steady Stella {size[0]}')}"
    for _ in range(6):
        page = browsing.page(size=size)
        page.add_init_script(NOTE_SHIFTS)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("button", name="Emoji", exact=True)).to_be_visible()
        shifts = page.evaluate("window.shifts")
        assert sum(shift["value"] for shift in shifts) <= 0.05, shifts
        page.close()
