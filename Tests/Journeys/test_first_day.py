"""What a person meets on the first day, and would be annoyed by if it went wrong: at each width, with files, views and half-written texts."""

import re

import pytest
from conftest import WIDE, opened, photograph
from playwright.sync_api import Page, expect
from test_outbox import write

MIDDLE = (900, 800)
SMALL = (360, 740)


def field(page: Page):
    return page.get_by_label("Message", exact=True)


def open_thread(browsing, demo, customer, size=WIDE) -> Page:
    customer.writes("Hello")
    # Fingers need wider buttons.
    page = browsing.page(size=size, touch=size == SMALL)
    page.goto(f"{demo.inbox}/{demo.conversation_with(customer.name)}")
    expect(page.locator(".message", has_text="Hello")).to_be_visible()
    return page


def is_inside(page: Page, selector: str) -> bool:
    """Whether all of these that are seen lie within the window."""
    return page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)].every((element) => {
            const { left, right, width } = element.getBoundingClientRect();
            return width === 0 || (left >= 0 && right <= innerWidth);
        })""",
        selector,
    )


@pytest.mark.parametrize("size", [MIDDLE, SMALL], ids=["middle", "small"])
def test_who_writes_can_be_read_at_any_width(demo, browsing, size):
    page = open_thread(browsing, demo, demo.new_customer(f"Greta {size[0]}"), size=size)
    name = page.locator(".who h2")
    expect(name).to_have_text(f"Greta {size[0]}")
    assert name.evaluate("(heading) => heading.scrollWidth <= heading.clientWidth"), "The name is cut off."
    assert is_inside(page, ".thread > header button")
    photograph(page, f"head-{size[0]}")


def test_a_moment_to_snooze_until_fits_on_a_phone(demo, browsing):
    page = open_thread(browsing, demo, demo.new_customer("Phone Phil"), size=SMALL)
    page.get_by_role("button", name="More", exact=True).click()
    expect(page.get_by_label("Another time")).to_be_visible()
    assert is_inside(page, "#more-sheet :is(button, input)")
    photograph(page, "more-small")


def test_a_file_that_is_refused_says_why_in_few_words(demo, browsing):
    browsing.allow("422")
    page = open_thread(browsing, demo, demo.new_customer("File Fay"))
    page.locator("#files").set_input_files({"name": "setup.exe", "mimeType": "application/octet-stream", "buffer": b"MZ" + bytes(200)})
    said = page.locator("#tray .state")
    expect(said).to_contain_text("WhatsApp doesn't take this kind of file")
    expect(said).to_contain_text("JPG, PNG")
    expect(page.locator("#tray li")).to_have_css("width", "420px")
    # What is said of it lies over the list, and the buttons for writing stay free.
    write(page, "With a file")
    toast = page.locator(".toast").bounding_box()
    composer = page.locator("#composer").bounding_box()
    assert toast["x"] + toast["width"] <= composer["x"]
    photograph(page, "file-refused")
    page.get_by_role("button", name="Remove setup.exe").click()


def test_a_toast_on_a_phone_leaves_the_composer_free(demo, browsing):
    browsing.allow("422")
    page = open_thread(browsing, demo, demo.new_customer("Toast Tom"), size=SMALL)
    page.locator("#files").set_input_files({"name": "setup.exe", "mimeType": "application/octet-stream", "buffer": b"MZ" + bytes(200)})
    expect(page.locator("#tray .broken")).to_be_visible()
    # Enter makes a line on a phone.
    field(page).fill("With a file")
    page.get_by_role("button", name="Send", exact=True).click()
    toast = page.locator(".toast").bounding_box()
    assert toast["y"] + toast["height"] <= page.locator("#composer").bounding_box()["y"]
    photograph(page, "toast-small")
    page.get_by_role("button", name="Remove setup.exe").click()


def test_why_a_conversation_is_not_among_the_open_ones_stands_in_its_head(demo, browsing):
    page = open_thread(browsing, demo, demo.new_customer("Snooze Sue"))
    state = page.locator("#thread-labels .chip.state")
    expect(state).to_have_count(0)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name=re.compile("^Tomorrow")).first.click()
    expect(state).to_have_text(re.compile("^Until tomorrow"))
    page.reload()
    expect(state).to_have_text(re.compile("^Until tomorrow"))
    photograph(page, "snoozed-head")
    page.get_by_role("button", name="Reopen").click()
    expect(state).to_have_count(0)
    page.get_by_role("button", name="Close the conversation").click()
    expect(state).to_have_text("Closed")


LONG = "A name that goes on and on and on, and then some"


def test_a_name_that_is_too_long_is_refused_beside_its_field_and_stays(demo, browsing):
    browsing.allow("422")
    page = browsing.page()
    settings = f"{demo.url}/app/{demo.workspace}/settings"
    page.goto(f"{settings}/labels")
    label = opened(page, "Make a label")
    label.get_by_label("Name").fill(LONG)
    label.get_by_role("button", name="Make the label").click()
    expect(label.get_by_text(f"The name has {len(LONG)} characters, and 40 is the most.")).to_be_visible()
    expect(label.get_by_label("Name")).to_have_value(LONG)
    page.goto(f"{settings}/people")
    page.get_by_text("Make a team").first.click()
    team = page.locator("details.team").last
    team.get_by_label("Name").fill(LONG * 2)
    team.get_by_role("button", name="Make the team").click()
    expect(page.get_by_text(f"The name has {len(LONG * 2)} characters, and 60 is the most.")).to_be_visible()
    expect(team.get_by_label("Name")).to_have_value(LONG * 2)
    page.goto(demo.inbox)
    page.get_by_role("button", name="Filter").click()
    view = page.get_by_label("Save what the list shows now")
    view.fill(LONG)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#view-error")).to_have_text(f"The name has {len(LONG)} characters, and 40 is the most.")
    expect(view).to_have_value(LONG)


@pytest.mark.parametrize("view", ["closed", "archived", "all"])
def test_the_chosen_view_is_seen(demo, browsing, view):
    page = browsing.page()
    page.goto(f"{demo.inbox}?view={view}")
    chosen = page.locator(".views [aria-current=page]").bounding_box()
    views = page.locator(".views").bounding_box()
    assert chosen["x"] + chosen["width"] <= views["x"] + views["width"]


def test_every_tab_of_the_settings_is_seen_on_a_phone(demo, browsing):
    page = browsing.page(size=SMALL)
    page.goto(f"{demo.url}/app/{demo.workspace}/settings/sessions")
    expect(page.locator(".tabs a").last).to_have_text("Sessions")
    assert is_inside(page, ".tabs a")
    photograph(page, "settings-small")


def test_a_draft_is_gone_on_with_at_its_end(demo, browsing):
    page = open_thread(browsing, demo, demo.new_customer("Draft Dora"))
    with page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.request.method == "POST"):
        field(page).fill("Half of it")
    page.reload()
    expect(field(page)).to_have_value("Half of it")
    field(page).focus()
    page.keyboard.type(", and the rest")
    expect(field(page)).to_have_value("Half of it, and the rest")
    field(page).fill("")


def test_a_note_is_saved_by_enter_with_and_without_control(demo, browsing):
    page = open_thread(browsing, demo, demo.new_customer("Note Ned"))
    page.get_by_text("Note", exact=True).click()
    for keys, text in [("Enter", "One way"), ("Control+Enter", "The other way")]:
        page.get_by_label("Note for colleagues").fill(text)
        page.keyboard.press(keys)
        expect(page.locator(".note", has_text=text)).to_be_visible()
        expect(page.get_by_label("Note for colleagues")).to_have_value("")


def test_enter_with_control_sends_too(demo, browsing):
    customer = demo.new_customer("Control Carl")
    page = open_thread(browsing, demo, customer)
    field(page).fill("Sent by a habit")
    page.keyboard.press("Control+Enter")
    customer.expect_received("Sent by a habit")


def test_what_saves_a_note_stands_beside_it_on_a_phone(demo, browsing):
    page = open_thread(browsing, demo, demo.new_customer("Note Nan"), size=SMALL)
    page.get_by_text("Note", exact=True).click()
    written = page.get_by_label("Note for colleagues").bounding_box()
    button = page.get_by_role("button", name="Save the note").bounding_box()
    assert button["x"] >= written["x"] + written["width"]
    assert is_inside(page, "#noting button")
    photograph(page, "note-small")


def test_the_line_above_what_is_new_goes_with_the_answer(demo, browsing):
    page = open_thread(browsing, demo, demo.new_customer("New Nick"))
    expect(page.locator(".unread-line")).to_be_visible()
    write(page, "An answer")
    expect(page.locator(".unread-line")).to_have_count(0)


def test_who_has_not_come_in_yet_is_told_apart(demo, browsing):
    page = browsing.page()
    page.goto(f"{demo.url}/app/{demo.workspace}/settings/people")
    page.get_by_label("Name", exact=True).first.fill("Vera Invited")
    page.get_by_label("E-mail", exact=True).fill("vera@acme.example")
    page.get_by_role("button", name="Add", exact=True).click()
    person = page.locator(".people li", has_text="Vera Invited")
    expect(person).to_contain_text("Invited")
    expect(page.locator(".people li", has_text="You")).not_to_contain_text("Invited")
    photograph(page, "people-invited")
    member = next(one for one in demo.api("GET", "/members")["data"] if one["name"] == "Vera Invited")
    assert member["invited"]
    demo.api("DELETE", f"/members/{member['id']}")
