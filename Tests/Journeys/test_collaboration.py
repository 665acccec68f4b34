"""How people work together besides assigning: who is in, who is away, whether AI may answer, and the lists that each looks at."""

import re

from conftest import NARROW, assert_accessible, listening, photograph, types_until
from playwright.sync_api import expect
from test_teamwork import DANIEL, PRIYA, agent, choose, row


def test_who_is_deactivated_is_out_within_a_second_and_their_conversations_are_nobodys(demo, browsing):
    for status in ("401", "403", "404"):
        browsing.allow(status)
    demo.new_customer("Leave Lea").writes("Hi")
    owner = browsing.page()
    owner.goto(demo.inbox)
    priya = agent(demo, browsing, PRIYA)
    choose(priya, "Leave Lea")
    priya.locator("#messages").focus()
    priya.keyboard.press("i")
    expect(row(owner, "Leave Lea").locator(".chip", has_text="Priya Nair")).to_be_visible()
    settings = browsing.page()
    settings.goto(f"{demo.url}/app/acme/settings/people")
    settings.on("dialog", lambda dialog: dialog.accept())
    settings.get_by_role("button", name="Deactivate Priya Nair").click()
    try:
        expect(settings.get_by_text("They can't come in any more.")).to_be_visible()
        photograph(settings, "people-deactivated")
        assert_accessible(settings)
        expect(row(owner, "Leave Lea").locator(".chip", has_text="Priya Nair")).to_have_count(0)
        # What she has open ends by itself, and she is told why nothing goes on.
        told = priya.get_by_role("alert").filter(has_text=re.compile("You are signed out|don't belong to it any more"))
        expect(told.first).to_be_visible()
        priya.goto(demo.inbox)
        expect(priya.locator("#conversations")).to_have_count(0)
    finally:
        settings.get_by_role("button", name="Activate Priya Nair").click()
    expect(settings.get_by_text("They can come in again.")).to_be_visible()
    priya.goto(demo.inbox)
    expect(row(priya, "Leave Lea")).to_have_count(1)


def test_who_is_away_says_so_and_colleagues_see_it_where_they_assign(demo, browsing):
    demo.new_customer("Away Abe").writes("Hi")
    daniel = agent(demo, browsing, DANIEL)
    daniel.get_by_role("button", name="Daniel Reyes: account menu").click()
    photograph(daniel, "account-menu")
    daniel.get_by_role("button", name="Away").click()
    expect(daniel.get_by_role("button", name="Daniel Reyes, away: account menu")).to_be_visible()
    priya = agent(demo, browsing, PRIYA)
    choose(priya, "Away Abe")
    priya.get_by_role("button", name="Assigned to").click()
    expect(priya.locator("#assignee option", has_text="Daniel Reyes (away)")).to_have_count(1)
    daniel.get_by_role("button", name=re.compile("account menu")).click()
    daniel.get_by_role("button", name="Available").click()
    expect(daniel.get_by_role("button", name="Daniel Reyes: account menu")).to_be_visible()


def test_a_new_customer_rings_for_who_is_available_until_somebody_answers(demo, browsing):
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA)
    with listening(priya):
        priya.goto(f"{demo.inbox}/notifications?state=unread")
    demo.new_customer("Fresh Fay").writes("Is anybody there?")
    ring = priya.locator("#notifications li", has_text="Fresh Fay")
    expect(ring).to_have_count(1)
    choose(daniel, "Fresh Fay")
    daniel.get_by_role("textbox", name="Message").fill("I am")
    daniel.keyboard.press("Enter")
    expect(ring).to_have_count(0)


def test_ai_is_active_until_a_person_answers(demo, browsing):
    demo.new_customer("Robot Rita").writes("Is there a person?")
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA, theme="dark")
    choose(daniel, "Robot Rita")
    choose(priya, "Robot Rita")
    button = daniel.get_by_role("button", name="AI active")
    expect(button).to_have_attribute("aria-pressed", "true")
    daniel.get_by_role("textbox", name="Message").fill("Yes, me")
    daniel.keyboard.press("Enter")
    expect(daniel.get_by_role("button", name="AI disabled")).to_be_visible()
    expect(priya.get_by_role("button", name="AI disabled")).to_be_visible()
    photograph(priya, "ai-disabled-dark")
    assert_accessible(priya)
    priya.get_by_role("button", name="AI disabled").click()
    expect(daniel.get_by_role("button", name="AI active")).to_be_visible()
    expect(priya.locator(".toast", has_text="AI may answer here")).to_be_visible()
    # That is taken back as everything else is.
    priya.locator("#messages").focus()
    priya.keyboard.press("z")
    expect(priya.get_by_role("button", name="AI disabled")).to_be_visible()
    expect(daniel.get_by_role("button", name="AI disabled")).to_be_visible()


def test_a_view_is_saved_found_again_and_deleted(demo, browsing):
    browsing.allow("409")
    page = agent(demo, browsing, DANIEL)
    page.get_by_role("button", name="Filter").click()
    page.locator("#filter-attention").select_option(label="Unread")
    page.locator("#filter-person").select_option(label="Priya Nair")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".filtered")).to_contain_text("Priya Nair · Unread")
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Save what the list shows now").fill("Priya's unread")
    photograph(page, "save-view")
    assert_accessible(page)
    page.get_by_role("button", name="Save", exact=True).click()
    tab = page.get_by_role("navigation", name="Views").get_by_role("link", name="Priya's unread")
    expect(tab).to_have_attribute("aria-current", "page")
    photograph(page, "saved-view")
    # A name that is taken is refused beside the field, and stays there.
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Save what the list shows now").fill("priya's UNREAD")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("You have a view of this name.")).to_be_visible()
    page.goto(demo.inbox)
    tab.click()
    expect(page.locator(".filtered")).to_contain_text("Priya Nair · Unread")
    expect(page.get_by_role("navigation", name="Views").locator("[aria-current]")).to_have_text(["Priya's unread"])
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    page.get_by_role("button", name="Filter").click()
    photograph(page, "save-view-phone")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete the view Priya's unread").click()
    expect(tab).to_have_count(0)


def test_colleagues_see_who_is_there_and_who_writes_and_are_warned_of_an_answer(demo, browsing):
    demo.new_customer("Busy Bea").writes("Hello?")
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA)
    choose(daniel, "Busy Bea")
    expect(daniel.locator("#presence .person")).to_have_count(0)
    choose(priya, "Busy Bea")
    expect(daniel.locator("#presence")).to_contain_text("Priya Nair is looking at this conversation")
    expect(priya.locator("#presence")).to_contain_text("Daniel Reyes is looking at this conversation")
    daniel.get_by_role("textbox", name="Message").press_sequentially("I am just")
    types_until(daniel.get_by_role("textbox", name="Message"), priya.locator("#presence", has_text="Daniel Reyes is writing"))
    written = daniel.get_by_role("textbox", name="Message").input_value()
    photograph(priya, "presence")
    assert_accessible(priya)
    priya.get_by_role("textbox", name="Message").fill("Hello Bea")
    priya.keyboard.press("Enter")
    warning = daniel.get_by_text("Priya Nair answered while this was being written.")
    expect(warning).to_be_visible()
    expect(daniel.get_by_role("textbox", name="Message")).to_have_value(written)
    photograph(daniel, "collision")
    assert_accessible(daniel)
    daniel.get_by_role("button", name="Understood").click()
    expect(warning).to_be_hidden()
    # Who goes elsewhere is no longer shown.
    priya.goto(f"{demo.url}/app/acme/whatsapp")
    expect(daniel.locator("#presence .person")).to_have_count(0)
