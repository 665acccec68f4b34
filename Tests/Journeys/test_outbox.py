"""Nothing that was written is lost or sent twice."""

import re

from playwright.sync_api import Page, expect

CUT = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_NETWORK_CHANGED|ERR_CONNECTION"


def open_thread(browsing, demo, customer) -> Page:
    customer.writes("Hello")
    page = browsing.page()
    page.goto(demo.inbox)
    page.get_by_role("link", name=re.compile(customer.name)).click()
    expect(page.locator(".message", has_text="Hello")).to_be_visible()
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_label("Message", exact=True).press("Enter")


def expect_delivered(page: Page, *texts: str) -> None:
    for text in texts:
        bubble = page.locator(".message.out", has_text=text)
        expect(bubble).to_have_count(1)
        expect(bubble.locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))


def test_a_double_click_sends_once(demo, browsing):
    customer = demo.new_customer("Double Dora")
    page = open_thread(browsing, demo, customer)
    page.get_by_label("Message", exact=True).fill("Only once")
    page.get_by_role("button", name="Send").dblclick()
    expect_delivered(page, "Only once")
    customer.expect_received("Only once")


def test_many_messages_in_a_row_keep_their_order(demo, browsing):
    customer = demo.new_customer("Orderly Olga")
    page = open_thread(browsing, demo, customer)
    texts = [f"Line {number}" for number in range(1, 9)]
    for text in texts:
        write(page, text)
    expect_delivered(page, *texts)
    customer.expect_received(*texts)
    assert page.locator(".message.out .body").all_inner_texts() == texts


def test_what_is_written_offline_is_sent_later(demo, browsing):
    browsing.allow(CUT)
    customer = demo.new_customer("Offline Otto")
    page = open_thread(browsing, demo, customer)
    page.context.set_offline(True)
    write(page, "From the tunnel")
    write(page, "Still in the tunnel")
    unsent = page.locator(".message.out", has_text="From the tunnel")
    expect(unsent.locator(".status")).to_have_text("Waiting for the connection")
    customer.expect_received()
    page.context.set_offline(False)
    expect_delivered(page, "From the tunnel", "Still in the tunnel")
    customer.expect_received("From the tunnel", "Still in the tunnel")


def test_what_is_unsent_survives_a_reload(demo, browsing):
    browsing.allow(CUT)
    customer = demo.new_customer("Reload Rita")
    page = open_thread(browsing, demo, customer)
    # The page itself can be loaded, but nothing can be posted.
    page.route("**/messages", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    write(page, "Hold this for me")
    expect(page.locator(".message.out", has_text="Hold this for me")).to_be_visible()
    page.reload()
    expect(page.locator(".message.out", has_text="Hold this for me")).to_be_visible()
    page.unroute("**/messages")
    page.reload()
    expect_delivered(page, "Hold this for me")
    customer.expect_received("Hold this for me")


def test_a_lost_answer_sends_nothing_twice(demo, browsing):
    browsing.allow(CUT)
    customer = demo.new_customer("Lost Lena")
    page = open_thread(browsing, demo, customer)

    lost = []

    def lose_answer(route):
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch())  # The server has it,
        route.abort()  # and the browser never learns.

    page.route("**/messages", lose_answer)
    write(page, "Said once")
    expect_delivered(page, "Said once")
    # Time for the repeat: the outbox is empty when it had its answer.
    page.evaluate(
        """async () => {
            while (Object.keys(localStorage).some((key) => key.startsWith('outbox:'))) await new Promise((next) => setTimeout(next, 20));
        }"""
    )
    expect(page.locator(".message.out")).to_have_count(1)
    customer.expect_received("Said once")


def test_a_refused_message_says_why_and_can_be_deleted(demo, browsing):
    browsing.allow("409")
    customer = demo.new_customer("Refused Rolf")
    page = open_thread(browsing, demo, customer)
    problem = '{"code": "message.window-closed", "detail": "The window is closed."}'
    page.route("**/messages", lambda route: route.fulfill(status=409, content_type="application/problem+json", body=problem))
    write(page, "Too late")
    bubble = page.locator(".message.out", has_text="Too late")
    expect(bubble.locator(".failure")).to_contain_text("The window is closed.")
    page.unroute("**/messages")
    bubble.get_by_role("button", name="Retry").click()
    expect_delivered(page, "Too late")

    page.route("**/messages", lambda route: route.fulfill(status=409, content_type="application/problem+json", body=problem))
    write(page, "Never mind")
    other = page.locator(".message.out", has_text="Never mind")
    other.get_by_role("button", name="Delete").click()
    expect(other).to_have_count(0)
    page.reload()
    expect(page.locator(".message.out", has_text="Too late")).to_have_count(1)
    expect(page.locator(".message.out", has_text="Never mind")).to_have_count(0)
    customer.expect_received("Too late")


def test_a_draft_stays_with_its_conversation(demo, browsing):
    one, other = demo.new_customer("Draft Dana"), demo.new_customer("Draft Emil")
    other.writes("Hi")
    page = open_thread(browsing, demo, one)
    page.get_by_label("Message", exact=True).fill("Half a thou")
    page.get_by_role("link", name=re.compile("Draft Emil")).click()
    expect(page.get_by_role("heading", name="Draft Emil")).to_be_visible()
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    expect(page.locator("#conversations > li", has_text="Draft Dana")).to_contain_text("Draft: Half a thou")
    page.reload()
    page.get_by_role("link", name=re.compile("Draft Dana")).click()
    expect(page.get_by_label("Message", exact=True)).to_have_value("Half a thou")


def test_nobody_sends_what_another_wrote_in_this_browser(demo, browsing):
    browsing.allow(CUT)
    customer = demo.new_customer("Shared Sam")
    page = open_thread(browsing, demo, customer)
    page.route("**/messages", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    write(page, "Mine alone")
    expect(page.locator(".message.out", has_text="Mine alone")).to_be_visible()
    page.unroute("**/messages")
    # Another person's page in the same browser, with the same conversation open.
    address = page.url
    html = page.evaluate("(address) => fetch(address).then((answer) => answer.text())", address)
    page.route(address, lambda route: route.fulfill(body=page_of_another(html), content_type="text/html"))
    page.goto(address)
    expect(page.locator(".message", has_text="Hello")).to_be_visible()
    expect(page.locator(".message.out")).to_have_count(0)
    customer.expect_received()


def page_of_another(html: str) -> str:
    return re.sub(r'data-account="[^"]*"', 'data-account="acc_other@/app/acme"', html)
