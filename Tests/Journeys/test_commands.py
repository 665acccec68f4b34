"""The command menu: what can be done here, where one can go, conversations by name."""

import re
from urllib.parse import quote

from conftest import assert_accessible, eventually, photograph
from playwright.sync_api import Page, expect
from test_conversations import label
from test_teamwork import DANIEL, agent, choose, row

PHONE = (360, 740)


def menu(page: Page):
    return page.get_by_role("dialog", name="Commands")


def field(page: Page):
    return menu(page).get_by_role("combobox")


def option(page: Page, name: str):
    return menu(page).get_by_role("option", name=name, exact=True)


def active(page: Page):
    """What the field says is chosen, for who can't see it."""
    expect(menu(page).locator("[aria-selected=true]")).to_have_count(1)
    return page.locator(f"#{field(page).get_attribute('aria-activedescendant')}")


def show(page: Page) -> None:
    # A page that has only just come doesn't know its keys yet.
    expect(page.locator("#show-commands")).not_to_have_attribute("hidden", "")
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()


def do(page: Page, text: str, *, says: str = "") -> None:
    show(page)
    field(page).fill(text)
    field(page).press("Enter")
    expect(menu(page)).to_be_hidden()
    if says:
        # Done only now: what comes next may take it back. Without it, the same words can be waited for again.
        notice = page.locator(".toast", has_text=says)
        expect(notice).to_be_visible()
        notice.evaluate_all("(all) => all.forEach((one) => one.remove())")


def test_it_is_fetched_on_first_use_and_offers_what_can_be_done_here(demo, browsing):
    demo.new_customer("Menu Mia").writes("Hello")
    page = agent(demo, browsing, DANIEL)
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if "/js/commands/" in request.url else None)
    choose(page, "Menu Mia")
    assert fetched == []
    # Also from inside of a field.
    page.get_by_label("Message", exact=True).fill("Half a word")
    show(page)
    assert len(fetched) == 2
    expect(active(page)).to_contain_text("Close the conversation")
    for name in ["Write a reply", "Snooze the conversation", "Mark the conversation as unread", "Set me as away", "Inbox: Unassigned"]:
        expect(option(page, name)).to_have_count(1)
    expect(option(page, "People")).to_have_count(0)
    expect(option(page, "Dark colours")).to_have_count(0)
    photograph(page, "commands")
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    expect(active(page)).to_contain_text("open the next")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(active(page)).to_contain_text("Inbox: All")
    expect(active(page)).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(menu(page)).to_be_hidden()
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
    expect(page.get_by_label("Message", exact=True)).to_have_value("Half a word")
    # The same keys close it.
    show(page)
    page.keyboard.press("Control+k")
    expect(menu(page)).to_be_hidden()


def test_commands_do_what_keys_and_buttons_do(demo, browsing):
    demo.new_customer("Menu Max").writes("Hello")
    label(demo, "From the menu", "violet")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Menu Max")
    do(page, "put from", says="Labels saved")
    expect(page.locator("#thread-labels .chip", has_text="From the menu")).to_be_visible()
    do(page, "undo", says="Undone")
    expect(page.locator("#thread-labels .chip", has_text="From the menu")).to_have_count(0)
    do(page, "assign priya", says="Conversation assigned")
    expect(page.get_by_role("button", name="Assigned to")).to_contain_text("Priya Nair")
    do(page, "assign me", says="Conversation assigned")
    expect(page.get_by_role("button", name="Assigned to")).to_contain_text("You")
    do(page, "unread", says="Conversation marked as unread")
    expect(row(page, "Menu Max").locator(".count")).to_have_text("1 unread")
    do(page, "keep ai")
    expect(page.get_by_role("button", name="AI disabled")).to_be_visible()
    do(page, "note")
    expect(page.get_by_label("Note for colleagues", exact=True).last).to_be_focused()
    do(page, "snooze tomorrow", says="Conversation snoozed")
    expect(row(page, "Menu Max")).to_have_count(0)
    do(page, "reopen", says="Conversation open again")
    expect(row(page, "Menu Max")).to_have_count(1)
    do(page, "archive", says="Conversation archived")
    expect(row(page, "Menu Max")).to_have_count(0)
    do(page, "snooze the")
    expect(page.get_by_role("heading", name="This conversation")).to_be_visible()
    page.keyboard.press("Escape")
    do(page, "set away")
    page.get_by_role("button", name=re.compile("away: account menu")).wait_for()
    do(page, "set available")
    page.get_by_role("button", name=re.compile("Reyes: account menu")).wait_for()


