"""Finding what was said: from the inbox by a key, on a page that needs no scripts, back into the thread at that very message."""

import datetime
import re

from conftest import NARROW, WIDE, ZONE, assert_accessible, eventually, photograph
from playwright.sync_api import Page, expect
from test_notes import write_note
from test_outbox import expect_delivered, write
from test_teamwork import DANIEL, agent


def search(page: Page, demo, **query) -> None:
    page.goto(f"{demo.inbox}/search?" + "&".join(f"{name}={value}" for name, value in query.items()))


def said(page: Page, text: str):
    return page.locator(".message .body", has_text=re.compile(f"^{text}$"))


def expect_found(page: Page, demo, found: str, **query) -> None:
    """The index follows within moments."""

    def is_found() -> bool:
        search(page, demo, **query)
        return page.locator(".found", has_text=found).count() > 0

    eventually(is_found)


def test_a_word_leads_to_its_message_among_those_around_it(demo, browsing):
    customer = demo.new_customer("Finding Fiona")
    for number in range(140):
        customer.writes("The zeppelin of José is late" if number == 10 else f"Line {number}")
    customer.expect_arrived("Line 139")
    page = browsing.page()
    expect_found(page, demo, "zeppelin", text="zeppelin")
    page.goto(demo.inbox)
    page.keyboard.press("/")
    page.keyboard.type("jose ZEPELIN")
    page.keyboard.press("Enter")
    expect(page.locator(".found mark")).to_have_text(["zeppelin", "José"])
    expect(page.get_by_text("Also shown: similar spellings")).to_be_visible()
    assert_accessible(page)
    page.locator(".found a", has_text="Finding Fiona").click()
    bubble = page.locator(".message", has_text="The zeppelin of José is late")
    expect(bubble).to_be_in_viewport()
    expect(bubble).to_have_class(re.compile("found"))
    expect(said(page, "Line 139")).to_have_count(0)
    photograph(page, "search-jump")
    # What comes now belongs behind the part that is here.
    customer.writes("And one that is new")
    expect(page.locator("#jump")).to_contain_text("1 new")
    expect(page.locator(".message", has_text="And one that is new")).to_have_count(0)
    page.locator("#jump").click()
    expect(page.locator(".message", has_text="And one that is new")).to_be_in_viewport()
    expect(page.locator(".newer")).to_have_count(0)
    customer.writes("It goes on as ever")
    expect(page.locator(".message", has_text="It goes on as ever")).to_be_in_viewport()


def test_later_messages_come_by_scrolling_until_the_present(demo, browsing):
    customer = demo.new_customer("Scrolling Sam")
    for number in range(90):
        customer.writes(f"Step {number} xylophone" if number == 5 else f"Step {number}")
    customer.expect_arrived("Step 89")
    page = browsing.page()
    expect_found(page, demo, "xylophone", text="xylophone")
    page.locator(".found a").first.click()
    expect(page.locator(".message", has_text="Step 5 xylophone")).to_be_in_viewport()

    def scrolled_to_end() -> bool:
        page.locator("#messages").evaluate("(list) => list.scrollBy(0, 4000)")
        return said(page, "Step 89").count() > 0

    eventually(scrolled_to_end)
    expect(said(page, "Step 89")).to_have_count(1)
    expect(page.locator(".newer")).to_have_count(0)
    expect(page.locator(".message")).to_have_count(90)


def test_a_quote_leads_to_a_message_that_is_not_on_the_page(demo, browsing):
    customer = demo.new_customer("Quoting Olga")
    first = customer.writes("The very first question")
    for number in range(70):
        customer.writes(f"Chatter {number}")
    customer.writes("As I asked", context={"message_id": first})
    customer.expect_arrived("As I asked")
    page = browsing.page()
    page.goto(demo.inbox)
    page.get_by_role("link", name=re.compile("Quoting Olga")).click()
    expect(page.locator("#conversations > li", has_text="Quoting Olga").locator(".count")).to_have_count(0)
    # All is read: the page begins at the end of the thread.
    page.reload()
    quote = page.locator(".message", has_text="As I asked").locator(".quote")
    expect(quote).to_contain_text("The very first question")
    expect(page.locator(".message > .bubble > .body", has_text="The very first question")).to_have_count(0)
    quote.click()
    target = page.locator(".message.found", has_text="The very first question")
    expect(target).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"at=msg_"))
    page.go_back()
    expect(page.locator(".message", has_text="As I asked")).to_be_in_viewport()


