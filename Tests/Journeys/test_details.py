"""What was done with a conversation, as lines in its thread, and the details beside it."""

import base64
import json
import re
import urllib.request

import pytest
from conftest import NARROW, WIDE, assert_accessible, photograph
from playwright.sync_api import Page, expect
from test_commands import do
from test_pages import NOTE_SHIFTS
from test_teamwork import DANIEL, PRIYA, agent, assign, choose, row

MIDDLE = (1024, 768)


def press(page: Page, *keys: str) -> None:
    page.locator("#messages").focus()
    for key in keys:
        page.keyboard.press(key)


def lines(page: Page):
    return page.locator("#messages .activity")


def details(page: Page):
    return page.get_by_role("complementary", name="Details")


def part(page: Page, name: str):
    return details(page).locator(f"[data-part={name}]")


def button(page: Page):
    return page.locator("#show-details")


def test_what_one_does_the_other_sees_as_a_line_without_a_reload(demo, browsing):
    demo.new_customer("Line Lina").writes("Who helps me?")
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA, theme="dark")
    choose(daniel, "Line Lina")
    choose(priya, "Line Lina")
    expect(lines(priya)).to_have_count(0)
    assign(priya, "Daniel Reyes")
    expect(lines(daniel)).to_have_count(1)
    expect(lines(daniel)).to_contain_text("Priya Nair assigned this to you")
    expect(lines(priya)).to_contain_text("You assigned this to Daniel Reyes")
    # Who doesn't see it hears of it, once, from others and not of themselves.
    expect(daniel.locator("#arrivals")).to_have_text("Priya Nair assigned this to you")
    expect(priya.locator("#arrivals")).not_to_contain_text("assigned")
    # More of it, soon after, goes into the same line.
    press(priya, "e")
    expect(lines(daniel)).to_have_count(1)
    expect(lines(daniel)).to_contain_text("Priya Nair assigned this to you and closed this")
    # What another does is a line of its own, and so is what comes after something was said.
    expect(daniel.get_by_role("button", name="Reopen the conversation")).to_be_visible()
    press(daniel, "e")
    expect(lines(priya)).to_have_count(2)
    expect(lines(priya).last).to_contain_text("Daniel Reyes reopened this")
    demo.api("POST", f"/conversations/{demo.conversation_with('Line Lina')}/notes", {"text": "She calls back"})
    expect(daniel.locator("#messages").get_by_text("She calls back")).to_be_visible()
    press(daniel, "s")
    daniel.locator("#snoozing").get_by_role("button", name="Tomorrow").first.click()
    expect(lines(priya)).to_have_count(3)
    expect(lines(priya).last).to_contain_text("Daniel Reyes snoozed this until tomorrow")
    kinds = "elements => elements.map((element) => element.classList.contains('activity') ? 'line' : 'message')"
    order = ["message", "line", "line", "message", "line"]
    for page in (daniel, priya):
        expect(page.locator("#messages > [data-message]")).to_have_count(len(order))
        assert page.locator("#messages > [data-message]").evaluate_all(kinds) == order
    photograph(daniel, "activity")
    photograph(priya, "activity-dark")
    assert_accessible(daniel)
    assert_accessible(priya)
    # Just so from the server.
    told = lines(daniel).all_inner_texts()
    daniel.reload()
    expect(daniel.locator("#messages > [data-message]")).to_have_count(len(order))
    expect(lines(daniel)).to_have_count(3)
    assert lines(daniel).all_inner_texts() == told
    assert daniel.locator("#messages > [data-message]").evaluate_all(kinds) == order
    kinds_told = [deed["kind"] for deed in demo.api("GET", f"/conversations/{demo.conversation_with('Line Lina')}/activity")["data"]]
    assert kinds_told == ["snoozed", "reopened", "closed", "assigned"]


