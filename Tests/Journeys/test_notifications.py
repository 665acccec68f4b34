"""The bell: what it shows to whom, as it comes, and how it falls silent again."""

import re

import pytest
from conftest import NARROW, Demo, assert_accessible, come_in, keep_notices, listening, photograph, sign_in
from playwright.sync_api import Page, expect

DANIEL = "daniel@acme.example"
PRIYA = "priya@acme.example"


def choose_unassigned(demo, browser, email: str, is_chosen: bool) -> None:
    context = browser.new_context(timezone_id="Europe/Madrid")
    page = context.new_page()
    come_in(page, demo, email)
    page.goto(f"{demo.inbox.removesuffix('/whatsapp')}/settings/notifications")
    page.get_by_label("In conversations that nobody has").set_checked(is_chosen)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your rules are saved.")).to_be_visible()
    context.close()


@pytest.fixture(scope="module", autouse=True)
def without_what_nobody_has(demo, browser, session):
    """By the standard rules the bells ring of every customer of every test: here each counts its own."""
    for email in (DANIEL, PRIYA):
        choose_unassigned(demo, browser, email, False)
    yield
    for email in (DANIEL, PRIYA):
        choose_unassigned(demo, browser, email, True)


def agent(demo, browsing, email: str, **options) -> Page:
    """A browser of their own, at the inbox, with nothing left unread on the bell."""
    page = browsing.page(signed_in=False, **options)
    come_in(page, demo, email)
    page.goto(f"{demo.inbox}/notifications")
    if (everything := page.get_by_role("button", name="Mark all as read")).count():
        everything.click()
        expect(everything).to_have_count(0)
    page.goto(demo.inbox)
    return page


def bell(page: Page):
    return page.locator("#bell .badge")


def give(demo, page: Page, name: str, person: str, shown: str | None = None) -> None:
    """The conversation goes to a colleague, by hand."""
    page.goto(f"{demo.inbox}?view=unassigned")
    page.locator("#conversations > li", has_text=name).get_by_role("link").click()
    page.get_by_role("button", name="Assigned to").click()
    page.locator("#assignee").select_option(label=person)
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_role("button", name="Assigned to")).to_contain_text(shown or person)


def expect_silence(demo, page: Page, about: str, other: str) -> None:
    """That nothing about a conversation has rung Daniel's bell, once it has heard of something else that came later."""
    demo.new_customer(other).writes("Hello")
    person = next(member["id"] for member in demo.api("GET", "/members")["data"] if member["email"] == DANIEL)
    demo.api("PUT", f"/conversations/{demo.conversation_with(other)}/assignment", {"assignee": person})
    expect(bell(page)).to_be_visible()
    page.goto(f"{demo.inbox}/notifications")
    expect(entry(page, other).first).to_be_visible()
    expect(entry(page, about)).to_have_count(0)


def entry(page: Page, name: str):
    return page.locator(".notifications > li", has_text=name)


def test_what_is_given_to_a_colleague_rings_their_bell_and_opens_from_it(demo, browsing):
    customer = demo.new_customer("Bell Bruno")
    customer.writes("Is anybody there?")
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA)
    give(demo, daniel, "Bell Bruno", "Priya Nair")
    expect(bell(priya)).to_have_text("1")
    # Whoever did it knows it.
    expect_silence(demo, daniel, "Bell Bruno", "Bell Bianca")
    with listening(priya):
        priya.locator("#bell").click()
    expect(priya.get_by_role("heading", name="Notifications")).to_be_visible()
    expect(entry(priya, "Bell Bruno")).to_contain_text("Daniel Reyes assigned this conversation to you")
    # Messages of hers now come too, several as one, while she looks at the page.
    customer.writes("Hello")
    customer.writes("Hello again")
    message = entry(priya, "Bell Bruno").filter(has_text="2 new messages")
    expect(message).to_have_count(1)
    expect(message).to_contain_text("Hello again")
    expect(bell(priya)).to_have_text("2")
    photograph(priya, "notifications")
    assert_accessible(priya)
    message.locator(".notification").click()
    expect(priya.get_by_role("heading", name="Bell Bruno")).to_be_visible()
    # Whoever has the conversation before their eyes has seen all that the bell had of it.
    priya.bring_to_front()
    expect(bell(priya)).to_be_hidden()