def test_the_page_of_a_search(demo, browsing):
    demo.new_customer("Mar\u00eda Searchlight").writes("Where is the parcel with the searchlight? It should have come on Monday")
    demo.new_customer("محمد علي").writes("أين الطلب؟ searchlight")
    demo.new_customer("陳小姐").writes("我想退款 searchlight")
    for theme in ["light", "dark"]:
        for name, size in [("wide", WIDE), ("narrow", (360, 780))]:
            page = browsing.page(theme=theme, size=size)
            expect_found(page, demo, "退款", text="searchlight")
            expect(page.get_by_role("heading", name="Contacts")).to_be_visible()
            photograph(page, f"search-{name}-{theme}")
            assert_accessible(page)
            if name == "narrow":
                assert page.locator(".search-line").evaluate("(line) => line.getBoundingClientRect().right") <= 360 - 16
                page.goto(demo.inbox)
                photograph(page, f"search-field-{theme}")
                continue
            page.get_by_text("Narrow it down").click()
            photograph(page, f"search-filters-{theme}")
            search(page, demo, text="nothinglikethat", kind="image")
            expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
            photograph(page, f"search-nothing-{theme}")
            assert_accessible(page)
    search(page, demo, text="طلب")
    expect(page.locator(".found mark").first).to_have_text("الطلب")
    search(page, demo, text="退款")
    expect(page.locator(".found mark").first).to_have_text("退款")


def test_each_filter_leaves_what_it_is_for(demo, browsing):
    ann, bea = demo.new_customer("Quokka Quentin"), demo.new_customer("Quokka Quirina")
    bea.sender = demo.senders[1]
    long_ago = datetime.datetime.now(ZONE) - datetime.timedelta(days=40)
    ann.writes("A quokka of old", timestamp=int(long_ago.timestamp()))
    place = {"latitude": 41.4, "longitude": 2.2, "name": "The quokka house"}
    ann.sends({"type": "location", "location": place})
    bea.writes("A quokka for the other number")
    ann.expect_arrived("The quokka house")
    bea.expect_arrived("A quokka for the other number")
    conversation = demo.api("GET", f"/conversations/{demo.conversation_with('Quokka Quentin')}")
    page = agent(demo, browsing, DANIEL)
    page.goto(f"{demo.inbox}/{conversation['id']}")
    write(page, "A quokka from Daniel")
    expect_delivered(page, "A quokka from Daniel")
    old, place, other, ours = "A quokka of old", "The quokka house", "A quokka for the other number", "A quokka from Daniel"
    for text in (old, place, other, ours):
        expect_found(page, demo, text, text="quokka")
    page.get_by_text("Narrow it down").click()
    author = page.locator("#search-author option", has_text="(you)").get_attribute("value")
    day = f"{long_ago:%Y-%m-%d}"
    after = f"{long_ago + datetime.timedelta(days=2):%Y-%m-%d}"
    found = page.locator("section", has=page.get_by_role("heading", name="Messages")).locator(".found > li")
    for fill, expected in [
        (lambda: page.get_by_label("Number").select_option(value=demo.senders[1]["id"]), [other]),
        (lambda: page.get_by_label("Colleague who wrote").select_option(value=author), [ours]),
        (lambda: page.get_by_label("Written by").select_option(label="Customers"), [other, place, old]),
        (lambda: page.get_by_label("Kind").select_option(label="Location"), [place]),
        (lambda: page.get_by_label("From", exact=True).fill(after), [ours, other, place]),
        (lambda: page.get_by_label("To", exact=True).fill(day), [old]),
    ]:
        fill()
        page.get_by_role("button", name="Search").click()
        expect(found).to_have_count(len(expected))
        for text in expected:
            expect(found.filter(has_text=text)).to_have_count(1)
        # The choice stands in its field, and is taken back from there.
        page.get_by_role("searchbox").fill("nothinglikethat")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="Search without that").click()
        page.get_by_role("searchbox").fill("quokka")
        page.get_by_role("button", name="Search").click()
        expect(found).to_have_count(4)
        page.get_by_text("Narrow it down").click()


def test_it_needs_no_scripts(demo, browsing):
    customer = demo.new_customer("Plain Petra")
    customer.writes("A turnip by itself")
    page = browsing.page(scripts=False, size=NARROW)
    expect_found(page, demo, "turnip", text="turnip")
    page.goto(demo.inbox)
    page.get_by_role("searchbox").fill("turnip itself")
    page.get_by_role("searchbox").press("Enter")
    page.locator(".found a").click()
    expect(page.locator(".message:target")).to_contain_text("A turnip by itself")
    browsing.allow("422")
    search(page, demo, text="x")
    expect(page.get_by_role("alert")).to_contain_text("at least two letters")


def test_a_note_is_found_and_leads_to_its_place_in_the_thread(demo, browsing):
    customer = demo.new_customer("Noted Nadia")
    customer.writes("Hello")
    page = browsing.page()
    page.goto(demo.inbox)
    page.locator(".conversation", has_text="Noted Nadia").click()
    expect(page.locator(".message", has_text="Hello")).to_be_visible()
    write_note(page, "The samovar is at the repairer's")
    expect(page.locator(".message.note", has_text="samovar")).to_be_visible()
    for number in range(60):
        customer.writes(f"Later {number}")
    customer.expect_arrived("Later 59")
    expect_found(page, demo, "samovar", text="samovar")
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    expect(page.locator(".found mark")).to_have_text("samovar")
    assert_accessible(page)
    photograph(page, "search-notes")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Kind").select_option("Note for colleagues")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Messages")).to_have_count(0)
    page.locator(".found a", has_text="Noted Nadia").click()
    note = page.locator(".message.note", has_text="samovar")
    expect(note).to_be_in_viewport()
    expect(note).to_have_class(re.compile("found"))
