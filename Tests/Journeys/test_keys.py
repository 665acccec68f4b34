"""What is done by keys, and taken back."""

import datetime
import re
import zoneinfo

from conftest import assert_accessible, photograph
from playwright.sync_api import Page, expect
from test_conversations import label
from test_teamwork import DANIEL, PRIYA, agent, choose, row

PHONE = (360, 740)


def heading(page: Page, name: str):
    return page.get_by_role("heading", name=name, exact=True)


def press(page: Page, *keys: str) -> None:
    """Keys that are for the page and not for a field."""
    page.locator("#messages").focus()
    for key in keys:
        page.keyboard.press(key)


def toast(page: Page, text: str):
    return page.locator(".toast", has_text=text)


def test_a_conversation_is_marked_as_unread_and_stays_so_until_it_is_opened_again(demo, browsing):
    for name in ("Unread Uma", "Unread Ugo"):
        demo.new_customer(name).writes("Think about it")
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA)
    for page in (priya, daniel):
        choose(page, "Unread Uma")
        expect(row(page, "Unread Uma").locator(".count")).to_have_count(0)
    press(daniel, "u")
    expect(toast(daniel, "Conversation marked as unread")).to_be_visible()
    expect(row(daniel, "Unread Uma").locator(".count")).to_have_text("1 unread")
    photograph(daniel, "marked-unread")
    # Neither the thread that is open here nor that of a colleague takes it for new, also when one comes back to its window.
    expect(row(priya, "Unread Uma").locator(".count")).to_have_text("1 unread")
    for page in (daniel, priya):
        page.evaluate("dispatchEvent(new Event('focus'))")
    identifier = demo.conversation_with("Unread Uma")
    demo.api("POST", f"/conversations/{demo.conversation_with('Unread Ugo')}/read")
    expect(row(priya, "Unread Ugo").locator(".count")).to_have_count(0)
    assert demo.api("GET", f"/conversations/{identifier}")["unread"] == 1
    # Taken back, and marked again by what stands under More.
    press(daniel, "z")
    expect(toast(daniel, "Undone")).to_be_visible()
    expect(row(daniel, "Unread Uma").locator(".count")).to_have_count(0)
    daniel.locator(".thread > header").get_by_role("button", name="More", exact=True).click()
    daniel.get_by_role("button", name="Mark as unread").click()
    expect(row(daniel, "Unread Uma").locator(".count")).to_have_text("1 unread")
    # Opened again, it is read, for everybody.
    choose(daniel, "Unread Ugo")
    choose(daniel, "Unread Uma")
    expect(row(daniel, "Unread Uma").locator(".count")).to_have_count(0)
    expect(row(priya, "Unread Uma").locator(".count")).to_have_count(0)


def test_what_a_customer_writes_after_it_was_marked_is_read_by_whoever_sees_it(demo, browsing):
    customer = demo.new_customer("Unread Udo")
    customer.writes("First")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Unread Udo")
    press(page, "u")
    expect(row(page, "Unread Udo").locator(".count")).to_have_text("1 unread")
    customer.writes("Second")
    expect(page.locator("#messages").get_by_text("Second")).to_be_visible()
    expect(row(page, "Unread Udo").locator(".count")).to_have_count(0)
    # Several have the same time, which is in seconds.
    for number in range(3, 9):
        customer.writes(f"Number {number}")
        expect(page.locator("#messages").get_by_text(f"Number {number}")).to_be_visible()
        # The row knows of it, and may say for a moment that it is unread.
        expect(row(page, "Unread Udo").locator(".preview")).to_have_text(f"Number {number}")
        expect(row(page, "Unread Udo").locator(".count")).to_have_count(0)