def test_one_and_all_are_marked_as_read_without_scripts_too(demo, browsing):
    for name in ("Bell Carla", "Bell Dora", "Bell Emil"):
        demo.new_customer(name).writes("Good morning")
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA)
    for name in ("Bell Carla", "Bell Dora", "Bell Emil"):
        give(demo, daniel, name, "Priya Nair")
    expect(bell(priya)).to_have_text("3")
    plain = browsing.page(signed_in=False, scripts=False)
    sign_in(plain, Demo(**(vars(demo) | {"email": PRIYA})))
    plain.goto(f"{demo.inbox}/notifications?state=unread")
    entry(plain, "Bell Dora").get_by_role("button", name="Mark as read").click()
    plain.goto(f"{demo.inbox}/notifications?state=unread")
    expect(entry(plain, "Bell Dora")).to_have_count(0)
    expect(entry(plain, "Bell Emil")).to_have_count(1)
    expect(bell(priya)).to_have_text("2")
    plain.get_by_role("button", name="Mark all as read").click()
    plain.goto(f"{demo.inbox}/notifications?state=unread")
    expect(plain.get_by_role("heading", name="Nothing is unread")).to_be_visible()
    expect(bell(priya)).to_be_hidden()


def test_rules_are_ones_own_and_a_colleague_who_loses_sight_sees_nothing(demo, browsing):
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA)
    keep_notices(priya)
    priya.goto(f"{demo.inbox.removesuffix('/whatsapp')}/settings/notifications")
    card = priya.locator(".card").first
    place = card.bounding_box()
    priya.get_by_label("In conversations that nobody has").check()
    priya.locator("input[name=bell][value=assignment]").uncheck()
    priya.get_by_role("button", name="Save").click()
    expect(priya.get_by_text("Your rules are saved.")).to_be_visible()
    photograph(priya, "notification-rules")
    assert_accessible(priya)
    # What is said of it lies over the page.
    assert card.bounding_box() == place
    priya.get_by_role("button", name="Dismiss").click()
    expect(priya.get_by_text("Your rules are saved.")).to_have_count(0)
    try:
        demo.new_customer("Bell Fritz").writes("Nobody has me")
        expect(bell(priya)).to_have_text("1")
        expect_silence(demo, daniel, "Bell Fritz", "Bell Frida")
        give(demo, daniel, "Bell Fritz", "Daniel Reyes", shown="You")
        demo.api("PATCH", "/roles/agent", {"visibility": "own"})
        priya.goto(f"{demo.inbox}/notifications")
        expect(entry(priya, "Bell Fritz")).to_have_count(0)
        expect(bell(priya)).to_be_hidden()
    finally:
        demo.api("PATCH", "/roles/agent", {"visibility": "all"})
        priya.goto(f"{demo.inbox.removesuffix('/whatsapp')}/settings/notifications")
        priya.get_by_label("In conversations that nobody has").uncheck()
        priya.locator("input[name=bell][value=assignment]").check()
        priya.get_by_role("button", name="Save").click()
        expect(priya.get_by_text("Your rules are saved.")).to_be_visible()


def count_sounds(page: Page) -> None:
    page.evaluate("document.body.dataset.sounds = 0; document.addEventListener('alert-sound', () => document.body.dataset.sounds++)")


def expect_sounds(page: Page, count: int) -> None:
    expect(page.locator("body")).to_have_attribute("data-sounds", str(count))


