"""What is still on its way when a person has gone on already: it comes where it belongs, and takes nothing from anybody."""

import re

from conftest import eventually
from playwright.sync_api import Page, expect
from test_commands import field as command_field
from test_commands import menu, show
from test_composer import choices, field
from test_inbox import wake_up
from test_keys import heading, press, toast
from test_notes import note, write_note
from test_outbox import attach, open_thread
from test_teamwork import DANIEL, agent, choose, row


class Held:
    """Requests that stay on their way until they are let go."""

    def __init__(self, page: Page, address):
        self.routes = []
        self.page = page
        self.is_over = False
        page.route(address, self.hold)

    def hold(self, route) -> None:
        if self.is_over:
            route.continue_()
        else:
            self.routes.append(route)

    def wait_for(self, count: int = 1) -> None:
        def has_come() -> bool:
            # Also looks after what the browser tells.
            self.page.wait_for_timeout(10)
            return len(self.routes) >= count

        eventually(has_come)

    def let_go(self) -> None:
        self.is_over = True
        for route in self.routes:
            route.continue_()


def two_conversations(demo, first: str, second: str) -> tuple[str, str]:
    for name in (second, first):
        demo.new_customer(name).writes("Hello")
        demo.conversation_with(name)
    return demo.conversation_with(first), demo.conversation_with(second)


def test_a_note_comes_into_the_conversation_that_it_is_about(demo, browsing):
    first, _ = two_conversations(demo, "Hasty Hanna", "Hasty Hugo")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Hasty Hanna")
    saving = Held(page, f"**/{first}/notes")
    write_note(page, "About Hanna")
    saving.wait_for()
    press(page, "j")
    expect(heading(page, "Hasty Hugo")).to_be_visible()
    with page.expect_response(f"**/{first}/notes"):
        saving.let_go()
    write_note(page, "About Hugo")
    expect(note(page, "About Hugo")).to_be_visible()
    expect(note(page, "About Hanna")).to_have_count(0)
    press(page, "k")
    expect(note(page, "About Hanna")).to_be_visible()
    expect(page.locator(".toast")).to_have_count(0)


def test_what_is_closed_is_what_was_open_when_it_was_said(demo, browsing):
    first, second = two_conversations(demo, "Closed Carl", "Kept Kate")
    demo.api("POST", f"/conversations/{second}/archive")
    page = agent(demo, browsing, DANIEL)
    # What is open isn't in this list, so that how it stands has to be asked for.
    page.goto(f"{demo.inbox}/{first}?view=archived")
    expect(heading(page, "Closed Carl")).to_be_visible()
    asking = Held(page, f"**/rows?of={first}")
    press(page, "e")
    asking.wait_for()
    choose(page, "Kept Kate")
    asking.let_go()
    expect(toast(page, "Conversation closed")).to_be_visible()
    assert demo.api("GET", f"/conversations/{first}")["state"] == "closed"
    assert demo.api("GET", f"/conversations/{second}")["state"] == "archived"
    expect(page.get_by_role("button", name="Reopen the conversation")).to_be_visible()


def test_enter_in_the_command_menu_waits_for_whom_was_typed(demo, browsing):
    for name in ("Quibble Qadir", "Quibbler Qurat"):
        demo.new_customer(name).writes("Hello")
        eventually(lambda name=name: demo.api("GET", f"/search?in=contacts&text={name.replace(' ', '%20')}")["data"])
    page = browsing.page()
    page.goto(demo.inbox)
    show(page)
    command_field(page).fill("quibble")
    expect(menu(page).get_by_role("option", name="Quibble Qadir")).to_have_count(1)
    asking = Held(page, re.compile("/api/v1/search.*qurat"))
    command_field(page).fill("quibbler qurat")
    command_field(page).press("Enter")
    asking.wait_for()
    expect(menu(page).get_by_role("option", name="Quibble Qadir")).to_have_count(0)
    asking.let_go()
    expect(heading(page, "Quibbler Qurat")).to_be_visible()


def test_a_note_that_is_being_changed_stays_under_ones_hands(demo, browsing):
    customer = demo.new_customer("Editing Edda")
    customer.writes("Hello")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Editing Edda")
    write_note(page, "First words")
    mine = note(page, "First words")
    expect(mine).to_be_visible()
    # Its bubble comes twice, by the answer and by the stream; both are over then.
    page.reload()
    mine.get_by_text("Edit", exact=True).click()
    mine.get_by_role("textbox", name="Note").fill("First words and many more")
    with page.expect_response(re.compile("/messages$")):
        wake_up(page)
    customer.writes("Still there?")
    expect(page.locator(".message", has_text="Still there?")).to_be_visible()
    expect(mine.get_by_role("textbox", name="Note")).to_have_value("First words and many more")
    mine.get_by_role("button", name="Save").click()
    expect(note(page, "First words and many more")).to_contain_text("Edited")


