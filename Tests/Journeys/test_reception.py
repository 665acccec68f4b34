"""What becomes of what arrives for a number, as somebody who manages numbers chooses it, with customers who call and write meanwhile."""

import pytest
from conftest import NARROW, WIDE, Customer, assert_accessible, eventually, photograph
from playwright.sync_api import Page, expect

USUAL = {"receivesMessages": True, "notifies": True, "receivesGroupMessages": True, "sendsMail": False, "blocksCalls": False}
MESSAGE = "We don't take calls here.\nPlease write to us."


@pytest.fixture
def sender(demo):
    """A number that has its usual options again for the tests after this one."""
    sender = demo.senders[1]
    yield sender
    demo.api("PUT", f"/senders/{sender['id']}/reception", USUAL)


def customer(demo, sender: dict, name: str) -> Customer:
    made = demo.new_customer(name)
    return Customer(demo, made.phone, name, sender)


def reception(demo, sender: dict) -> str:
    return f"{demo.inbox}/senders/{sender['id']}/reception"


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def photograph_all(page: Page, name: str) -> None:
    for word, size in (("wide", WIDE), ("narrow", NARROW)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            photograph(page, f"{name}-{word}-{scheme}")
            assert_accessible(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def rings(caller: Customer) -> str:
    """Calls, and gives the call's id: it rings until the business rejects it."""
    call = {"to": caller.sender["phoneNumberId"], "rings": True}
    return caller.demo.control("POST", f"/phones/{caller.phone}/calls", call)["id"]


def expect_rejected(caller: Customer, call: str) -> None:
    eventually(lambda: caller.demo.control("GET", f"/phones/{caller.phone}/calls/{call}")["state"] == "rejected")


def test_a_caller_is_rejected_and_gets_the_block_message_once(demo, browsing, sender):
    browsing.allow("409")
    page = browsing.page(size=WIDE)
    page.goto(reception(demo, sender))
    expect(page.get_by_role("heading", name="Messages", exact=True)).to_be_visible()
    for name, is_on in (("Receive messages", True), ("Notify in the platform", True), ("Receive group messages", True)):
        expect(page.get_by_role("checkbox", name=name)).to_be_checked(checked=is_on)
    blocking, message = page.get_by_role("checkbox", name="Block calls"), page.get_by_label("Block message", exact=True)
    expect(blocking).not_to_be_checked()
    expect(message).to_be_hidden()
    photograph_all(page, "reception-usual")

    # What can't be is refused, and what was filled in stays.
    blocking.check()
    message.fill(MESSAGE)
    page.get_by_role("checkbox", name="Send an e-mail of each message").check()
    page.get_by_label("Address", exact=True).fill("team@example.com")
    save(page)
    expect(page.get_by_text("This workspace has no server that sends e-mail.")).to_be_visible()
    expect(page.get_by_label("Address", exact=True)).to_have_value("team@example.com")
    expect(message).to_have_value(MESSAGE)
    photograph_all(page, "reception-refused")
    page.get_by_role("checkbox", name="Send an e-mail of each message").uncheck()
    save(page)
    expect(page.get_by_text("Saved. It holds for what arrives from now on.")).to_be_visible()
    expect(blocking).to_be_checked()
    expect(message).to_have_value(MESSAGE)
    photograph_all(page, "reception-blocking")

    caller = customer(demo, sender, "Calling Cleo")
    expect_rejected(caller, rings(caller))
    caller.expect_received(MESSAGE)
    conversation = demo.conversation_with(caller.name)
    page.goto(f"{demo.inbox}/{conversation}")
    thread = page.locator("#messages")
    expect(thread.get_by_text("Missed call")).to_be_visible()
    expect(thread.get_by_text("Please write to us.")).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        photograph(page, f"reception-call-{scheme}")
    page.emulate_media(color_scheme="light")
    # Within the hour the caller is rejected again, and not written to again.
    expect_rejected(caller, rings(caller))
    expect(thread.get_by_text("Missed call")).to_have_count(2)
    caller.writes("All right, I write")
    expect(thread.get_by_text("All right, I write")).to_be_visible()
    assert caller.received == [MESSAGE]

    # Without blocking there is no message either.
    page.goto(reception(demo, sender))
    blocking.uncheck()
    expect(message).to_be_hidden()
    save(page)
    expect(page.get_by_text("Saved. It holds for what arrives from now on.")).to_be_visible()
    blocking.check()
    expect(message).to_have_value("")


def test_what_is_not_received_is_kept_and_brought_in_later(demo, browsing, sender):
    page = browsing.page(size=WIDE)
    page.goto(reception(demo, sender))
    messages = page.get_by_role("checkbox", name="Receive messages")
    messages.uncheck()
    save(page)
    expect(page.get_by_text("Saved. It holds for what arrives from now on.")).to_be_visible()
    page.get_by_role("navigation", name="This number").get_by_role("link", name="Overview").click()
    expect(page.locator(".answer", has_text="Can it receive?")).to_contain_text("Messages are switched off on its Reception page.")
    writer = customer(demo, sender, "Unseen Uma")
    writer.writes("Is anybody there?")
    eventually(lambda: demo.api("GET", f"/senders/{sender['id']}/reception")["kept"] == 1)
    page.goto(demo.inbox)
    expect(page.locator("#conversations").get_by_text("Unseen Uma")).to_have_count(0)

    page.goto(reception(demo, sender))
    kept = page.get_by_role("region", name="Not received")
    expect(kept).to_contain_text("One delivery from WhatsApp is kept.")
    expect(kept).to_contain_text("Receive messages again first")
    expect(kept.get_by_role("button")).to_have_count(0)
    photograph_all(page, "reception-kept")
    messages.check()
    save(page)
    page.once("dialog", lambda dialog: dialog.accept())
    kept.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("What was kept comes in now, the oldest first.")).to_be_visible()
    page.goto(f"{demo.inbox}/{demo.conversation_with(writer.name)}")
    expect(page.locator("#messages").get_by_text("Is anybody there?")).to_be_visible()
    eventually(lambda: demo.api("GET", f"/senders/{sender['id']}/reception")["kept"] == 0)
