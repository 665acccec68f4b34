"""The numbers of a business: how each stands, switching one off and on, what WhatsApp does to it, and removing it."""

import re

from conftest import NARROW, Demo, assert_accessible, eventually, looks, photograph
from playwright.sync_api import Page, expect


def number(shop: Demo) -> dict:
    """As the simulator has the first of the shop's numbers."""
    id = shop.senders[0]["phoneNumberId"]
    return next(one for one in shop.control("GET", "/numbers")["data"] if one["id"] == id)


def befalls(shop: Demo, value: dict) -> None:
    """What Meta tells of the whole account."""
    shop.control("POST", "/webhooks", {"account": number(shop)["account"], "field": "account_update", "value": value})


def open_sender(page: Page, shop: Demo) -> None:
    page.goto(f"{shop.inbox}/senders/{shop.senders[0]['id']}")
    expect(page.get_by_role("navigation", name="This number")).to_be_visible()


def standing(page: Page):
    return page.locator("#standing")


@looks
def test_a_number_answers_what_everybody_asks(shop, visiting, theme, size):
    page = visiting.page(theme=theme, size=size)
    page.goto(f"{shop.inbox}/senders")
    expect(page.locator(".sender-card").first).to_contain_text("people today")
    page.locator(".sender-card").first.get_by_role("link", name="Open").click()
    answers = page.locator(".answer")
    expect(answers).to_have_count(4)
    expect(answers.nth(0)).to_contain_text("Yes")
    expect(page.get_by_role("meter")).to_be_visible()
    photograph(page, f"sender-{theme}-{size[0]}")
    assert_accessible(page)
    page.get_by_role("link", name="History").click()
    expect(page.locator(".entries li").first).to_be_visible()
    photograph(page, f"sender-history-{theme}-{size[0]}")
    assert_accessible(page)
    for tab in ("Queue", "Receipts webhook", "Overview"):
        page.get_by_role("navigation", name="This number").get_by_role("link", name=tab).click()
        expect(page.locator(".tabs a[aria-current]", has_text=tab)).to_be_visible()


def test_a_number_is_switched_off_and_on_again(shop, visiting):
    page = visiting.page()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    open_sender(page, shop)
    standing(page).get_by_role("button", name="Switch off").click()
    expect(standing(page)).to_contain_text("Offline")
    assert "nothing is sent" in asked[0]
    expect(page.locator(".answer").nth(1)).to_contain_text("No")
    photograph(page, "sender-offline")
    # WhatsApp's terms are agreed to once for each number.
    standing(page).get_by_role("button", name="Switch on").click()
    page.get_by_role("checkbox", name=re.compile("WhatsApp’s terms")).check()
    page.get_by_role("button", name="Activate").click()
    tabs = page.get_by_role("navigation", name="This number")
    tabs.get_by_role("link", name="Overview").click()
    # It comes back by itself while somebody looks.
    expect(standing(page)).to_contain_text("Online")
    standing(page).get_by_role("button", name="Switch off").click()
    standing(page).get_by_role("button", name="Switch on").click()
    expect(standing(page)).to_contain_text("Online")
    tabs.get_by_role("link", name="History").click()
    expect(page.locator(".entries li", has_text="Switched off")).to_have_count(2)


@looks
def test_a_number_is_checked_from_every_side(shop, visiting, theme, size):
    page = visiting.page(theme=theme, size=size)
    open_sender(page, shop)
    page.get_by_role("button", name="Check this number").click()
    expect(page.get_by_text("WhatsApp was asked how the number is.")).to_be_visible()
    findings = page.get_by_role("region", name="This number from every side").get_by_role("listitem")
    expect(findings).to_have_count(10)
    expect(findings.filter(has_text="WhatsApp accepted the access token")).to_contain_text("Fine")
    photograph(page, f"sender-check-{theme}-{size[0]}")
    assert_accessible(page)
    shop.control("PUT", "/faults/down", {"isDown": True})
    page.get_by_role("button", name="Ask WhatsApp now").click()
    expect(page.get_by_text("WhatsApp can’t be reached right now").first).to_be_visible()
    shop.control("DELETE", "/faults")


