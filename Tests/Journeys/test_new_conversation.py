"""Writing to somebody first: a number that is checked, or somebody known by name, and then a template."""

import re

from conftest import NARROW, WIDE, assert_accessible, photograph
from playwright.sync_api import Page, expect


def to(page: Page):
    return page.get_by_label("To", exact=True)


def test_a_number_is_checked_and_leads_to_a_conversation_where_a_template_can_be_chosen(demo, browsing):
    browsing.allow("422")
    page = browsing.page()
    page.goto(demo.inbox)
    expect(page.locator("#new-conversation")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="New conversation")).to_be_visible()
    expect(to(page)).to_be_focused()
    to(page).fill("+34 600 11 12 2")
    page.keyboard.press("Enter")
    expect(page.locator("#new-to-error")).to_contain_text("Numbers of Spain have 9 digits after +34; this one has 8.")
    expect(to(page)).to_have_value("+34 600 11 12 2")
    assert_accessible(page)
    photograph(page, "new-conversation-refused")
    to(page).fill("0034 600 000 321")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="+34 600 00 03 21")).to_be_visible()
    expect(page.get_by_text("This customer hasn't written yet.")).to_be_visible()
    expect(page.locator("#template-picker")).to_have_count(1)
    expect(page.locator(".conversation", has_text="+34 600 00 03 21")).to_be_visible()
    assert_accessible(page)
    photograph(page, "new-conversation-begun")
    # The same number again is the same conversation.
    address = page.url
    page.locator("#new-conversation").click()
    to(page).fill("+34600000321")
    page.keyboard.press("Enter")
    expect(page).to_have_url(address)


def test_somebody_is_found_by_name_on_a_phone_without_scripts(demo, browsing):
    customer = demo.new_customer("Offered Olga")
    customer.writes("Hello")
    browsing.allow("422")
    page = browsing.page(size=NARROW, theme="dark", scripts=False)
    for _ in range(120):
        page.goto(f"{demo.inbox}/new")
        to(page).fill("olga offered")
        page.get_by_role("button", name="Go on").click()
        if page.get_by_role("button", name=re.compile("Offered Olga")).count():
            break
        page.wait_for_timeout(100)
    expect(page.get_by_text("Whom do you mean?")).to_be_visible()
    photograph(page, "new-conversation-offered")
    # Enter means what stands in the field, and none of the people.
    to(page).press("Enter")
    expect(page.get_by_text("Whom do you mean?")).to_be_visible()
    page.get_by_role("button", name=re.compile("Offered Olga")).click()
    expect(page.get_by_role("heading", name="Offered Olga")).to_be_visible()


def test_a_number_in_a_message_leads_to_where_one_writes_to_it(demo, browsing):
    customer = demo.new_customer("Numbers Nora")
    customer.writes("Call my sister: +34 600 000 654, or <b>+34 600 000 655</b>")
    page = browsing.page(size=WIDE)
    page.goto(demo.inbox)
    page.locator(".conversation", has_text="Numbers Nora").click()
    link = page.locator(".message").get_by_role("link", name="+34 600 000 654")
    expect(link).to_be_visible()
    photograph(page, "numbers-in-a-message")
    link.click()
    expect(page.get_by_role("heading", name="New conversation")).to_be_visible()
    expect(to(page)).to_have_value("+34 600 00 06 54")
    expect(page.locator("#new-to-help")).to_contain_text("Spain")
    assert_accessible(page)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="+34 600 00 06 54")).to_be_visible()
