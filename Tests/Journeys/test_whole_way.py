"""A customer writes on a phone, an agent answers in the inbox, the ticks go to read."""

import re

from conftest import assert_accessible, looks, photograph
from playwright.sync_api import Page, expect


def bubble(page: Page, text: str):
    return page.locator(".message", has_text=text)


def open_phone(page: Page, customer) -> None:
    page.goto(f"{customer.demo.simulator}/?phones={customer.phone}")
    phone = page.locator(f"[data-phone='{customer.phone}']")
    # The list of businesses comes first; the one that is written to here stands on top.
    field = phone.get_by_label("Message", exact=True)
    expect(phone.locator(".chat-row").first.or_(field).first).to_be_visible()
    if not field.is_visible():
        phone.locator(".chat-row").first.click()
    expect(field).to_be_visible()


@looks
def test_a_customer_writes_and_an_agent_answers(demo, browsing, theme, size):
    customer = demo.new_customer(f"Nora {theme.title()} {size[0]}")
    agent = browsing.page(theme=theme, size=size)
    agent.goto(demo.inbox)
    phone = browsing.page(signed_in=False)
    open_phone(phone, customer)

    phone.get_by_label("Message", exact=True).fill("Hello, is my order on its way?")
    phone.get_by_role("button", name="Send").click()

    # In the open inbox without touching it: on top, unread.
    row = agent.locator("#conversations > li").first
    expect(row).to_contain_text(customer.name)
    expect(row).to_contain_text("Hello, is my order on its way?")
    expect(row.locator(".count")).to_contain_text("1")
    photograph(agent, f"inbox-list-{theme}-{size[0]}")

    row.get_by_role("link").click()
    expect(bubble(agent, "Hello, is my order on its way?")).to_be_visible()
    # Read by whoever sees it.
    expect(agent.locator(f"#conversations > li:has-text('{customer.name}') .count")).to_have_count(0)

    agent.get_by_label("Message", exact=True).fill("Yes, it arrives tomorrow *before noon*.")
    agent.get_by_label("Message", exact=True).press("Enter")
    answer = bubble(agent, "Yes, it arrives tomorrow")
    expect(answer).to_have_count(1)
    expect(phone.locator("[data-message]", has_text="it arrives tomorrow")).to_be_visible()
    # The chat is open on the phone, so the customer has read it.
    expect(answer.locator(".status")).to_have_text("Read")
    expect(answer.locator("strong")).to_have_text("before noon")

    # And on: what the customer writes shows in the open thread.
    phone.get_by_label("Message", exact=True).fill("Great, thank you 🙌")
    phone.get_by_role("button", name="Send").click()
    expect(bubble(agent, "Great, thank you")).to_be_visible()

    photograph(agent, f"thread-{theme}-{size[0]}")
    assert_accessible(agent)


def test_a_message_shows_by_itself_in_the_open_thread(demo, browsing):
    customer = demo.new_customer("Quick Quentin")
    customer.writes("First")
    agent = browsing.page()
    agent.goto(demo.inbox)
    agent.get_by_role("link", name=re.compile("Quick Quentin")).click()
    expect(bubble(agent, "First")).to_be_visible()
    requests = []
    agent.on("request", lambda request: requests.append(request) if request.is_navigation_request() else None)
    customer.writes("Now")
    expect(bubble(agent, "Now")).to_be_visible()
    assert requests == []


def test_reading_needs_eyes(demo, browsing):
    """A conversation that is open in a tab in the background isn't read."""
    customer = demo.new_customer("Unseen Ulla")
    customer.writes("One")
    agent = browsing.page()
    agent.goto(demo.inbox)
    agent.get_by_role("link", name=re.compile("Unseen Ulla")).click()
    expect(bubble(agent, "One")).to_be_visible()
    row = agent.locator("#conversations > li", has_text="Unseen Ulla")
    expect(row.locator(".count")).to_have_count(0)
    agent.evaluate("document.hasFocus = () => false")
    customer.writes("Two")
    expect(bubble(agent, "Two")).to_be_visible()
    expect(row.locator(".count")).to_contain_text("1")
    expect(agent).to_have_title(re.compile(r"^\("))
    agent.evaluate("delete document.hasFocus")
    agent.evaluate("dispatchEvent(new Event('focus'))")
    expect(row.locator(".count")).to_have_count(0)
