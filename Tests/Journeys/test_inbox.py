"""What an agent does all day: choosing, reading, closing, attaching, reacting, by pointer and by keys."""

import re

from conftest import NARROW, assert_accessible, photograph
from playwright.sync_api import Page, expect

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a730000001649444154789c63f8cfc0c0f09f818181e13f03030300"
    "1df802fe7f4b0a2e0000000049454e44ae426082"
)


def open_inbox(browsing, demo, **options) -> Page:
    page = browsing.page(**options)
    page.goto(demo.inbox)
    return page


def choose(page: Page, name: str) -> None:
    page.get_by_role("link", name=re.compile(name)).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_every_kind_of_message_has_its_bubble(demo, browsing):
    customer = demo.new_customer("Kinds Kira")
    customer.writes("See https://example.com/a?b=1 *now*")
    customer.sends(
        {"type": "location", "location": {"latitude": 53.5461, "longitude": 9.9667, "name": "Lighthouse", "address": "Harbour Street 5"}}
    )
    customer.sends(
        {
            "type": "contacts",
            "contacts": [{"name": {"formatted_name": "Pau Vila", "first_name": "Pau"}, "phones": [{"phone": "+34600999888"}]}],
        }
    )
    page = open_inbox(browsing, demo)
    choose(page, "Kinds Kira")
    link = page.locator(".message").get_by_role("link", name="https://example.com/a?b=1")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(page.get_by_role("link", name="Show on a map")).to_be_visible()
    expect(page.locator(".panel", has_text="Pau Vila")).to_contain_text("+34 600 99 98 88")
    photograph(page, "bubbles")
    assert_accessible(page)


def test_closing_takes_a_conversation_out_of_the_list_and_writing_brings_it_back(demo, browsing):
    customer = demo.new_customer("Closing Clara")
    customer.writes("That was all")
    page = open_inbox(browsing, demo)
    choose(page, "Closing Clara")
    row = page.locator("#conversations > li", has_text="Closing Clara")
    page.get_by_role("button", name="Close the conversation").click()
    expect(page.get_by_role("button", name="Reopen the conversation")).to_be_visible()
    expect(row).to_have_count(0)
    customer.writes("One more thing")
    expect(row).to_have_count(1)
    expect(page.get_by_role("button", name="Close the conversation")).to_be_visible()


def test_keys_go_through_conversations(demo, browsing):
    for name in ["Keys Kurt", "Keys Lola", "Keys Mona"]:
        demo.new_customer(name).writes("Hi")
        demo.conversation_with(name)
    page = open_inbox(browsing, demo)
    expect(page.locator("#conversations > li").first).to_contain_text("Keys Mona")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Keys Mona")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Keys Lola")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("jk is text here")
    expect(page.get_by_label("Message", exact=True)).to_have_value("jk is text here")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_role("heading", name="Keys Kurt")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="Keys Lola")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard")).to_be_visible()
    photograph(page, "keys")
    assert_accessible(page)
    # Without single keys there are none at all, and another way to the sheet that has the choice.
    page.get_by_label("Single keys work outside of fields").uncheck()
    page.keyboard.press("Escape")
    for key in ["?", "j"]:
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Keyboard")).to_be_hidden()
    expect(page.get_by_role("heading", name="Keys Lola")).to_be_visible()
    page.get_by_role("button", name=re.compile("account menu")).click()
    photograph(page, "account-menu-inbox")
    page.get_by_role("button", name="Keyboard", exact=True).click()
    expect(page.get_by_role("heading", name="Keyboard")).to_be_visible()
    expect(page.get_by_role("button", name="Keyboard", exact=True)).to_be_hidden()
    page.get_by_label("Single keys work outside of fields").check()
    page.keyboard.press("Escape")
    page.go_back()
    expect(page.get_by_role("heading", name="Keys Kurt")).to_be_visible()


