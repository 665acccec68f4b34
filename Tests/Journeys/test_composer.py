"""What makes writing quick: quick replies, drafts that follow the person."""

import datetime
import re

import pytest
from conftest import assert_accessible, eventually, opened, photograph
from playwright.sync_api import Page, expect
from test_outbox import CUT, expect_delivered, open_thread, write

SMALL = (360, 740)


@pytest.fixture
def replies(demo):
    """Some quick replies, while the test runs."""
    texts = {
        "hours": "Hello {contact.firstName|there}, we are open from 9 to 18.",
        "sign": "Kind regards, {agent.firstName} of {workspace.name}",
        "number": "Is {contact.number} still your number, {contact.firstName}?",
    }
    made = [demo.api("POST", "/quick-replies", {"shortcut": name, "text": text}) for name, text in texts.items()]
    yield made
    for reply in made:
        demo.api("DELETE", f"/quick-replies/{reply['id']}")


def field(page: Page):
    return page.get_by_label("Message", exact=True)


def choices(page: Page):
    return page.get_by_role("listbox", name="Quick replies").get_by_role("option")


def saved(page: Page):
    return page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.request.method == "POST")


def test_a_quick_reply_is_found_by_typing_and_written_with_its_places_filled(demo, browsing, replies):
    customer = demo.new_customer("Quick Quinn")
    page = open_thread(browsing, demo, customer)
    field(page).press_sequentially("Yes. /ho")
    expect(choices(page).first).to_contain_text("/hours")
    expect(choices(page).first).to_have_attribute("aria-selected", "true")
    assert field(page).get_attribute("aria-activedescendant") == choices(page).first.get_attribute("id")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("Yes. Hello Quick, we are open from 9 to 18.")
    page.keyboard.press("Enter")
    customer.expect_received("Yes. Hello Quick, we are open from 9 to 18.")
    # A slash inside a word is only a slash, and Escape leaves what was typed.
    field(page).press_sequentially("and/or")
    expect(choices(page)).to_have_count(0)
    field(page).press_sequentially(" /")
    expect(choices(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(choices(page).first).to_be_hidden()
    expect(field(page)).to_have_value("and/or /")
    expect(field(page)).to_be_focused()


def test_the_list_of_quick_replies_goes_by_keys_and_pointer(demo, browsing, replies):
    page = open_thread(browsing, demo, demo.new_customer("List Lola"))
    page.get_by_role("button", name="Quick replies").click()
    expect(field(page)).to_have_value("/")
    expect(choices(page)).to_have_count(3)
    page.keyboard.press("ArrowUp")
    expect(choices(page).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(choices(page).first).to_have_attribute("aria-selected", "true")
    photograph(page, "quick-replies-list")
    assert_accessible(page)
    choices(page).filter(has_text="/sign").click()
    expect(field(page)).to_have_value(re.compile("^Kind regards, .+ of .+"))
    expect(field(page)).to_be_focused()
    field(page).fill("")
    field(page).press_sequentially("/zoo")
    expect(page.get_by_text("No quick reply has this in its shortcut or text.")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    field(page).fill("/")
    expect(choices(page).first).to_be_visible()
    photograph(page, "quick-replies-list-dark")
    assert_accessible(page)


def test_what_nobody_knows_is_selected_and_not_sent(demo, browsing, replies):
    customer = demo.new_customer("12345")
    page = open_thread(browsing, demo, customer)
    field(page).press_sequentially("/num")
    page.keyboard.press("Tab")
    expect(field(page)).to_have_value(re.compile(r"still your number, \{contact.firstName\}\?$"))
    assert field(page).evaluate("(field) => field.value.slice(field.selectionStart, field.selectionEnd)") == "{contact.firstName}"
    photograph(page, "quick-reply-unfilled")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is known for {contact.firstName}")).to_be_visible()
    page.keyboard.type("Sam")
    page.keyboard.press("Enter")
    expect_delivered(page, "still your number, Sam?")
    # Nothing else was sent before.
    eventually(lambda: customer.received)
    assert [text.endswith("still your number, Sam?") for text in customer.received] == [True]


def test_quick_replies_are_made_and_changed_on_their_page(demo, browsing):
    browsing.allow("422")
    page = browsing.page()
    page.goto(f"{demo.url}/app/{demo.workspace}/quick-replies")
    opened(page, "Make a quick reply")
    form = page.locator("details[open]")
    form.get_by_label("Shortcut").fill("Refund policy")
    form.get_by_label("Text").fill("Within 30 days, {contact.nme}.")
    form.get_by_role("button", name="Make the quick reply").click()
    expect(page.get_by_text("A shortcut has 1 to 32 letters")).to_be_visible()
    form.get_by_label("Shortcut").fill("refund")
    form.get_by_role("button", name="Make the quick reply").click()
    expect(page.get_by_text("There is no placeholder {contact.nme}.")).to_be_visible()
    photograph(page, "quick-reply-refused")
    assert_accessible(page)
    form.get_by_label("Text").fill("Within 30 days, <b>{contact.name|dear customer}</b>.")
    form.get_by_role("button", name="Make the quick reply").click()
    expect(page.get_by_text("The quick reply is saved.")).to_be_visible()
    photograph(page, "quick-replies")
    page.get_by_label("Find a quick reply").fill("30 days")
    page.keyboard.press("Enter")
    entry = page.locator("details.quick-reply", has_text="/refund")
    expect(entry).to_have_count(1)
    small = browsing.page(size=SMALL, theme="dark")
    small.goto(f"{demo.url}/app/{demo.workspace}/quick-replies")
    small.locator("details.quick-reply", has_text="/refund").locator("summary").click()
    photograph(small, "quick-replies-small-dark")
    assert_accessible(small)
    assert small.evaluate("document.getElementById('main').scrollWidth <= innerWidth")
    entry.locator("summary").click()
    page.on("dialog", lambda dialog: dialog.accept())
    entry.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The quick reply is gone.")).to_be_visible()


def test_a_draft_follows_the_person_to_another_browser(demo, browsing):
    customer = demo.new_customer("Moving Mona")
    page = open_thread(browsing, demo, customer)
    with saved(page):
        field(page).fill("Half a thought")
    other = browsing.page()
    other.goto(demo.inbox)
    expect(other.locator("#conversations > li", has_text="Moving Mona")).to_contain_text("Draft: Half a thought")
    other.goto(page.url)
    expect(field(other)).to_have_value("Half a thought")
    write(other, "Half a thought, and the rest")
    expect_delivered(other, "and the rest")
    # Sent there, it is gone here too.
    expect(field(page)).to_have_value("")
    other.goto(demo.inbox)
    expect(other.locator("#conversations > li", has_text="Moving Mona")).not_to_contain_text("Draft")


def test_a_draft_that_changed_in_two_browsers_keeps_both(demo, browsing):
    browsing.allow("409")
    page = open_thread(browsing, demo, demo.new_customer("Twofold Tom"))
    other = browsing.page(theme="dark", size=SMALL)
    other.goto(page.url)
    with saved(page):
        field(page).fill("Written at the desk")
    with saved(other):
        field(other).fill("Written on the phone")
    bar = other.get_by_text("This draft was also changed in another browser")
    expect(bar).to_contain_text("Written at the desk")
    photograph(other, "draft-conflict-small-dark")
    assert_accessible(other)
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    other.get_by_role("button", name="Show that one").click()
    expect(field(other)).to_have_value("Written at the desk")
    expect(bar).to_contain_text("Written on the phone")
    other.get_by_role("button", name="Show that one").click()
    with saved(other):
        other.get_by_role("button", name="Keep this one").click()
    expect(bar).to_be_hidden()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(field(page)).to_have_value("Written on the phone")


def test_a_megabyte_stays_in_the_field_and_is_refused_beside_it(demo, browsing):
    customer = demo.new_customer("Mega Max")
    page = open_thread(browsing, demo, customer)
    field(page).evaluate("(field) => { field.value = 'x'.repeat(1_000_000); field.dispatchEvent(new Event('input')); }")
    refusal = page.get_by_text("This is 995,904 characters too long: a message has at most 4,096.")
    expect(refusal).to_be_visible()
    field(page).press("Enter")
    expect(refusal).to_be_visible()
    assert field(page).evaluate("(field) => field.value.length") == 1_000_000
    # A line of a megabyte takes a busy machine long to lay out. The refusal comes with the text, which a script puts back.
    page.reload(wait_until="commit")
    expect(refusal).to_be_visible(timeout=120_000)
    assert field(page).evaluate("(field) => field.value.length") == 1_000_000
    # What is sent after it is all that came.
    write(page, "In short")
    customer.expect_received("In short")


def test_without_a_connection_the_draft_stays_here(demo, browsing):
    browsing.allow(CUT)
    page = open_thread(browsing, demo, demo.new_customer("Tunnel Tina"))
    page.context.set_offline(True)
    # Saved a second later, in vain, and not again for a while.
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/draft")):
        field(page).fill("From the tunnel")
    page.context.set_offline(False)
    with saved(page):
        page.reload()
    expect(field(page)).to_have_value("From the tunnel")


def in_minutes(page: Page, minutes: int) -> str:
    """A moment as the field for it has it, in the zone of the page."""
    return page.evaluate(
        "(minutes) => { const at = new Date(Date.now() + minutes * 60000); at.setMinutes(at.getMinutes() - at.getTimezoneOffset());"
        " return at.toISOString().slice(0, 16); }",
        minutes,
    )


def schedule(page: Page, text: str, choose) -> None:
    field(page).fill(text)
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_role("heading", name="Send it later")).to_be_visible()
    choose(page)


def test_a_message_waits_for_its_time_and_can_be_changed_cancelled_and_sent(demo, browsing):
    customer = demo.new_customer("Later Lara")
    page = open_thread(browsing, demo, customer)
    schedule(page, "See you tomorrow", lambda page: page.get_by_role("button", name="Tomorrow at 9:00").click())
    waiting = page.locator(".message.out", has_text="See you tomorrow")
    expect(waiting.locator(".status")).to_have_text("Scheduled")
    expect(waiting).to_contain_text("Leaves tomorrow 09:00.")
    expect(field(page)).to_have_value("")
    expect(page.locator("#conversations > li", has_text="Later Lara")).to_contain_text("Hello")
    write(page, "For now, goodbye")
    expect_delivered(page, "For now, goodbye")
    # What waits stands below what is said now.
    assert page.locator(".message .body").all_inner_texts()[-1] == "See you tomorrow"
    schedule(page, "In three hours", lambda page: page.get_by_role("button", name="In 3 hours").click())
    sooner = page.locator(".message.out", has_text="In three hours")
    expect(sooner.locator(".status")).to_have_text("Scheduled")
    photograph(page, "scheduled")
    assert_accessible(page)
    waiting.get_by_text("Change").click()
    waiting.get_by_label("Text").fill("See you on Monday")
    photograph(page, "scheduled-change")
    assert_accessible(page)
    waiting.get_by_role("button", name="Save").click()
    changed = page.locator(".message.out", has_text="See you on Monday")
    expect(changed).to_contain_text("Leaves tomorrow 09:00.")
    sooner.get_by_role("button", name="Cancel").click()
    expect(sooner).to_contain_text("Cancelled before it was sent.")
    changed.get_by_role("button", name="Send now").click()
    expect_delivered(page, "See you on Monday")
    customer.expect_received("For now, goodbye", "See you on Monday")
    # Its details still tell that it had been scheduled, and those of the other don't.
    for text, count in (("See you on Monday", 1), ("For now, goodbye", 0)):
        bubble = page.locator(".message.out", has_text=text)
        # Nothing more comes that would put another bubble in its place.
        expect(bubble.locator(".status")).to_have_text(re.compile("Delivered|Cancelled|Read"))
        bubble.hover()
        bubble.get_by_role("button", name="What to do with this message").click()
        page.get_by_role("button", name="Details", exact=True).click()
        sheet = page.get_by_role("dialog", name="Message")
        expect(sheet.get_by_text("Accepted", exact=True)).to_be_visible()
        expect(sheet.get_by_text("Scheduled", exact=True)).to_have_count(count)
        sheet.get_by_role("button", name="Close").click()


def test_it_leaves_by_itself_when_its_time_has_come(demo, browsing):
    customer = demo.new_customer("Timely Timo")
    customer.writes("Hello")
    conversation = demo.api("GET", f"/conversations/{demo.conversation_with('Timely Timo')}")
    soon = demo.api(
        "POST",
        "/messages",
        {
            "sender": conversation["sender"],
            "to": {"contact": conversation["contact"]["id"]},
            "text": {"body": "Right on time"},
            "sendAt": in_seconds(5),
        },
    )
    assert soon["status"] == "scheduled"
    customer.expect_received("Right on time")
    assert demo.api("GET", f"/messages/{soon['id']}")["sendAt"] is None


def in_seconds(seconds: float) -> str:
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_time_that_is_over_or_a_message_without_words_is_said_beside_the_field(demo, browsing):
    page = open_thread(browsing, demo, demo.new_customer("Past Paul"))
    schedule(page, "", lambda page: page.get_by_role("button", name="In 3 hours").click())
    expect(page.get_by_text("Write the message first")).to_be_visible()
    page.keyboard.press("Escape")

    def choose(page):
        page.get_by_label("At a moment of your choice").fill(in_minutes(page, -5))
        # Enter in the field chooses the moment; it never sends at once.
        page.keyboard.press("Enter")

    schedule(page, "Too late", choose)
    expect(page.get_by_text("Choose a time that is still to come")).to_be_visible()
    photograph(page, "later-refused")
    assert_accessible(page)
    expect(page.locator(".message.out")).to_have_count(0)
    page.get_by_label("At a moment of your choice").fill(in_minutes(page, 30 * 60))
    page.get_by_role("button", name="Schedule").click()
    expect(page.locator(".message.out", has_text="Too late")).to_contain_text("The reply window will be closed by then")
    small = browsing.page(size=SMALL, theme="dark")
    small.goto(page.url)
    expect(small.locator(".message.out", has_text="Too late")).to_be_visible()
    photograph(small, "scheduled-small-dark")
    small.get_by_role("button", name="Later").click()
    photograph(small, "later-small-dark")
    assert_accessible(small)
    assert small.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_later_works_without_scripts(demo, browsing):
    customer = demo.new_customer("Plain Pia")
    page = open_thread(browsing, demo, customer)
    plain = browsing.page(scripts=False)
    plain.goto(page.url)
    plain.get_by_label("Message", exact=True).fill("By a form")
    plain.get_by_role("button", name="Later").click()
    plain.get_by_role("button", name="Tomorrow at 9:00").click()
    bubble = plain.locator(".message.out", has_text="By a form")
    expect(bubble).to_contain_text("Leaves tomorrow 09:00.")
    bubble.get_by_role("button", name="Cancel").click()
    expect(bubble).to_contain_text("Cancelled before it was sent.")


def picker(page: Page):
    return page.get_by_role("dialog", name="Emoji")


def test_an_emoji_is_found_by_its_name_and_written_at_the_caret(demo, browsing):
    customer = demo.new_customer("Emoji Emma")
    page = open_thread(browsing, demo, customer)
    field(page).fill("Good morning")
    page.keyboard.press("Home")
    page.get_by_role("button", name="Emoji", exact=True).click()
    expect(picker(page).get_by_role("option").first).to_be_visible()
    expect(picker(page).get_by_label("Find an emoji")).to_be_focused()
    photograph(page, "emoji")
    assert_accessible(page)
    page.keyboard.type("sun with")
    expect(picker(page).get_by_role("option").first).to_have_attribute("aria-label", "sun with face")
    page.keyboard.press("Enter")
    expect(picker(page)).to_be_hidden()
    expect(field(page)).to_have_value("🌞Good morning")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Enter")
    customer.expect_received("🌞Good morning")
    # It is among those used lately now, and the arrows walk the grid.
    page.get_by_role("button", name="Emoji", exact=True).click()
    expect(picker(page).get_by_text("Used lately")).to_be_visible()
    expect(picker(page).get_by_role("option")).to_have_count(1)
    picker(page).get_by_role("button", name="Food & Drink").click()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    expect(picker(page).get_by_role("option").nth(9)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(picker(page)).to_be_hidden()
    small = browsing.page(size=SMALL, theme="dark")
    small.goto(page.url)
    small.get_by_role("button", name="Emoji", exact=True).click()
    picker(small).get_by_role("button", name="Animals & Nature").click()
    photograph(small, "emoji-small-dark")
    assert_accessible(small)
    box = picker(small).bounding_box()
    assert box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= SMALL[0] and box["y"] + box["height"] <= SMALL[1]


def test_any_emoji_is_a_reaction(demo, browsing):
    page = open_thread(browsing, demo, demo.new_customer("React Rita"))
    bubble = page.locator(".message.in", has_text="Hello")
    bubble.hover()
    bubble.get_by_role("button", name="What to do with this message").click()
    page.get_by_role("button", name="React with another emoji").click()
    picker(page).get_by_label("Find an emoji").fill("pizza")
    picker(page).get_by_role("option", name="slice of pizza").click()
    expect(bubble.get_by_role("list", name="Reactions")).to_contain_text("🍕")