def test_the_page_shows_at_once_that_whatsapp_suspends_a_number_and_lets_it_back(shop, visiting):
    page = visiting.page()
    open_sender(page, shop)
    expect(standing(page)).to_contain_text("Online")
    shop.control("PATCH", f"/numbers/{number(shop)['id']}", {"status": "BANNED"})
    befalls(shop, {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "April 17, 2026"}})
    expect(standing(page)).to_contain_text("Suspended")
    expect(standing(page)).to_contain_text("April 17, 2026")
    expect(standing(page).get_by_role("link", name="Appeal at Meta")).to_be_visible()
    photograph(page, "sender-suspended")
    assert_accessible(page)
    cards = visiting.page(size=NARROW, theme="dark")
    cards.goto(f"{shop.inbox}/senders")
    card = cards.locator(f"#{shop.senders[0]['id']}")
    expect(card).to_contain_text("Suspended")
    photograph(cards, "senders-suspended")
    shop.control("PATCH", f"/numbers/{number(shop)['id']}", {"status": "CONNECTED"})
    befalls(shop, {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}})
    expect(standing(page)).to_contain_text("Online")
    expect(card).to_contain_text("Online")


def test_a_number_that_whatsapp_no_longer_lets_send_is_tried_again_once_it_is_mended(shop, visiting):
    page = visiting.page()
    open_sender(page, shop)
    shop.control("PATCH", f"/numbers/{number(shop)['id']}", {"platform": "NOT_APPLICABLE", "status": "DISCONNECTED"})
    befalls(shop, {"event": "ACCOUNT_RECONNECTED"})
    expect(standing(page)).to_contain_text("Pending")
    expect(standing(page)).to_contain_text("registered")
    shop.control("PATCH", f"/numbers/{number(shop)['id']}", {"platform": "CLOUD_API", "status": "CONNECTED"})
    standing(page).get_by_role("button", name="Try again").click()
    expect(standing(page)).to_contain_text("Online")


def test_the_settings_of_a_number_are_kept_and_a_wrong_name_is_told_at_its_field(shop, visiting):
    visiting.allow("status of 422")
    page = visiting.page()
    open_sender(page, shop)
    page.get_by_label("Read receipts").select_option("onAnswer")
    page.get_by_label("Name").fill("Front desk")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("heading", name="Front desk", level=1)).to_be_visible()
    expect(page.get_by_label("Read receipts")).to_have_value("onAnswer")
    page.get_by_label("Name").fill("n" * 101)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("at most 100 characters")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("n" * 101)


def test_a_number_with_waiting_messages_is_not_removed_and_one_without_keeps_its_conversations(shop, visiting):
    # Not found is what the page hears that looks again between the removal and the next page.
    visiting.allow("status of 40[49]")
    last = shop.senders[-1]
    page = visiting.page()
    page.on("dialog", lambda dialog: dialog.accept())
    customer = shop.new_customer("Removed Wren")
    customer.sender = last
    customer.writes("Hello before it goes")
    customer.expect_arrived("Hello before it goes")
    shop.api("POST", f"/senders/{last['id']}/queue/pause")
    conversation = shop.api("GET", f"/conversations/{shop.conversation_with('Removed Wren')}")
    shop.api("POST", "/messages", {"sender": last["id"], "to": {"contact": conversation["contact"]["id"]}, "text": {"body": "Waits"}})
    page.goto(f"{shop.inbox}/senders/{last['id']}")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("1 message waits to leave.")).to_be_visible()
    shop.api("POST", f"/senders/{last['id']}/queue/resume")
    eventually(lambda: "Waits" in customer.received)
    page.get_by_role("button", name="Remove").click()
    expect(page).to_have_url(re.compile(r"/senders\?done=removed"))
    expect(page.get_by_text("The number was removed.")).to_be_visible()
    expect(page.locator(f"#{last['id']}")).to_have_count(0)
    page.goto(f"{shop.inbox}/{conversation['id']}")
    expect(page.locator(".bubble", has_text="Hello before it goes")).to_be_visible()
