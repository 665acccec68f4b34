"""Customers say what they want to be sent, and it is obeyed."""

import re
import time

import pytest
from conftest import NARROW, WIDE, assert_accessible, photograph
from playwright.sync_api import Page, expect
from test_details import button, details, lines
from test_teamwork import DANIEL, agent, choose
from test_templates import fetched, png  # noqa: F401

LOOKS = [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]
looks = pytest.mark.parametrize(("theme", "size"), LOOKS, ids=[f"{theme}-{size[0]}" for theme, size in LOOKS])

STOPPED = "You will get no more offers from us here. Write START if you want them again."
STARTED = "Thank you. You will hear from us here again. Write STOP at any time to end it."


def later() -> None:
    """WhatsApp tells time in seconds, and of what is said within one the stricter counts."""
    second = int(time.time())
    while int(time.time()) <= second:
        time.sleep(0.01)


def chip(page: Page):
    return details(page).locator("[data-part=person] .chip")


def offer(page: Page) -> None:
    """Picks the template of marketing, fills it in and tries to send it."""
    page.get_by_role("link", name="Send a template", exact=True).click()
    picker = page.locator("#template-picker")
    picker.get_by_role("link", name="new lamps").click()
    picker.get_by_label("Discount").fill("10 %")
    picker.get_by_label("File on top").set_input_files({"name": "lamp.png", "mimeType": "image/png", "buffer": png(64, 40)})
    picker.get_by_role("button", name="Send the template").click()


def test_stop_is_seen_at_once_and_obeyed_and_start_undoes_it(demo, browsing):
    browsing.allow("409")
    customer = demo.new_customer("Clara Consent")
    customer.writes("Do you have lamps?")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Clara Consent")
    button(page).click()
    expect(chip(page)).to_have_text("Not asked yet")
    customer.writes("Stop!")
    expect(chip(page)).to_have_text("No marketing")
    expect(lines(page)).to_contain_text("Switchboard noted that the customer wants no marketing")
    expect(page.locator(".message.out", has_text="no more offers")).to_be_visible()
    customer.expect_received(STOPPED)
    photograph(page, "consent-stopped")
    assert_accessible(page)
    offer(page)
    expect(page.get_by_text("This person wants no marketing from you").first).to_be_visible()
    photograph(page, "consent-refused")
    # Once more is no news, and isn't answered again.
    customer.writes("STOP")
    expect(page.locator(".message.in", has_text="STOP")).to_be_visible()
    later()
    customer.writes("start")
    expect(chip(page)).to_have_text("Wants marketing")
    customer.expect_received(STOPPED, STARTED)
    # What is chosen in WhatsApp itself counts the same.
    later()
    demo.control("POST", f"/phones/{customer.phone}/marketing", {"to": customer.sender["phoneNumberId"], "value": "stop"})
    expect(chip(page)).to_have_text("No marketing")
    later()
    demo.control("POST", f"/phones/{customer.phone}/marketing", {"to": customer.sender["phoneNumberId"], "value": "resume"})
    expect(chip(page)).to_have_text("Wants marketing")
    page.get_by_role("link", name="Show the contact").click()
    page.get_by_role("link", name="Show and change").click()
    entries = page.locator(".consent-entries > li")
    expect(entries).to_have_count(5)
    expect(entries.first).to_contain_text("Chosen in WhatsApp")
    expect(entries.filter(has_text="Changed nothing")).to_have_count(1)


@looks
def test_consent_is_noted_with_its_reason(demo, browsing, theme, size):
    browsing.allow("422")
    name = f"Nora {theme} {size[0]}"
    customer = demo.new_customer(name)
    customer.writes("Hello")
    conversation = demo.conversation_with(name)
    contact = demo.api("GET", f"/conversations/{conversation}")["contact"]["id"]
    page = browsing.page(theme=theme, size=size)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{demo.inbox.removesuffix('/whatsapp')}/contacts/{contact}")
    page.get_by_role("link", name="Show and change").click()
    page.get_by_role("radio", name=re.compile("no more messages")).check()
    page.get_by_label("How you know it").fill("   ")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("Write how you know it, such as")).to_be_visible()
    expect(page.get_by_role("radio", name=re.compile("no more messages"))).to_be_checked()
    page.get_by_label("How you know it").fill("Said so on the phone")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("Noted.", exact=True)).to_be_visible()
    expect(page.locator("main .chip.danger")).to_have_text("No more messages")
    expect(page.locator(".consent-entries > li")).to_contain_text("Said so on the phone")
    photograph(page, f"consent-{theme}-{size[0]}")
    assert_accessible(page)
    assert demo.api("GET", f"/contacts/{contact}/consent")["stoppedAll"] is True


@looks
def test_words_are_tried_and_chosen(demo, browsing, theme, size):
    page = browsing.page(theme=theme, size=size)
    page.goto(f"{demo.inbox.removesuffix('/whatsapp')}/settings/consent")
    page.get_by_label("A customer\u2019s message").fill("  Stop. ")
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.locator("p[role=status]")).to_contain_text("This says that the customer wants no marketing")
    page.get_by_text("en", exact=True).click()
    expect(page.get_by_label("Words for no marketing").first).to_have_value(re.compile("^stop\\n"))
    photograph(page, f"consent-words-{theme}-{size[0]}")
    assert_accessible(page)


def test_opt_ins_come_in_from_a_file_with_their_proof(demo, browsing):
    page = browsing.page()
    page.goto(f"{demo.inbox.removesuffix('/whatsapp')}/contacts/import")
    page.get_by_role("link", name="Import opt-ins").click()
    text = "phone,time,proof\n+15550178801,2026-03-31,Form on the website\n+15550178802,,Fair\n"
    page.get_by_label("File", exact=True).set_input_files({"name": "opt-ins.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("One person has opted in by this file. One line wasn\u2019t taken.")).to_be_visible()
    expect(page.get_by_text("Line 3")).to_be_visible()
    photograph(page, "consent-file")
    assert_accessible(page)
    page.goto(f"{demo.inbox.removesuffix('/whatsapp')}/contacts?consent=opted-in")
    expect(page.locator(".numbers tbody tr").filter(has_text="555-017-8801")).to_have_count(1)