def test_sound_and_marked_tab_are_off_until_chosen_and_stay_off_for_what_is_open(demo, browsing):
    customer = demo.new_customer("Bell Greta")
    customer.writes("One")
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA)
    give(demo, daniel, "Bell Greta", "Priya Nair")
    expect(bell(priya)).to_have_text("1")
    expect(priya.locator("link[rel=icon]")).to_have_attribute("href", re.compile("icon.svg$"))

    keep_notices(priya)
    priya.goto(f"{demo.inbox.removesuffix('/whatsapp')}/settings/notifications")
    count_sounds(priya)
    expect(priya.get_by_label("Play a sound")).not_to_be_checked()
    priya.get_by_role("button", name="Play the sound").click()
    expect_sounds(priya, 1)
    priya.get_by_role("button", name="Mark this tab").click()
    expect(priya).to_have_title(re.compile(r"^\(1\) "))
    priya.get_by_label("Play a sound").check()
    priya.get_by_label("Mark the tab").check()
    photograph(priya, "alert-choices")

    with listening(priya):
        priya.goto(f"{demo.inbox}/senders")
    expect(priya).to_have_title(re.compile(r"^\(1\) "))
    expect(priya.locator("link[rel=icon]")).to_have_attribute("href", re.compile("icon-unread.svg$"))
    priya.locator("h1").click()  # Browsers keep a page silent that nobody has touched.
    count_sounds(priya)
    customer.writes("Two")
    expect_sounds(priya, 1)

    priya.goto(demo.inbox)
    priya.locator("#conversations > li", has_text="Bell Greta").get_by_role("link").click()
    expect(bell(priya)).to_be_hidden()
    count_sounds(priya)
    customer.writes("Three")
    expect(priya.locator("#messages")).to_contain_text("Three")
    # Something else, so that it is known that the bell has heard of both.
    other = demo.new_customer("Bell Hugo")
    other.writes("Hello")
    give(demo, daniel, "Bell Hugo", "Priya Nair")
    expect(bell(priya)).to_have_text("1")
    expect_sounds(priya, 1)


@pytest.mark.parametrize(("theme", "size"), [("light", NARROW), ("dark", (1440, 900)), ("dark", (360, 740))])
def test_the_bell_is_fit_to_look_at(demo, browsing, theme, size):
    browsing.allow("status of 422")
    page = browsing.page(theme=theme, size=size)
    name = f"{theme}-{size[0]}"
    page.goto(f"{demo.inbox}/notifications")
    expect(page.get_by_role("heading", name="Notifications")).to_be_visible()
    photograph(page, f"notifications-{name}")
    assert_accessible(page)
    page.goto(f"{demo.inbox.removesuffix('/whatsapp')}/settings/notifications")
    photograph(page, f"notification-rules-{name}")
    assert_accessible(page)
    page.goto(f"{demo.inbox.removesuffix('/whatsapp')}/settings/mail")
    page.get_by_label("Server").fill("mail server")
    page.get_by_label("Sent from").fill("support@acme.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It looks like smtp.example.com")).to_be_visible()
    photograph(page, f"mail-{name}")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_browser_takes_the_worker_that_shows_notifications(demo, browsing):
    """As far as a browser goes that reaches no push service; what the worker does with a message is tested without one."""
    context = browsing.browser.new_context(storage_state=browsing.session, permissions=["notifications"])
    browsing.contexts.append(context)
    context.on("page", browsing.watch)
    page = context.new_page()
    page.goto(f"{demo.inbox.removesuffix('/whatsapp')}/settings/notifications")
    expect(page.get_by_role("button", name="Turn on in this browser")).to_be_visible()
    address = page.evaluate(
        "navigator.serviceWorker.register('/sw.js', {scope: '/'}).then(() => navigator.serviceWorker.ready).then((it) => it.active.scriptURL + ' ' + it.scope)"
    )
    assert address == f"{demo.url}/sw.js {demo.url}/"
