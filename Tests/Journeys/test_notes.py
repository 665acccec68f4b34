"""Notes: what colleagues tell each other in a conversation, and whom they call by it."""

from conftest import NARROW, assert_accessible, photograph
from playwright.sync_api import Page, expect
from test_teamwork import DANIEL, PRIYA, agent, choose


def write_note(page: Page, text: str) -> None:
    page.get_by_role("radio", name="Note").check(force=True)
    page.get_by_role("textbox", name="Note for colleagues").fill(text)
    page.get_by_role("textbox", name="Note for colleagues").press("Enter")


def note(page: Page, text: str):
    return page.locator(".message.note", has_text=text)


def test_a_note_calls_a_colleague_reaches_their_open_page_and_never_the_customer(demo, browsing):
    customer = demo.new_customer("Note Nora")
    customer.writes("Where is my parcel?")
    daniel = agent(demo, browsing, DANIEL)
    priya = agent(demo, browsing, PRIYA)
    choose(daniel, "Note Nora")
    choose(priya, "Note Nora")

    daniel.locator("#messages").focus()
    daniel.keyboard.press("n")
    field = daniel.get_by_role("textbox", name="Note for colleagues")
    expect(field).to_be_focused()
    field.press_sequentially("@pri")
    expect(daniel.get_by_role("option")).to_have_count(1)
    photograph(daniel, "note-mention")
    assert_accessible(daniel)
    field.press("Enter")
    expect(daniel.get_by_role("option")).to_have_count(0)
    field.press_sequentially("please ask *the depot*")
    field.press("Enter")
    expect(field).to_have_value("")
    expect(note(daniel, "please ask the depot")).to_be_visible()
    # At once at the other's, who is told that it is for her.
    expect(note(priya, "please ask the depot")).to_be_visible()
    expect(note(priya, "please ask the depot").get_by_text("Calls you")).to_be_visible()
    expect(note(priya, "please ask the depot").locator(".body b")).to_have_text("@Priya Nair")
    expect(note(priya, "please ask the depot").get_by_role("button", name="Delete")).to_have_count(0)
    photograph(priya, "note")
    assert_accessible(priya)

    mine = note(daniel, "please ask the depot")
    mine.get_by_text("Edit", exact=True).click()
    mine.get_by_role("textbox", name="Note").fill("The depot has it")
    mine.get_by_role("button", name="Save").click()
    expect(note(priya, "The depot has it")).to_contain_text("Edited")
    # Back to the customer: an answer goes, the note never does.
    daniel.get_by_role("radio", name="Reply").check(force=True)
    daniel.get_by_role("textbox", name="Message").fill("It comes tomorrow")
    daniel.keyboard.press("Enter")
    customer.expect_received("It comes tomorrow")

    daniel.on("dialog", lambda dialog: dialog.accept())
    note(daniel, "The depot has it").get_by_role("button", name="Delete").click()
    expect(note(daniel, "The depot has it")).to_have_count(0)
    expect(note(priya, "The depot has it")).to_have_count(0)


def test_a_note_can_be_written_when_the_window_is_shut_and_on_a_phone_in_the_dark(demo, browsing):
    page = agent(demo, browsing, DANIEL, theme="dark", size=NARROW)
    template = {"name": "hello_world", "language": "en_US"}
    shut = demo.api("POST", "/messages", {"sender": demo.senders[0]["id"], "to": "+34600000987", "template": template})["conversation"]
    page.goto(f"{demo.inbox}/{shut}")
    write_note(page, "Call them by phone")
    expect(note(page, "Call them by phone")).to_be_visible()
    photograph(page, "note-phone-dark")
    assert_accessible(page)


def test_a_note_that_is_refused_stays_where_it_was_written(demo, browsing):
    browsing.allow("422")
    demo.new_customer("Note Nils").writes("Hi")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Note Nils")
    write_note(page, "x" * 4097)
    expect(page.get_by_text("4096 is the most")).to_be_visible()
    field = page.get_by_role("textbox", name="Note for colleagues")
    expect(field).to_have_value("x" * 4097)
    # It is still there after a reload, like any draft.
    page.reload()
    page.get_by_role("radio", name="Note").check(force=True)
    expect(field).to_have_value("x" * 4097)


def test_notes_are_written_without_scripts(demo, browsing):
    demo.new_customer("Note Nadia").writes("Hi")
    identifier = demo.conversation_with("Note Nadia")
    page = browsing.page(scripts=False)
    page.goto(f"{demo.inbox}/{identifier}")
    page.get_by_role("radio", name="Note").check(force=True)
    page.get_by_role("textbox", name="Note for colleagues").fill("By form")
    page.get_by_role("button", name="Save the note").click()
    expect(note(page, "By form")).to_be_visible()
