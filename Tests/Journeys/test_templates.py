"""Templates: they come from WhatsApp, are chosen, filled in, seen and sent; and they are all that is left once the window is shut."""

import re
import struct
import time
import zlib

import pytest
from conftest import DELIVERY_SECONDS, NARROW, Browsing, assert_accessible, eventually, photograph, sign_in, start_demo
from playwright.sync_api import Page, expect
from test_outbox import CUT
from test_teamwork import DANIEL, agent, choose

PHONE = (360, 780)


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + bytes((200, 140, 20)) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture(scope="module", autouse=True)
def fetched(demo):
    """The demo asks WhatsApp by itself when it starts; the picker is full once it was answered."""
    deadline = time.monotonic() + DELIVERY_SECONDS
    while time.monotonic() < deadline:
        syncs = demo.api("GET", "/templates/sync")["data"]
        if syncs and all(sync["succeededAt"] for sync in syncs):
            return
        time.sleep(0.1)
    pytest.fail("The templates didn't come.")


def open_thread(demo, browsing, name: str, **options) -> Page:
    page = agent(demo, browsing, DANIEL, **options)
    choose(page, name)
    return page


def pick(page: Page, name: str) -> None:
    page.get_by_role("link", name="Send a template", exact=True).click()
    page.locator("#template-picker").get_by_role("link", name=name).click()
    expect(page.locator("#template-picker h3")).to_contain_text(name)


def templates_on(customer) -> list[dict]:
    chat = customer.demo.control("GET", f"/phones/{customer.phone}/chats/{customer.sender['phoneNumberId']}")
    return [message["content"] for message in chat["data"] if not message["fromCustomer"] and message["type"] == "template"]


def expect_template(customer, body: str) -> dict:
    deadline = time.monotonic() + DELIVERY_SECONDS
    while not (found := templates_on(customer)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [content["body"] for content in found] == [body]
    return found[0]


def test_what_whatsapp_has_appears_and_is_pinned_hidden_and_searched(demo, browsing):
    page = browsing.page()
    page.goto(demo.inbox)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Templates").click()
    entry = page.locator(".template-entries > li")
    expect(entry.filter(has_text="summer_sale")).to_contain_text("Rejected")
    expect(entry.filter(has_text="summer_sale")).to_contain_text("variables or other parts")
    expect(entry.filter(has_text="opening_hours")).to_contain_text("In review")
    photograph(page, "templates")
    assert_accessible(page)
    # What is decided at WhatsApp shows by itself.
    made = next(template for template in demo.control("GET", "/templates")["data"] if template["name"] == "opening_hours")
    demo.control("PATCH", f"/templates/{made['id']}", {"status": "APPROVED", "quality": "GREEN"})
    page.get_by_role("button", name="Get from WhatsApp now").click()
    expect(entry.filter(has_text="opening_hours").locator(".chip", has_text="Approved")).to_be_visible()
    expect(page.locator(".template-state")).to_have_attribute("data-under-way", "false")
    # Pinned ones stand first, hidden ones behind the filter.
    page.get_by_role("button", name="Pin visit_reminder en_US").click()
    expect(entry.first).to_contain_text("visit_reminder")
    page.get_by_role("button", name="Hide login_code en_US").click()
    expect(entry.filter(has_text="login_code")).to_have_count(0)
    page.get_by_label("Search in name and text").fill("left our shop")
    page.get_by_role("button", name="Search").click()
    expect(entry).to_have_count(1)
    entry.get_by_text("Show the text").click()
    expect(entry.locator(".bubble")).to_contain_text("your order [A-17] left our shop today.")
    photograph(page, "templates-found")
    page.goto(f"{demo.url}/app/acme/templates?hidden=true")
    expect(entry.filter(has_text="login_code")).to_have_count(1)
    page.get_by_role("button", name="Show login_code en_US").click()
    expect(entry.filter(has_text="login_code")).to_have_count(0)
    page.get_by_role("link", name="Show all").click()
    page.get_by_role("button", name="Unpin visit_reminder en_US").click()
    expect(page.locator(".template-entries .chip", has_text="Pinned")).to_have_count(0)


def test_what_whatsapp_decides_arrives_by_itself(demo, browsing):
    """Nobody presses a button: WhatsApp tells of it."""
    made = next(template for template in demo.control("GET", "/templates")["data"] if template["name"] == "visit_reminder")
    page = browsing.page()
    entry = page.locator(".template-entries > li", has_text="visit_reminder")

    def stands_at(word: str) -> bool:
        page.goto(f"{demo.url}/app/acme/templates")
        return entry.locator(".chip", has_text=word).count() == 1

    for status, word in [("PAUSED", "Paused"), ("APPROVED", "Approved")]:
        demo.control("PATCH", f"/templates/{made['id']}", {"status": status})
        eventually(lambda word=word: stands_at(word))


def test_the_page_fits_a_phone_in_the_dark(demo, browsing):
    page = browsing.page(size=PHONE, theme="dark")
    page.goto(f"{demo.url}/app/acme/templates")
    expect(page.get_by_role("heading", name="new_lamps")).to_be_visible()
    photograph(page, "templates-narrow-dark")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)


