"""Whoever works here, and however: by keys alone, from right to left, on a narrow phone, in the dark, in another zone than the server's."""

import datetime
import re

import pytest
from conftest import WATCH_POLICY, assert_accessible, photograph
from playwright.sync_api import Page, expect
from test_hostile import kinds
from test_teamwork import row

PHONE = (360, 780)
# Fewer than a page of the list takes: past it goes the way that skips it.
STEPS = 60


def tab_to(page: Page, *, role: str = "", name: str = "", within: str = "") -> None:
    """Goes on by the tab key until this has the focus, as somebody without a pointer does."""
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        if page.evaluate(
            """([role, name, within]) => {
                const it = document.activeElement;
                const said = (it.getAttribute("aria-label") ?? it.innerText ?? "") + (it.title ?? "");
                const isVisible = it.checkVisibility() && getComputedStyle(it).outlineStyle !== "none";
                return (!role || it.tagName === role) && said.includes(name) && (!within || it.closest(within) !== null) && isVisible;
            }""",
            [role, name, within],
        ):
            return
    pytest.fail(f"After {STEPS} steps {role} {name} hadn't the focus, or it can't be seen there.")


def test_a_conversation_is_answered_and_closed_by_the_tab_key_alone(demo, browsing):
    customer = demo.new_customer("Tabbing Tamar")
    customer.writes("Do you hear me?")
    page = browsing.page()
    page.goto(demo.inbox)
    expect(row(page, "Tabbing Tamar")).to_have_count(1)
    tab_to(page, role="A", name="Tabbing Tamar", within="#conversations")
    page.keyboard.press("Enter")
    # The composer is where one wants to be; what was said stands before it in the order of the keys.
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
    page.keyboard.type("Loud and clear")
    tab_to(page, role="BUTTON", name="Send", within="#composer")
    # On to the one that submits: others there have the word in their names, too.
    for _ in range(STEPS):
        if page.evaluate("document.activeElement.type === 'submit' && !document.activeElement.name"):
            break
        page.keyboard.press("Tab")
    expect(page.locator("#composer button[type=submit]:not([name]):focus")).to_have_count(1)
    photograph(page, "reach-focus")
    page.keyboard.press("Enter")
    expect(page.locator(".message.out", has_text="Loud and clear")).to_have_count(1)
    customer.expect_received("Loud and clear")
    page.evaluate("document.activeElement.blur()")
    tab_to(page, role="A", name="Skip to the content")
    page.keyboard.press("Enter")
    tab_to(page, role="BUTTON", name="Close", within="#closure")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Reopen the conversation")).to_be_visible()
    expect(row(page, "Tabbing Tamar")).to_have_count(0)


@pytest.fixture(scope="module")
def mixed(demo) -> str:
    """A conversation with a message of every kind, right to left and left to right, a note, answers, one that failed."""
    customer = demo.new_customer("ליאור Right")
    customer.writes("שלום, מה שלומך? <b>123</b> ABC")
    for message, _ in kinds("שלום Hello"):
        customer.sends(message)
    customer.sends({"type": "unsupported", "unsupported": {"type": "poll_creation"}})
    first = customer.writes("Last one")
    customer.sends({"type": "reaction", "reaction": {"message_id": first, "emoji": "👍"}})
    conversation = demo.conversation_with("ליאור Right")
    demo.api("POST", f"/conversations/{conversation}/notes", {"text": "הערה for colleagues"})
    about = demo.api("GET", f"/conversations/{conversation}")
    to = {"sender": about["sender"], "to": {"contact": about["contact"]["id"]}}
    demo.api("POST", "/messages", to | {"text": {"body": "*Bold* and _slanted_: https://example.com"}})
    demo.api(
        "POST", "/messages", to | {"interactive": {"body": "Choose", "buttons": [{"id": "1", "title": "Yes"}, {"id": "2", "title": "כן"}]}}
    )
    rows = {"button": "See all", "sections": [{"title": "Sizes", "rows": [{"id": "1", "title": "Small", "description": "Fits few"}]}]}
    demo.api("POST", "/messages", to | {"interactive": {"body": "Which size?", "list": rows}})
    later = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=5)).isoformat()
    demo.api("POST", "/messages", to | {"text": {"body": "For later"}, "sendAt": later})
    return conversation


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), PHONE], ids=["wide", "360"])
def test_a_thread_with_everything_in_it_can_be_read_by_all(demo, browsing, mixed, theme, size):
    page = browsing.page(theme=theme, size=size)
    page.goto(f"{demo.inbox}/{mixed}")
    expect(page.locator(".message", has_text="For later")).to_be_visible()
    assert_accessible(page)
    photograph(page, f"reach-everything-{theme}-{size[0]}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # No bubble sticks out of the thread, on the narrowest phone either.
    wide = page.evaluate(
        """() => { const edge = document.getElementById("messages").getBoundingClientRect();
            return [...document.querySelectorAll(".message")].map((it) => [it.getBoundingClientRect(), it.innerText])
                .filter(([box]) => box.left < edge.left - 1 || box.right > edge.right + 1).map(([, text]) => text); }"""
    )
    assert wide == []
    # Each text goes its own way, and the page keeps its own.
    expect(page.locator(".message .body", has_text="Last one").first).to_be_visible()
    directions = page.evaluate(
        "[...document.querySelectorAll('.message .body')].map((it) => [it.textContent.slice(0, 4), getComputedStyle(it).direction])"
    )
    assert ["שלום", "rtl"] in directions and ["Last", "ltr"] in directions
    assert page.evaluate("getComputedStyle(document.body).direction") == "ltr"
    field = page.get_by_label("Message", exact=True)
    field.fill("שלום")
    assert field.evaluate("(it) => getComputedStyle(it).direction") == "rtl"
    field.fill("Hello")
    assert field.evaluate("(it) => getComputedStyle(it).direction") == "ltr"
    field.fill("")


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati"])
def test_times_are_those_of_the_readers_zone(demo, browsing, mixed, zone):
    """The server's is UTC in tests; the first page may come before the browser has told its own."""
    context = browsing.browser.new_context(storage_state=browsing.session, timezone_id=zone, locale="en-GB", service_workers="block")
    browsing.contexts.append(context)
    context.add_init_script(WATCH_POLICY)
    context.on("page", browsing.watch)
    page = context.new_page()
    # Browsers have older names for some. Asked before the page, which loads once more when it learns of the zone.
    name = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    page.goto(f"{demo.inbox}/{mixed}")
    times = page.locator("#messages .message time")
    expect(page.locator("html")).to_have_attribute("data-zone", name)
    page.wait_for_load_state()
    found = times.evaluate_all(
        """(all, zone) => all.map((it) => [it.textContent.trim(), new Intl.DateTimeFormat("en-GB", {timeZone: zone, hour: "2-digit", minute: "2-digit"})
            .format(new Date(it.dateTime))])""",
        zone,
    )
    assert len(found) > 5
    assert all(expected in shown for shown, expected in found if re.search(r"\d\d:\d\d", shown)), found


def test_nothing_moves_for_who_asked_for_that(demo, browsing, mixed):
    page = browsing.page()
    page.goto(f"{demo.inbox}/{mixed}")
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    moving = page.evaluate(
        """[...document.querySelectorAll("*")].filter((it) => {
            const style = getComputedStyle(it);
            return [...style.transitionDuration.split(","), ...style.animationDuration.split(",")].some((one) => parseFloat(one) > 0.02);
        }).map((it) => it.outerHTML.slice(0, 100))"""
    )
    assert moving == []
    assert page.evaluate("document.getAnimations().filter((it) => it.playState === 'running').length") == 0
