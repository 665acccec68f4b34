"""What waits at a number: pausing, clearing, sending again, and deciding about what nobody knows."""

import re
import sqlite3
import time

import pytest
from conftest import DELIVERY_SECONDS, assert_accessible, looks, photograph, signed_in, start_demo
from playwright.sync_api import Page, expect


class Shop:
    """A demo of its own, whose number is paused and whose calls go wrong without harm to other tests."""

    def __init__(self, folder):
        self.program, self.demo = start_demo(folder)
        self.database = folder / "data" / "switchboard.db"
        self.sender = self.demo.senders[0]["id"]

    @property
    def page(self) -> str:
        return f"{self.demo.inbox}/senders/{self.sender}/queue"

    def queue(self, method="GET", path="", body=None):
        return self.demo.api(method, f"/senders/{self.sender}/queue{path}", body)

    def send_in_vain(self, name: str, text: str, status: str, **fault) -> str:
        """A message whose call goes wrong in this way, once it stands at `status`."""
        self.demo.control("POST", "/faults", {"edge": "messages", "times": None, **fault})
        message = self.send(name, text)
        self.expect_status(message, status)
        self.demo.control("DELETE", "/faults")
        return message

    def pause(self) -> None:
        self.queue("POST", "/pause")
        # What the dispatcher knows of a number may be a quarter of a second old.
        time.sleep(0.5)

    def customer(self, name: str):
        customer = self.demo.new_customer(name)
        customer.writes("Hello")
        self.wait_for(lambda: self.conversation(name))
        return customer

    def conversation(self, name: str):
        found = self.demo.api("GET", "/conversations?limit=20")["data"]
        return next((conversation for conversation in found if conversation["contact"]["name"] == name), None)

    def send(self, name: str, text: str) -> str:
        to = {"contact": self.conversation(name)["contact"]["id"]}
        return self.demo.api("POST", "/messages", {"sender": self.sender, "to": to, "text": {"body": text}})["id"]

    def expect_status(self, message: str, status: str) -> None:
        self.wait_for(lambda: self.demo.api("GET", f"/messages/{message}")["status"] == status)

    @staticmethod
    def wait_for(find):
        deadline = time.monotonic() + DELIVERY_SECONDS
        while not (found := find()):
            assert time.monotonic() < deadline, "It didn't come to that."
            time.sleep(0.05)
        return found

    def fill(self, message: str, count: int) -> None:
        """Queues so many more of a queued message, all for its customer, as a campaign would."""
        with sqlite3.connect(self.database, timeout=10) as database:
            database.execute(
                """
                INSERT INTO messages (workspace_id, id, conversation_id, sender_id, contact_id, direction, kind, content, status, lane, at, sequence)
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                SELECT m.workspace_id, printf('msg_%026d', n.i), m.conversation_id, m.sender_id, m.contact_id, m.direction, m.kind, m.content,
                    'queued', 2, m.at, m.sequence + n.i
                FROM messages m, n WHERE m.id = ?
                """,
                (count, message),
            )
        database.close()

    def grow_old(self, message: str, seconds: int) -> None:
        """As if the outcome of the message had become unknown that much earlier."""
        with sqlite3.connect(self.database, timeout=10) as database:
            database.execute("UPDATE attempts SET answered_at = answered_at - ? WHERE message_id = ?", (seconds * 1000, message))
        database.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory, browser) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.session = signed_in(shop.demo, browser)
    # The demo has a message that failed; these tests count their own.
    shop.queue("POST", "/retry", {})
    shop.wait_for(lambda: shop.queue()["retryable"]["count"] == shop.queue()["stoppable"]["count"] == 0)
    yield shop
    assert shop.program.stop() == 0


@pytest.fixture
def visit(shop, stranger):
    """Opens pages of the shop as its owner."""
    stranger.session = shop.session
    yield stranger
    shop.demo.control("DELETE", "/faults")
    shop.queue("POST", "/clear", {})
    shop.queue("POST", "/resume")


def row(page: Page, text: str):
    return page.locator(".queue-messages > li", has_text=text)


def bubble(page: Page, text: str):
    return page.locator(".message", has_text=text)


@looks
def test_an_empty_queue(shop, visit, theme, size):
    page = visit.page(theme=theme, size=size)
    page.goto(f"{shop.demo.inbox}/senders")
    page.locator(".sender-card").first.get_by_role("link", name="Queue").click()
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    expect(page.get_by_role("button", name="Clear the queue")).to_have_count(0)
    photograph(page, f"queue-empty-{theme}-{size[0]}")
    assert_accessible(page)


def test_paused_messages_wait_and_leave_when_it_is_resumed(shop, visit):
    customer = shop.customer("Patient Paula")
    page = visit.page()
    page.goto(shop.page)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text(re.compile("Paused by you since"))).to_be_visible()
    # Whoever works by keyboard is where they were.
    expect(page.get_by_role("button", name="Resume")).to_be_focused()
    time.sleep(0.5)
    message = shop.send("Patient Paula", "Your order has left")
    # By itself, without a reload.
    expect(row(page, "Patient Paula")).to_contain_text("The number is paused")
    expect(row(page, "Patient Paula")).to_contain_text("Your order has left")
    time.sleep(1.5)
    assert customer.received == []
    page.goto(f"{shop.demo.inbox}/senders")
    card = page.locator(f"#{shop.sender}")
    expect(card).to_contain_text("Paused")
    expect(card.get_by_role("link", name=re.compile("Queue 1"))).to_be_visible()
    photograph(page, "queue-on-card")
    page.goto(shop.page)
    page.get_by_role("button", name="Resume").press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    customer.expect_received("Your order has left")
    expect(row(page, "Patient Paula")).to_have_count(0)
    shop.expect_status(message, "delivered")


