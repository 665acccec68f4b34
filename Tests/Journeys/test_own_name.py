"""A person calls themselves otherwise, and colleagues read it at once."""

from conftest import assert_accessible, photograph
from playwright.sync_api import expect
from test_teamwork import DANIEL, PRIYA, agent, choose


def test_a_new_name_stands_on_open_pages_of_colleagues(demo, browsing):
    demo.new_customer("Naming Nick").writes("Hello")
    browsing.allow("422")
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA)
    choose(priya, "Naming Nick")
    choose(daniel, "Naming Nick")
    daniel.get_by_role("textbox", name="Message", exact=True).fill("I look after it")
    daniel.keyboard.press("Enter")
    bubble = priya.locator(".message", has_text="I look after it")
    expect(bubble).to_contain_text("Daniel Reyes")
    daniel.get_by_role("button", name="account menu").click()
    daniel.get_by_role("link", name="Your name and password").click()
    daniel.get_by_label("Name", exact=True).fill(" ")
    daniel.get_by_label("Name", exact=True).evaluate("field => field.removeAttribute('required')")
    daniel.get_by_role("button", name="Save the name").click()
    expect(daniel.get_by_text("Enter a name.")).to_be_visible()
    assert_accessible(daniel)
    daniel.get_by_label("Name", exact=True).fill("Danny Reyes")
    daniel.get_by_role("button", name="Save the name").click()
    expect(daniel.get_by_text("Your name is changed.")).to_be_visible()
    photograph(daniel, "own-name")
    expect(bubble).to_contain_text("Danny Reyes")
    # Other journeys know the former one.
    daniel.get_by_label("Name", exact=True).fill("Daniel Reyes")
    daniel.get_by_role("button", name="Save the name").click()
    expect(bubble).to_contain_text("Daniel Reyes")