def test_what_was_gone_to_among_quick_replies_stays_chosen_when_more_come(demo, browsing):
    page = open_thread(browsing, demo, demo.new_customer("Picky Paula"))
    # As many as are given at once.
    replies = [{"shortcut": f"reply-{number}", "text": f"Text {number}", "preview": "", "missing": []} for number in range(50)]
    late = [{"shortcut": "reply", "text": "Text", "preview": "", "missing": []}, *replies[:49]]
    page.route(re.compile(r"quick-replies\?find=$"), lambda route: route.fulfill(json={"data": replies}))
    asking = Held(page, re.compile(r"quick-replies\?find=r"))
    field(page).press_sequentially("/r")
    expect(choices(page)).to_have_count(50)
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#quick-replies [aria-selected=true]")
    expect(chosen).to_contain_text("/reply-1")
    asking.wait_for()
    asking.routes[0].fulfill(json={"data": late})
    expect(choices(page).nth(1)).to_contain_text("/reply-0")
    expect(chosen).to_contain_text("/reply-1")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("Text 1")


def test_without_a_connection_one_goes_on_writing_instead_of_choosing_a_template(demo, browsing):
    browsing.allow("ERR_INTERNET_DISCONNECTED|Failed to load resource|Failed to fetch")
    page = open_thread(browsing, demo, demo.new_customer("Cut Off Cora"))
    page.context.set_offline(True)
    press(page, "t")
    expect(toast(page, "No connection to the server").first).to_be_visible()
    expect(field(page)).to_be_visible()
    page.get_by_role("button", name="Record a voice message").click()
    expect(field(page)).to_be_visible()
    page.context.set_offline(False)
    press(page, "t")
    expect(page.locator("#template-picker").get_by_label("Search the templates")).to_be_focused()


def test_who_stays_with_an_unsent_file_stays_at_its_address(demo, browsing):
    _, second = two_conversations(demo, "Back Bella", "Back Boris")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Back Bella")
    choose(page, "Back Boris")
    attach(page, "list.txt")
    expect(page.locator("#tray li")).to_contain_text("list.txt")
    asked = []

    def stay(dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    page.go_back()
    eventually(lambda: page.wait_for_timeout(10) or asked)
    assert "Leave it behind?" in asked[0]
    expect(page).to_have_url(re.compile(f"/{second}"))
    expect(heading(page, "Back Boris")).to_be_visible()
    expect(page.locator("#tray li")).to_contain_text("list.txt")


def test_what_is_written_while_a_conversation_opens_is_in_it(demo, browsing):
    first, second = demo.new_customer("Early Edda"), demo.new_customer("Early Emil")
    for customer in (first, second):
        customer.writes("Hello")
        demo.conversation_with(customer.name)
    page = agent(demo, browsing, DANIEL)
    choose(page, "Early Edda")
    answered = []
    # Read by the server, and still on its way here.
    page.route(re.compile("part=thread"), lambda route: answered.append((route, route.fetch())))
    row(page, "Early Emil").get_by_role("link").click()
    eventually(lambda: page.wait_for_timeout(10) or answered)
    second.writes("One thing more")
    expect(row(page, "Early Emil").locator(".preview")).to_have_text("One thing more")
    [(route, response)] = answered
    route.fulfill(response=response)
    expect(page.get_by_role("heading", name="Early Emil")).to_be_visible()
    expect(page.locator("#messages .message", has_text="One thing more")).to_have_count(1)


def test_the_focus_stays_in_what_was_found_when_it_is_found_anew(demo, browsing):
    page = open_thread(browsing, demo, demo.new_customer("Focus Fritz"))
    press(page, "t")
    picker = page.locator("#template-picker")
    expect(picker.get_by_label("Search the templates")).to_be_focused()
    expect(picker.locator(".picker-results a").first).to_be_visible()
    asking = Held(page, re.compile(r"[?&]q=left"))
    picker.get_by_label("Search the templates").fill("left our")
    asking.wait_for()
    page.keyboard.press("ArrowDown")
    expect(picker.locator(".picker-results a:focus")).to_have_count(1)
    asking.let_go()
    expect(picker.locator(".picker-results li")).to_have_count(1)
    expect(picker.locator(".picker-results a").first).to_be_focused()