def a_full_conversation(demo, name: str) -> str:
    """The id of one with notes, labels and a long activity."""
    customer = demo.new_customer(name)
    customer.writes("Hello there")
    identifier = demo.conversation_with(name)
    picture = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    for number in range(2):
        send_file(demo, identifier, f"picture-{number}.png", "image/png", picture, "image")
    send_file(demo, identifier, "Invoice 2026-11.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n", "document")
    for number in range(2):
        demo.api("POST", f"/conversations/{identifier}/notes", {"text": f"Note number {number}"})
    for _ in range(9):
        demo.api("POST", f"/conversations/{identifier}/closure")
        demo.api("DELETE", f"/conversations/{identifier}/closure")
    return identifier


def send_file(demo, conversation: str, filename: str, mime: str, data: bytes, kind: str) -> None:
    request = urllib.request.Request(
        f"{demo.url}/api/v1/media?filename={filename.replace(' ', '%20')}",
        data,
        {"Content-Type": mime, "Authorization": f"Bearer {demo.key}"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        media = json.loads(answer.read())["id"]
    found = demo.api("GET", f"/conversations/{conversation}")
    demo.api(
        "POST", "/messages", {"sender": found["sender"], "to": {"contact": found["contact"]["id"]}, "media": {"kind": kind, "id": media}}
    )


def test_the_details_stand_beside_the_thread_follow_what_happens_and_stay(demo, browsing):
    identifier = a_full_conversation(demo, "Beside Bea")
    daniel = agent(demo, browsing, DANIEL)
    daniel.add_init_script(NOTE_SHIFTS)
    asked = []
    daniel.on("request", lambda request: asked.append(request.url) if request.url.endswith("/details") else None)
    daniel.goto(f"{demo.inbox}/{identifier}")
    expect(button(daniel)).to_have_attribute("aria-expanded", "false")
    expect(details(daniel)).to_be_hidden()
    expect(lines(daniel).first).to_be_visible()
    # Nothing is asked for that nobody wants to see.
    assert asked == []
    press(daniel, "]")
    expect(button(daniel)).to_have_attribute("aria-expanded", "true")
    expect(part(daniel, "person")).to_contain_text("Beside Bea")
    expect(part(daniel, "facts")).to_contain_text("Nobody")
    expect(part(daniel, "notes").get_by_role("link")).to_have_count(2)
    expect(part(daniel, "files").locator("img")).to_have_count(2)
    expect(part(daniel, "files").get_by_role("link", name="Invoice 2026-11.pdf")).to_be_visible()
    expect(part(daniel, "others")).to_contain_text("There is no other conversation")
    # It follows.
    priya = agent(demo, browsing, PRIYA)
    choose(priya, "Beside Bea")
    assign(priya, "Daniel Reyes")
    expect(part(daniel, "facts")).to_contain_text("You")
    expect(part(daniel, "activity").get_by_role("listitem").first).to_contain_text("Priya Nair assigned this to you")
    # Earlier ones come below, and stay when something new comes on top.
    rows = part(daniel, "activity").get_by_role("listitem")
    expect(rows).to_have_count(15)
    daniel.get_by_role("link", name="Show earlier activity").click()
    expect(rows).to_have_count(19)
    press(priya, "e")
    expect(rows).to_have_count(20)
    expect(rows.first).to_contain_text("Priya Nair closed this")
    photograph(daniel, "details")
    assert_accessible(daniel)
    # The next conversation has them too, and so has the next page, without anything moving.
    demo.new_customer("Column Cleo").writes("Hi")
    # Their name stands in both by then.
    row(daniel, "Column Cleo").get_by_role("link").click()
    expect(daniel.locator("#main").get_by_role("heading", name="Column Cleo")).to_be_visible()
    expect(part(daniel, "person")).to_contain_text("Column Cleo")
    daniel.goto(f"{demo.inbox}/{identifier}")
    expect(part(daniel, "person")).to_contain_text("Beside Bea")
    daniel.wait_for_load_state("networkidle")
    shifts = daniel.evaluate("window.shifts")
    assert sum(shift["value"] for shift in shifts) <= 0.05, shifts
    daniel.get_by_role("button", name="Close the details").click()
    expect(details(daniel)).to_be_hidden()
    expect(button(daniel)).to_be_focused()
    daniel.reload()
    expect(button(daniel)).to_have_attribute("aria-expanded", "false")
    expect(details(daniel)).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_a_narrower_window_they_slide_over_and_escape_leads_back(demo, browsing, theme):
    identifier = a_full_conversation(demo, f"Slider Sven {theme}")
    page = agent(demo, browsing, DANIEL, theme=theme, size=MIDDLE)
    page.goto(f"{demo.inbox}/{identifier}")
    width = page.locator("#messages").bounding_box()["width"]
    button(page).focus()
    page.keyboard.press("Enter")
    expect(details(page)).to_be_focused()
    expect(part(page, "notes")).to_contain_text("Note number 1")
    # Over the thread, which stays as it is.
    assert page.locator("#messages").bounding_box()["width"] == width
    photograph(page, f"details-over-{theme}")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(details(page)).to_be_hidden()
    expect(button(page)).to_be_focused()
    # By the command menu too, and a note leads to its place.
    do(page, "show the details")
    part(page, "notes").get_by_role("link", name=re.compile("Note number 0")).click()
    expect(details(page)).to_be_hidden()
    expect(page.locator("#messages .note", has_text="Note number 0")).to_be_in_viewport()
    expect(page.locator("#messages .note", has_text="Note number 0")).to_have_class(re.compile("found"))
    # What slid over doesn't come back by itself.
    page.reload()
    expect(button(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Show or hide the details")


def test_on_a_phone_they_are_a_pane_of_their_own_with_a_way_back(demo, browsing):
    identifier = a_full_conversation(demo, "Pane Petra")
    page = agent(demo, browsing, PRIYA, size=NARROW, touch=True)
    page.goto(f"{demo.inbox}/{identifier}")
    button(page).click()
    expect(part(page, "person")).to_contain_text("Pane Petra")
    expect(page.locator("#messages")).to_be_hidden()
    photograph(page, "details-phone")
    assert_accessible(page)
    page.get_by_role("button", name="Back to the messages").click()
    expect(page.locator("#messages")).to_be_visible()
    expect(button(page)).to_be_focused()
    photograph(page, "activity-phone")


def test_without_scripts_they_are_a_page(demo, browsing):
    identifier = a_full_conversation(demo, "Sheet Saul")
    page = browsing.page(scripts=False)
    page.goto(f"{demo.inbox}/{identifier}")
    expect(lines(page).first).to_be_visible()
    button(page).click()
    expect(page.get_by_role("heading", name="Details: Sheet Saul")).to_be_visible()
    rows = page.locator(".deeds li")
    expect(rows).to_have_count(15)
    page.get_by_role("link", name="Show earlier activity").click()
    expect(rows).to_have_count(3)
    page.get_by_role("link", name="Back to the conversation").click()
    expect(lines(page).first).to_be_visible()


def test_from_right_to_left_the_column_stands_on_the_other_side(demo, browsing):
    identifier = a_full_conversation(demo, "نورة القحطاني")
    page = agent(demo, browsing, DANIEL, size=WIDE)
    page.goto(f"{demo.inbox}/{identifier}")
    press(page, "]")
    expect(part(page, "person")).to_contain_text("نورة القحطاني")
    page.evaluate("document.documentElement.dir = 'rtl'")
    box, thread = page.locator("#details").bounding_box(), page.locator("#main").bounding_box()
    assert box["x"] < thread["x"] and box["width"] == 320
    photograph(page, "details-right-to-left")
    page.evaluate("document.documentElement.dir = 'ltr'")
    press(page, "]")
    expect(details(page)).to_be_hidden()