def test_the_last_change_is_taken_back_by_the_notice_or_by_its_key(demo, browsing):
    demo.new_customer("Undo Una").writes("Hello")
    label(demo, "Undone", "green")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Undo Una")
    taken_back = []
    page.on("request", lambda request: taken_back.append(request.url) if request.url.endswith("/changes") else None)
    press(page, "e")
    closed = toast(page, "Conversation closed")
    expect(closed).to_be_visible()
    expect(row(page, "Undo Una")).to_have_count(0)
    photograph(page, "undo")
    closed.get_by_role("button", name="Undo").click()
    expect(row(page, "Undo Una")).to_have_count(1)
    expect(page.get_by_role("button", name="Close the conversation")).to_be_visible()
    expect(closed).to_have_count(0)
    expect(toast(page, "Undone")).to_be_visible()
    # Once is once.
    press(page, "z")
    press(page, "s")
    page.get_by_role("button", name="Tomorrow at 9:00").first.click()
    expect(toast(page, "Conversation snoozed")).to_be_visible()
    assert_accessible(page)
    expect(row(page, "Undo Una")).to_have_count(0)
    assert len(taken_back) == 1
    # What was snoozed is so again after it was closed and that taken back. The key knows the last change only.
    press(page, "e")
    expect(toast(page, "Conversation open again")).to_be_visible()
    expect(row(page, "Undo Una")).to_have_count(1)
    press(page, "z")
    expect(row(page, "Undo Una")).to_have_count(0)
    identifier = next(
        one["id"] for one in demo.api("GET", "/conversations?state=snoozed&limit=100")["data"] if one["contact"]["name"] == "Undo Una"
    )
    until = datetime.datetime.fromisoformat(demo.api("GET", f"/conversations/{identifier}")["snoozedUntil"])
    assert until.astimezone(zoneinfo.ZoneInfo("Europe/Madrid")).strftime("%H:%M:%S") == "09:00:00"
    # Each is done, and can be taken back, once it says so.
    press(page, "e")
    expect(toast(page, "Conversation open again")).to_be_visible()
    expect(row(page, "Undo Una")).to_have_count(1)
    press(page, "i")
    expect(toast(page, "Conversation assigned")).to_be_visible()
    expect(page.get_by_role("button", name="Assigned to")).to_contain_text("You")
    press(page, "z")
    expect(page.get_by_role("button", name="Assigned to")).to_contain_text("Unassigned")
    press(page, "l")
    page.get_by_role("checkbox", name="Undone").check()
    page.get_by_role("button", name="Save the labels").click()
    expect(toast(page, "Labels saved")).to_be_visible()
    expect(page.locator("#thread-labels .chip", has_text="Undone")).to_be_visible()
    press(page, "z")
    expect(page.locator("#thread-labels .chip", has_text="Undone")).to_have_count(0)


def test_what_was_done_with_several_is_taken_back_for_each_as_it_was(demo, browsing):
    for name in ("Batch Ana", "Batch Ben", "Batch Cleo"):
        demo.new_customer(name).writes("Hello")
    ids = {name: demo.conversation_with(name) for name in ("Batch Ana", "Batch Ben", "Batch Cleo")}
    until = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=30)).strftime("%Y-%m-%dT09:30:00.000Z")
    demo.api("PUT", f"/conversations/{ids['Batch Ben']}/snooze", {"until": until})
    page = agent(demo, browsing, DANIEL)
    page.goto(f"{page.url}?view=all")
    for name in ids:
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    page.locator("#several").get_by_role("button", name="Archive").click()
    expect(toast(page, "3 conversations archived")).to_be_visible()
    for name in ids:
        expect(row(page, name).locator(".chip", has_text="Archived")).to_be_visible()
    photograph(page, "undo-several")
    toast(page, "3 conversations archived").get_by_role("button", name="Undo").click()
    for name in ("Batch Ana", "Batch Cleo"):
        expect(row(page, name)).to_have_attribute("data-state", "open")
    expect(row(page, "Batch Ben")).to_have_attribute("data-state", "snoozed")
    assert demo.api("GET", f"/conversations/{ids['Batch Ben']}")["snoozedUntil"] == until
    for name in ids:
        demo.api("POST", f"/conversations/{ids[name]}/read")
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    page.locator("#several").get_by_role("button", name="Unread").click()
    expect(toast(page, "3 conversations marked as unread")).to_be_visible()
    expect(row(page, "Batch Cleo").locator(".count")).to_have_text("1 unread")