def test_a_template_is_picked_filled_in_seen_and_delivered(demo, browsing):
    customer = demo.new_customer("Tess Template")
    customer.writes("Where is my order?")
    page = open_thread(demo, browsing, "Tess Template")
    page.locator("#messages").focus()
    page.keyboard.press("t")
    picker = page.locator("#template-picker")
    expect(picker.get_by_label("Search the templates")).to_be_focused()
    expect(picker.get_by_role("link", name="summer sale")).to_have_count(0)
    photograph(page, "picker")
    assert_accessible(page)
    page.keyboard.type("left our")
    expect(picker.locator(".picker-results li")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    # Who is greeted is known.
    expect(picker.get_by_label("Text, value 1")).to_have_value("Tess")
    expect(picker.locator(".bubble")).to_contain_text("Hi Tess, your order [A-17] left our shop today.")
    picker.get_by_label("Title, value 1").fill("B-42")
    # What is missing is told beside its field, and nothing is lost.
    picker.get_by_role("button", name="Send the template").click()
    expect(picker.locator("[data-problem='body.2']")).to_contain_text("Fill this in")
    expect(picker.get_by_label("Text, value 2")).to_be_focused()
    expect(picker.get_by_label("Title, value 1")).to_have_value("B-42")
    photograph(page, "picker-refused")
    assert_accessible(page)
    picker.get_by_label("Text, value 2").fill("<i>B-42</i>")
    expect(picker.locator("[data-problem='body.2']")).to_be_hidden()
    picker.get_by_label("end of its address").fill("B-42")
    expect(picker.locator(".bubble")).to_contain_text("Order B-42")
    expect(picker.locator(".bubble")).to_contain_text("your order <i>B-42</i> left our shop today.")
    photograph(page, "picker-filled")
    picker.get_by_role("button", name="Send the template").click()
    bubble = page.locator(".message.out", has_text="Hi Tess, your order")
    expect(bubble.locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))
    for part in ("Order B-42", "<i>B-42</i>", "Reply to this message", "Where is it?", "Track"):
        expect(bubble).to_contain_text(part)
    expect(picker).to_be_hidden()
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
    expect(page.locator("#conversations > li", has_text="Tess Template")).to_contain_text("Hi Tess, your order")
    content = expect_template(customer, "Hi Tess, your order <i>B-42</i> left our shop today.")
    assert content["header"]["text"] == "Order B-42"
    photograph(page, "template-sent")