def test_a_reply_quotes_and_a_reaction_shows_on_both_sides(demo, browsing):
    customer = demo.new_customer("Quoting Quirin")
    customer.writes("Do you have it in blue?")
    page = open_inbox(browsing, demo)
    choose(page, "Quoting Quirin")
    question = page.locator(".message.in", has_text="Do you have it in blue?")
    question.hover()
    question.get_by_role("button", name="What to do with this message").click()
    photograph(page, "message-menu")
    assert_accessible(page)
    page.get_by_role("button", name="React with ❤️").click()
    expect(question.locator(".reactions")).to_contain_text("❤️")

    question.hover()
    question.get_by_role("button", name="What to do with this message").click()
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator("#answering")).to_contain_text("Do you have it in blue?")
    page.keyboard.type("In two blues even")
    page.keyboard.press("Enter")
    answer = page.locator(".message.out", has_text="In two blues even")
    expect(answer.locator(".quote")).to_contain_text("Do you have it in blue?")
    expect(answer.locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))
    expect(page.locator("#answering")).to_be_hidden()


def test_a_picture_is_sent_with_its_caption(demo, browsing):
    customer = demo.new_customer("Picture Pia")
    customer.writes("Show me")
    page = open_inbox(browsing, demo)
    choose(page, "Picture Pia")
    page.locator("#files").set_input_files({"name": "box.png", "mimeType": "image/png", "buffer": PICTURE})
    expect(page.locator("#tray li")).to_contain_text("box.png")
    expect(page.locator("#tray li .state")).to_contain_text("kB")
    page.get_by_label("Message", exact=True).fill("The box")
    page.get_by_role("button", name="Send").click()
    bubble = page.locator(".message.out", has_text="The box")
    expect(bubble.locator(".picture img")).to_be_visible()
    expect(bubble.locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))
    expect(page.locator("#tray li")).to_have_count(0)
    bubble.locator(".picture").click()
    expect(page.locator("#viewer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()


def test_the_thread_stays_where_it_is_read(demo, browsing):
    customer = demo.new_customer("Scrolling Sven")
    for number in range(60):
        customer.writes(f"Message {number}")
    customer.expect_arrived("Message 59")
    page = open_inbox(browsing, demo)
    choose(page, "Scrolling Sven")
    messages = page.locator("#messages")
    expect(page.locator(".unread-line")).to_be_visible()
    messages.evaluate("(list) => { list.scrollTop = list.scrollHeight }")
    expect(page.locator(".message", has_text="Message 59")).to_be_in_viewport()
    # Older ones come on top without moving what is read.
    messages.evaluate("(list) => { list.scrollTop = 0 }")
    expect(page.locator(".message .body", has_text=re.compile("^Message 0$"))).to_have_count(1)
    messages.evaluate("(list) => { list.scrollTop = list.scrollHeight / 2 }")
    before = messages.evaluate("(list) => list.scrollTop")
    customer.writes("A new one")
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    assert messages.evaluate("(list) => list.scrollTop") == before
    page.get_by_role("button", name="1 new").click()
    expect(page.locator(".message", has_text="A new one")).to_be_in_viewport()


def test_a_closed_window_names_the_way(demo, browsing):
    """Somebody who never wrote: nothing but a template may be sent, and the page says so."""
    customer = demo.new_customer("Silent Silke")
    phone = demo.control("GET", f"/phones/{customer.phone}")
    number = phone["number"] if phone["number"].startswith("+") else f"+{phone['number']}"
    template = {"name": "hello_world", "language": "en_US"}
    demo.api("POST", "/messages", {"sender": demo.senders[0]["id"], "to": number, "template": template})
    page = open_inbox(browsing, demo)
    page.locator("#conversations > li").first.get_by_role("link").click()
    expect(page.get_by_text("This customer hasn't written yet.")).to_be_visible()
    expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    photograph(page, "window-closed")
    assert_accessible(page)
    customer.writes("Who is this?")
    expect(page.get_by_label("Message", exact=True)).to_be_visible()
    expect(page.locator("#window-bar")).to_contain_text("Reply window closes in 23 h")


def test_on_a_phone_there_is_one_pane_at_a_time(demo, browsing):
    customer = demo.new_customer("Narrow Nils")
    customer.writes("Hi")
    page = open_inbox(browsing, demo, size=NARROW)
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    choose(page, "Narrow Nils")
    expect(page.locator("#conversations")).to_be_hidden()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("#conversations")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_two_tabs_share_one_stream(demo, browsing):
    """A browser opens six connections to a host; an inbox in each of eight tabs must still load and stay current."""
    customer = demo.new_customer("Tabs Theo")
    context = browsing.context()
    pages = [context.new_page() for _ in range(8)]
    for page in pages:
        page.goto(demo.inbox)
    customer.writes("Everywhere")
    for page in pages:
        expect(page.locator("#conversations > li").first).to_contain_text("Everywhere")
    # The tab with the stream goes; the others go on.
    pages[0].close()
    customer.writes("Still everywhere")
    for page in pages[1:]:
        expect(page.locator("#conversations > li").first).to_contain_text("Still everywhere")


def test_without_scripts_a_thread_can_be_read_and_answered(demo, browsing):
    customer = demo.new_customer("Plain Paula")
    customer.writes("Hello")
    page = browsing.page(scripts=False)
    # Without scripts nothing waits for the message by itself.
    demo.conversation_with("Plain Paula")
    page.goto(demo.inbox)
    page.get_by_role("link", name=re.compile("Plain Paula")).click()
    page.get_by_label("Message", exact=True).fill("Hello to you")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message.out", has_text="Hello to you")).to_be_visible()


def test_what_arrives_in_the_open_thread_is_announced(demo, browsing):
    customer = demo.new_customer("Spoken Sven")
    customer.writes("First")
    page = open_inbox(browsing, demo)
    choose(page, "Spoken Sven")
    arrivals = page.locator("#arrivals")
    expect(arrivals).to_have_attribute("role", "status")
    # What was there before is read by going there.
    expect(arrivals).to_be_empty()
    customer.writes("Is anybody there?")
    expect(arrivals).to_have_text("Spoken Sven: Is anybody there?")
    page.get_by_label("Message", exact=True).fill("Yes, here")
    page.keyboard.press("Enter")
    expect(page.locator(".message.out", has_text="Yes, here").locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))
    expect(arrivals).to_have_text("Spoken Sven: Is anybody there?")


def wake_up(page: Page) -> None:
    """As after an hour in which the computer slept."""
    page.evaluate(
        """() => {
            const show = (isHidden) => {
                Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            };
            show(true);
            const now = Date.now;
            Date.now = () => now() + 3_600_000;
            show(false);
        }"""
    )


def test_after_a_gap_the_list_is_as_it_is(demo, browsing):
    """The computer slept while a colleague closed one conversation and a customer wrote in another."""
    closed, written = demo.new_customer("Gap Gerda"), demo.new_customer("Gap Gino")
    for customer in [closed, written]:
        customer.writes("Hi")
    browsing.allow("ERR_FAILED")
    page = open_inbox(browsing, demo)
    rows = page.locator("#conversations > li")
    row = rows.filter(has_text="Gap Gerda")
    expect(row).to_have_count(1)
    # The stream names what changed, and the page doesn't hear of it.
    page.route("**/whatsapp/rows?*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        demo.api("POST", f"/conversations/{row.get_attribute('data-conversation')}/closure")
    with page.expect_event("requestfailed"):
        written.writes("Are you asleep?")
    expect(row).to_have_count(1)
    page.unroute("**/whatsapp/rows?*")
    wake_up(page)
    expect(row).to_have_count(0)
    expect(rows.filter(has_text="Gap Gino")).to_contain_text("Are you asleep?")
    expect(page.get_by_text("Nothing here")).to_be_hidden()