def test_conversations_are_found_by_name_and_pages_and_views_opened(demo, browsing):
    demo.new_customer("Zoë Menuhin").writes("Hello")
    demo.new_customer("سلمى الحربي").writes("مرحبا")
    page = browsing.page()
    page.goto(demo.inbox)
    expect(row(page, "Zoë Menuhin")).to_have_count(1)
    expect(row(page, "سلمى الحربي")).to_have_count(1)
    # The index follows within seconds.
    for words in ("zoe menu", "سلمى"):
        eventually(lambda words=words: demo.api("GET", f"/search?in=contacts&text={quote(words)}")["data"])
    show(page)
    field(page).fill("zoe menu")
    expect(menu(page).get_by_role("option", name="Zoë Menuhin")).to_have_count(1)
    photograph(page, "commands-found")
    field(page).press("Enter")
    expect(page.get_by_role("heading", name="Zoë Menuhin")).to_be_visible()
    # Without a new page.
    page.go_back()
    expect(page.get_by_role("heading", name="Choose a conversation")).to_be_visible()
    show(page)
    field(page).fill("سلمى")
    expect(menu(page).get_by_role("option", name="سلمى الحربي")).to_have_count(1)
    photograph(page, "commands-arabic")
    field(page).fill("Zq xyz")
    expect(menu(page).get_by_role("option")).to_have_count(1)
    field(page).press("Enter")
    expect(page).to_have_url(re.compile("/whatsapp/search\\?text=Zq\\+xyz$"))
    # On every page.
    show(page)
    field(page).fill("api")
    expect(option(page, "API keys")).to_have_count(1)
    field(page).press("Enter")
    expect(page).to_have_url(re.compile("/settings/keys$"))
    show(page)
    expect(option(page, "Close the conversation")).to_have_count(0)
    field(page).fill("inbox mine")
    expect(option(page, "Inbox: Mine")).to_have_count(1)
    photograph(page, "commands-elsewhere")
    field(page).press("Enter")
    expect(page).to_have_url(re.compile("/whatsapp\\?view=mine$"))
    show(page)
    field(page).fill("?!")
    expect(menu(page).get_by_text("Nothing fits.")).to_be_visible()


def test_on_a_phone_it_opens_from_the_account_menu_in_the_dark_too(demo, browsing):
    demo.new_customer("Menu Mo").writes("Hello")
    page = agent(demo, browsing, DANIEL, size=PHONE, theme="dark")
    choose(page, "Menu Mo")
    page.locator(".back").click()
    page.get_by_role("button", name=re.compile("account menu")).click()
    page.get_by_role("button", name="Commands", exact=True).click()
    expect(field(page)).to_be_focused()
    field(page).fill("colours")
    expect(option(page, "Dark colours")).to_be_visible()
    field(page).fill("")
    expect(option(page, "Templates")).to_have_count(1)
    photograph(page, "commands-360")
    assert_accessible(page)
    option(page, "Templates").click()
    expect(page.get_by_role("heading", level=1, name="Templates")).to_be_visible()


def test_without_a_connection_it_still_offers_what_is_on_the_page(demo, browsing):
    browsing.allow("ERR_INTERNET_DISCONNECTED|Failed to load resource")
    page = agent(demo, browsing, DANIEL)
    show(page)
    expect(option(page, "Inbox: All")).to_have_count(1)
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    show(page)
    expect(option(page, "Next conversation")).to_be_visible()
    expect(menu(page).get_by_text("No connection to the server.")).to_be_visible()
    page.context.set_offline(False)