def test_a_language_is_chosen_and_what_was_filled_in_stays(demo, browsing):
    customer = demo.new_customer("Lola Lengua")
    customer.writes("Hola")
    page = open_thread(demo, browsing, "Lola Lengua", size=PHONE, theme="dark")
    pick(page, "order update")
    picker = page.locator("#template-picker")
    picker.get_by_label("Text, value 2").fill("C-7")
    picker.get_by_role("navigation", name="Language").get_by_role("link", name="es").click()
    expect(picker.locator(".bubble")).to_contain_text("Hola Lola, tu pedido C-7 salió hoy")
    expect(picker.get_by_label("Text, value 2")).to_have_value("C-7")
    photograph(page, "picker-narrow-dark")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    # Back to writing, and to the templates again: all is as it was.
    picker.get_by_role("button", name="Back to writing").click()
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
    page.get_by_role("link", name="Send a template", exact=True).click()
    expect(picker.get_by_label("Text, value 2")).to_have_value("C-7")
    picker.get_by_role("link", name="Back to the templates").click()
    expect(picker.get_by_role("link", name="hello world")).to_be_visible()


def test_a_picture_goes_on_top(demo, browsing):
    customer = demo.new_customer("Pia Picture")
    customer.writes("Any news?")
    page = open_thread(demo, browsing, "Pia Picture")
    pick(page, "new lamps")
    picker = page.locator("#template-picker")
    expect(picker.get_by_label("First name")).to_have_value("Pia")
    picker.get_by_label("Discount").fill("15 %")
    picker.get_by_label("File on top").set_input_files({"name": "lamp.png", "mimeType": "image/png", "buffer": png(64, 40)})
    expect(picker.get_by_text("lamp.png", exact=True)).to_be_visible()
    photograph(page, "picker-picture")
    picker.get_by_role("button", name="Send the template").click()
    bubble = page.locator(".message.out", has_text="new lamps are in")
    expect(bubble.locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))
    expect(bubble.locator("img")).to_be_visible()
    expect_template(customer, "Hi Pia, *new lamps* are in. Show this message for 15 % off until Sunday.")


def test_without_a_connection_it_waits_and_leaves_once(demo, browsing):
    browsing.allow(CUT)
    customer = demo.new_customer("Olaf Offline")
    customer.writes("Hello?")
    page = open_thread(demo, browsing, "Olaf Offline")
    pick(page, "hello world")
    address = "**/messages"
    page.route(address, lambda route: route.abort())
    page.locator("#template-picker").get_by_role("button", name="Send the template").click()
    bubble = page.locator(".message.out", has_text="This is a first message")
    expect(bubble.locator(".status")).to_have_text(re.compile("Sending|Waiting"))
    page.unroute(address)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(bubble.locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))
    expect_template(customer, "This is a first message from our business. Thank you for trying it out.")


def test_without_scripts_the_pages_do_the_same(demo, browsing):
    browsing.allow("422")
    customer = demo.new_customer("Paula Plain")
    customer.writes("Hello")
    demo.conversation_with("Paula Plain")
    page = agent(demo, browsing, DANIEL, scripts=False, size=NARROW)
    choose(page, "Paula Plain")
    page.get_by_role("link", name="Send a template", exact=True).click()
    page.get_by_role("link", name="follow up").click()
    expect(page.get_by_label("Text, value 1")).to_have_value("Paula")
    expect(page.get_by_label("Text, value 2")).to_have_value("Daniel")
    page.get_by_role("button", name="Send the template").click()
    expect(page.locator("[data-problem='body.3']")).to_contain_text("Fill this in")
    page.get_by_label("Text, value 3").fill("your lamp")
    page.get_by_role("button", name="Show how it looks").click()
    expect(page.locator(".bubble")).to_contain_text("You asked us about your lamp.")
    photograph(page, "picker-without-scripts")
    page.get_by_role("button", name="Send the template").click()
    expect(page.locator(".message.out", has_text="You asked us about your lamp.")).to_be_visible()
    expect_template(customer, "Hello Paula, this is Daniel from Acme Shop. You asked us about your lamp. Shall we go on here?")