@looks
def test_clearing(shop, visit, theme, size):
    name = f"علي Clear {theme} {size[0]}"
    customer = shop.customer(name)
    shop.pause()
    for number in range(1, 13):
        shop.send(name, f"Voucher {number}")
    page = visit.page(theme=theme, size=size)
    page.goto(shop.page)
    expect(row(page, name)).to_have_count(12)
    photograph(page, f"queue-{theme}-{size[0]}")
    assert_accessible(page)
    page.get_by_role("button", name="Clear the queue").click()
    dialog = page.get_by_role("dialog", name="Cancel 12 messages?")
    expect(dialog).to_contain_text("None is with WhatsApp at this moment.")
    photograph(page, f"queue-clear-{theme}-{size[0]}")
    assert_accessible(page)
    # What comes while somebody thinks isn't what they were asked about.
    late = shop.send(name, "Late offer")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(row(page, "Late offer")).to_be_visible()
    page.get_by_role("button", name="Clear the queue").click()
    later = shop.send(name, "Later offer")
    page.get_by_role("button", name="Cancel the messages").click()
    expect(page.locator(".toast")).to_contain_text("13 messages cancelled.")
    expect(row(page, name)).to_have_count(1)
    expect(row(page, "Later offer")).to_be_visible()
    row(page, "Later offer").get_by_role("link").click()
    expect(bubble(page, "Voucher 12")).to_contain_text("Cancelled before it was sent.")
    expect(bubble(page, "Late offer").locator(".status")).to_have_text("Cancelled")
    expect(bubble(page, "Later offer").locator(".status")).to_have_text("Waiting to leave")
    photograph(page, f"queue-cancelled-{theme}-{size[0]}")
    assert_accessible(page)
    shop.queue("POST", "/resume")
    customer.expect_received("Later offer")
    shop.expect_status(late, "cancelled")
    shop.expect_status(later, "delivered")


def test_clearing_the_campaigns_of_a_long_queue(shop, visit):
    customer = shop.customer("Long Lena")
    shop.pause()
    reply = shop.send("Long Lena", "A reply")
    shop.fill(reply, 12_345)
    page = visit.page()
    page.goto(shop.page)
    expect(page.locator(".tile", has_text="Campaigns")).to_contain_text("10,000+")
    page.get_by_role("link", name="Further on").click()
    expect(page.get_by_role("heading", name="What waits, further on")).to_be_visible()
    page.get_by_role("button", name="Clear the queue").click()
    dialog = page.get_by_role("dialog", name="Cancel more than 10,001 messages?")
    expect(dialog.get_by_role("button", name="Keep them")).to_be_focused()
    photograph(page, "queue-clear-long")
    assert_accessible(page)
    dialog.get_by_label("Campaigns (10,000+)").check()
    dialog.get_by_role("button", name="Cancel the messages").click()
    expect(page.locator(".toast")).to_contain_text("12,345 messages cancelled.", timeout=120_000)
    page.goto(shop.page)
    expect(page.locator(".queue-messages > li")).to_have_count(1)
    page.get_by_role("button", name="Resume").click()
    customer.expect_received("A reply")
    shop.expect_status(reply, "delivered")


def test_clearing_without_scripts(shop, visit):
    shop.customer("Plain Petra")
    shop.pause()
    for number in range(3):
        shop.send("Plain Petra", f"Offer {number}")
    page = visit.page(scripts=False)
    page.goto(shop.page)
    page.get_by_role("button", name="Clear the queue").click()
    page.get_by_role("button", name="Cancel the messages").click()
    expect(page.get_by_text("3 messages cancelled.")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_what_failed_for_a_reason_that_can_pass_is_sent_again(shop, visit):
    customer = shop.customer("Again Agnes")
    shop.send_in_vain("Again Agnes", "Second time lucky", "failed", action="error", code=134102)
    page = visit.page()
    page.goto(shop.page)
    expect(page.locator(".tile", has_text="Failed, can be tried again")).to_contain_text("1")
    page.get_by_role("button", name="Send failed ones again").click()
    expect(page.get_by_role("dialog", name="Send 1 message again?")).to_be_visible()
    photograph(page, "queue-retry")
    assert_accessible(page)
    page.get_by_role("button", name="Send them again").click()
    expect(page.locator(".toast")).to_contain_text("1 message put back into the queue.")
    customer.expect_received("Second time lucky")
    expect(page.get_by_role("button", name="Send failed ones again")).to_have_count(0)


@pytest.mark.parametrize("choice", ["Send again", "Leave it"])
def test_deciding_about_what_nobody_knows(shop, visit, choice):
    name = f"Doubtful {choice}"
    customer = shop.customer(name)
    message = shop.send_in_vain(name, "Did this arrive?", "unknown", action="reset")
    page = visit.page()
    page.goto(f"{shop.demo.inbox}/{shop.conversation(name)['id']}")
    asked = bubble(page, "Did this arrive?")
    expect(asked).to_contain_text("Its report is awaited until")
    expect(asked.get_by_role("button", name=choice)).to_have_count(0)
    shop.grow_old(message, 601)
    page.goto(shop.page)
    expect(row(page, name)).to_contain_text("Needs a decision")
    photograph(page, "queue-unknown")
    row(page, name).get_by_role("link").click()
    photograph(page, "decision")
    assert_accessible(page)
    questions = []

    def answer(dialog):
        questions.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    asked.get_by_role("button", name=choice).click()
    if choice == "Send again":
        customer.expect_received("Did this arrive?")
        expect(asked.locator(".status")).to_have_text(re.compile("Delivered|Read|Sent"))
        assert len(questions) == 1 and "twice" in questions[0]
    else:
        expect(asked).to_contain_text("WhatsApp never said whether this message left.")
        assert customer.received == []
        assert questions == []
