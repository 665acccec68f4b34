"""The receipts webhook of a number, as somebody who manages numbers sets it up, with their own program listening."""

import http.server
import json
import re
import threading
import time

import pytest
from conftest import DELIVERY_SECONDS, NARROW, WIDE, assert_accessible, photograph
from playwright.sync_api import Locator, Page, expect


class Receiver(http.server.ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.received = 200, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/receipts"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b"<b>noted</b>")

    def log_message(self, *arguments):
        pass


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.shutdown()
    receiver.server_close()


def send(demo, customer, text: str) -> str:
    conversation = demo.api("GET", f"/conversations/{demo.conversation_with(customer.name)}")
    message = {"sender": customer.sender["id"], "to": {"contact": conversation["contact"]["id"]}, "text": {"body": text}}
    return demo.api("POST", "/messages", message)["id"]


def reload_until(page: Page, locator: Locator) -> None:
    """The log is a page like any other: it shows what is there when it is asked for."""
    deadline = time.monotonic() + DELIVERY_SECONDS
    while not locator.count() and time.monotonic() < deadline:
        page.reload()
    expect(locator).to_be_visible()


def posted(page: Page, message: str, what: str) -> Locator:
    """The row of what was told of a message and taken."""
    told = page.locator(".what", has_text=re.compile(f"^{what} +Taken$"))
    return page.locator(".entries > li", has_text=message).filter(has=told)


def photograph_both(page: Page, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        photograph(page, f"{name}-{scheme}")
        assert_accessible(page)
    page.emulate_media(color_scheme="light")


def test_receipts_are_set_up_tested_followed_and_resumed(demo, browsing, receiver):
    browsing.allow("422")
    customer = demo.new_customer("Receipt Rita")
    customer.writes("Hello")
    demo.control("PATCH", f"/phones/{customer.phone}", {"openChat": customer.sender["phoneNumberId"]})
    page = browsing.page(size=WIDE)
    senders = f"{demo.url}/app/{demo.workspace}/whatsapp/senders"
    receipts = f"{senders}/{customer.sender['id']}/receipts"
    page.goto(senders)
    page.locator(f"#{customer.sender['id']}").get_by_role("link", name="Open").click()
    page.get_by_role("link", name="Receipts webhook").click()
    expect(page.get_by_role("heading", name="Delivery and read receipts")).to_be_visible()
    assert page.url == receipts

    page.get_by_label("Address").fill("https://10.0.0.1/receipts")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The address leads into a private network.")).to_be_visible()
    expect(page.get_by_label("Address")).to_have_value("https://10.0.0.1/receipts")
    photograph_both(page, "receipts-refused")

    page.get_by_label("Address").fill(receiver.address)
    page.get_by_role("button", name="Make a test request").click()
    expect(page.get_by_text(re.compile("^Answered 200 after [0-9,]+ ms with 12 bytes.$"))).to_be_visible()
    expect(page.get_by_text("noted")).to_have_count(0)
    secret = page.get_by_role("textbox", name="The signing secret")
    expect(secret).to_have_value(re.compile("^whsec_"))
    first = secret.input_value()
    expect(page.get_by_text("This address was only tested.")).to_be_visible()
    assert receiver.received[-1]["test"] is True
    photograph_both(page, "receipts-tested")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Receipts go there from now on.")).to_be_visible()
    expect(secret).to_have_count(0)

    message = send(demo, customer, "Your parcel has left")
    reload_until(page, posted(page, message, "Read"))
    row = posted(page, message, "Delivered to the phone")
    row.get_by_text("1 attempt").click()
    expect(row.get_by_text("<b>noted</b>")).to_be_visible()
    row.scroll_into_view_if_needed()
    photograph_both(page, "receipts-log")
    row.get_by_role("button", name="Post once more").click()
    expect(page.get_by_text("It waits to be posted once more.")).to_be_visible()
    reload_until(page, row.get_by_text("2 attempts"))

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Make a new secret").click()
    expect(page.get_by_text("The old secret works for one more day.")).to_be_visible()
    expect(page.get_by_text("The old secret works until")).to_be_visible()
    expect(secret).to_have_value(re.compile("^whsec_"))
    assert secret.input_value() != first

    # It wants no more: nothing is lost, and a person goes on.
    page.goto(receipts)
    receiver.status = 410
    message = send(demo, customer, "Your parcel is there")
    stopped = page.get_by_role("region", name="Stopped")
    reload_until(page, stopped)
    expect(stopped).to_contain_text("the address answered 410")
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    photograph_both(page, "receipts-stopped-narrow")
    page.goto(senders)
    expect(page.locator(f"#{customer.sender['id']}").get_by_role("link", name="Receipts Stopped")).to_be_visible()
    photograph_both(page, "receipts-senders-narrow")
    receiver.status = 200
    page.goto(receipts)
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("It goes on, with what has waited.")).to_be_visible()
    reload_until(page, posted(page, message, "Read"))
    posted(page, message, "Read").scroll_into_view_if_needed()
    photograph_both(page, "receipts-log-narrow")
    assert [one["status"] for one in receiver.received if one["whatsapp_message_id"] == message and "test" not in one][-3:] == [
        "sent",
        "delivered",
        "read",
    ]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove the webhook").click()
    expect(page.get_by_text("No receipts are posted any more.")).to_be_visible()
    expect(page.get_by_label("Address")).to_have_value("")