def test_shift_e_closes_and_goes_on_and_arrows_walk_the_list(demo, browsing):
    for name in ("Next Noa", "Next Nils", "Next Nora"):
        demo.new_customer(name).writes("Hello")
        demo.conversation_with(name)
    page = agent(demo, browsing, DANIEL)
    rows = page.locator("#conversations > [data-conversation] > a")
    rows.nth(0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(rows.nth(1)).to_be_focused()
    expect(page.locator("#messages")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(heading(page, rows.nth(1).locator("b").inner_text())).to_be_visible()
    choose(page, "Next Nora")
    press(page, "Shift+E")
    expect(heading(page, "Next Nils")).to_be_visible()
    expect(row(page, "Next Nora")).to_have_count(0)
    expect(toast(page, "Conversation closed")).to_be_visible()
    press(page, "z")
    expect(row(page, "Next Nora")).to_have_count(1)
    expect(heading(page, "Next Nils")).to_be_visible()


def test_an_arrow_in_an_empty_message_answers_what_one_wrote_last(demo, browsing):
    customer = demo.new_customer("Quote Quin")
    customer.writes("When?")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Quote Quin")
    field = page.get_by_label("Message", exact=True)
    field.press("ArrowUp")
    expect(page.locator("#answering")).to_be_hidden()
    field.fill("On Monday")
    field.press("Enter")
    customer.expect_received("On Monday")
    customer.writes("Really?")
    expect(page.locator("#messages").get_by_text("Really?")).to_be_visible()
    field.fill("x")
    field.press("ArrowUp")
    expect(page.locator("#answering")).to_be_hidden()
    field.fill("")
    field.press("ArrowUp")
    expect(page.locator("#answering")).to_contain_text("On Monday")
    field.press("Escape")
    expect(page.locator("#answering")).to_be_hidden()


def test_two_keys_lead_to_pages_from_every_page_and_the_sheet_tells_them(demo, browsing):
    page = browsing.page()
    page.goto(demo.inbox)
    for key, title in [("s", "Settings"), ("t", "Templates"), ("n", "Notifications"), ("w", "Senders")]:
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        expect(page.locator("#show-shortcuts")).not_to_have_attribute("hidden", "")
    page.keyboard.press("?")
    expect(heading(page, "Keyboard")).to_be_visible()
    photograph(page, "keys-everywhere")
    assert_accessible(page)
    page.get_by_label("Single keys work outside of fields").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.get_by_role("button", name=re.compile("account menu")).click()
    page.get_by_role("button", name="Keyboard", exact=True).click()
    page.get_by_label("Single keys work outside of fields").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1, name="Senders")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", level=1, name="Inbox")).to_be_visible()


def test_on_a_phone_marking_as_unread_leads_back_to_the_list(demo, browsing):
    demo.new_customer("Pocket Pete").writes("Later please")
    page = agent(demo, browsing, DANIEL, size=PHONE, theme="dark")
    choose(page, "Pocket Pete")
    page.locator(".thread > header").get_by_role("button", name="More", exact=True).click()
    photograph(page, "more-360")
    page.get_by_role("button", name="Mark as unread").click()
    expect(row(page, "Pocket Pete").locator(".count")).to_have_text("1 unread")
    expect(toast(page, "Conversation marked as unread")).to_be_visible()
    photograph(page, "marked-unread-360")
    assert_accessible(page)
    page.get_by_role("checkbox", name="Choose Pocket Pete").check()
    expect(page.get_by_text("1 conversation chosen")).to_be_visible()
    photograph(page, "several-360")