def test_a_window_that_shuts_in_an_open_page_leaves_the_templates_and_opens_again(browser, tmp_path):
    """The clocks of hub, simulator and page are set ahead, so this has a demo of its own."""
    program, demo = start_demo(tmp_path)
    browsing = Browsing(browser, None)
    try:
        customer = demo.new_customer("Wanda Window")
        customer.writes("Are you there?")
        page = browsing.page()
        page.clock.install()
        sign_in(page, demo)
        choose(page, "Wanda Window")
        composer = page.get_by_label("Message", exact=True)
        composer.fill("A draft that stays")
        picker = page.locator("#template-picker")
        expect(picker).to_be_hidden()
        day = 24 * 60 * 60
        demo.control("PUT", "/clock", {"offsetSeconds": day})
        page.clock.fast_forward(day * 1000)
        expect(composer).to_be_hidden()
        expect(page.get_by_text("WhatsApp allows free messages for 24 hours")).to_be_visible()
        expect(picker.get_by_role("link", name="follow up")).to_be_visible()
        expect(picker.get_by_role("button", name="Back to writing")).to_be_hidden()
        photograph(page, "window-shut")
        assert_accessible(page)
        picker.get_by_role("link", name="follow up").click()
        picker.get_by_label("Text, value 3").fill("your order")
        picker.get_by_role("button", name="Send the template").click()
        bubble = page.locator(".message.out", has_text="You asked us about your order.")
        expect(bubble.locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))
        expect_template(customer, "Hello Wanda, this is Olivia from Acme Shop. You asked us about your order. Shall we go on here?")
        # Nothing else may leave, whatever the page would do.
        expect(composer).to_be_hidden()
        expect(picker.get_by_role("link", name="follow up")).to_be_visible()
        customer.writes("Yes, please")
        expect(composer).to_be_visible()
        expect(composer).to_have_value("A draft that stays")
        expect(picker).to_be_hidden()
    finally:
        browsing.close()
        assert program.stop() == 0


def test_what_variables_stand_for_is_said_once_for_all(demo, browsing):
    customer = demo.new_customer("Mara Mapping")
    customer.writes("When is my visit?")
    page = browsing.page()
    page.goto(f"{demo.url}/app/acme/templates")
    page.get_by_role("link", name="Variables of visit_reminder en_US").click()
    browsing.allow("422")
    rows = page.locator(".mapping-row")
    expect(rows).to_have_count(2)
    # What can be guessed is chosen; without a fallback it isn't kept, and nothing is lost.
    rows.nth(1).get_by_label("Stands for").select_option("today")
    rows.nth(1).get_by_label("Written").select_option("date.long")
    rows.nth(1).get_by_label("Text, or fallback").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Say what stands here for those of whom this isn’t known.").first).to_be_visible()
    expect(rows.nth(1).get_by_label("Text, or fallback")).to_have_value("soon")
    photograph(page, "template-mapping")
    assert_accessible(page)
    rows.nth(0).get_by_label("Stands for").select_option("contact.firstName")
    rows.nth(0).get_by_label("Text, or fallback").fill("there")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What the variables stand for is kept.")).to_be_visible()
    thread = open_thread(demo, browsing, "Mara Mapping")
    pick(thread, "visit reminder")
    fields = thread.locator("#template-picker .picker-fields input")
    expect(fields.nth(0)).to_have_value("Mara")
    expect(fields.nth(1)).to_have_value(re.compile(r"^\w+ \d+, 20\d\d$"))


def test_the_variables_fit_a_phone_in_the_dark(demo, browsing):
    page = browsing.page(size=PHONE, theme="dark")
    page.goto(f"{demo.url}/app/acme/templates")
    page.get_by_role("link", name="Variables of visit_reminder en_US").click()
    expect(page.locator(".mapping-row").first).to_be_visible()
    photograph(page, "template-mapping-narrow-dark")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
