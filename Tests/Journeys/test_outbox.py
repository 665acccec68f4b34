"""Nothing that was written is lost or sent twice."""

import re

from conftest import NARROW, WIDE, assert_accessible, eventually, photograph, sign_in, start_demo
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
    # Another person's page in the same browser, with the same conversation open.
    address = page.url
    html = page.evaluate("(address) => fetch(address).then((answer) => answer.text())", address)
    page.route(address, lambda route: route.fulfill(body=page_of_another(html), content_type="text/html"))
    # At once, before the first person's page tries again.
    page.unroute("**/messages")
    page.goto(address)
    expect(page.locator(".message", has_text="Hello")).to_be_visible()
    expect(page.locator(".message.out")).to_have_count(0)
    customer.expect_received()


def page_of_another(html: str) -> str:
    return re.sub(r'data-account="[^"]*"', 'data-account="acc_other@/app/acme"', html)


def attach(page: Page, *names: str, kind: str = "text/plain", content: bytes = b"Some bytes.") -> None:
    page.locator("#files").set_input_files([{"name": name, "mimeType": kind, "buffer": content} for name in names])


class HeldUploads:
    """Uploads that stay on their way until they are let go."""

    def __init__(self, page: Page):
        self.page, self.routes = page, []
        page.route("**/whatsapp/media?*", self.hold)

    def hold(self, route) -> None:
        self.routes.append(route)

    def wait_for(self, count: int) -> None:
        def have_come() -> bool:
            # Also looks after what the browser tells.
            self.page.wait_for_timeout(20)
            return len(self.routes) >= count

        eventually(have_come)

    def let_go(self) -> None:
        for route in self.routes:
            route.continue_()


def test_what_is_written_during_an_upload_stays(demo, browsing):
    customer = demo.new_customer("Upload Uma")
    page = open_thread(browsing, demo, customer)
    uploads = HeldUploads(page)
    attach(page, "list.txt")
    uploads.wait_for(1)
    field = page.get_by_label("Message", exact=True)
    field.fill("Here is the list")
    field.press("Enter")
    field.press_sequentially(" and the next thought")
    attach(page, "later.txt")
    uploads.wait_for(2)
    uploads.let_go()
    expect_delivered(page, "Here is the list")
    expect(field).to_have_value("and the next thought")
    expect(page.locator("#tray li")).to_have_text(re.compile("later.txt"))
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(field).to_have_value("and the next thought")


def test_what_is_rewritten_during_an_upload_stays_too(demo, browsing):
    customer = demo.new_customer("Upload Ugo")
    page = open_thread(browsing, demo, customer)
    uploads = HeldUploads(page)
    attach(page, "list.txt")
    uploads.wait_for(1)
    field = page.get_by_label("Message", exact=True)
    field.fill("As it was sent")
    field.press("Enter")
    field.fill("Something else by now")
    uploads.let_go()
    expect_delivered(page, "As it was sent")
    expect(field).to_have_value("Something else by now")


def test_a_file_removed_while_sending_waits_is_left_out(demo, browsing):
    customer = demo.new_customer("Removing Rosa")
    page = open_thread(browsing, demo, customer)
    uploads = HeldUploads(page)
    attach(page, "one.txt", "two.txt")
    uploads.wait_for(2)
    write(page, "Only one of them")
    page.get_by_role("button", name="Remove one.txt").click()
    uploads.let_go()
    expect_delivered(page, "Only one of them")
    expect(page.locator(".message.out")).to_have_count(1)
    expect(page.locator(".message.out")).to_contain_text("two.txt")
    expect(page.locator("#tray li")).to_have_count(0)


def test_a_file_that_fails_stops_the_sending_with_a_word(demo, browsing):
    browsing.allow(CUT)
    customer = demo.new_customer("Failing Fritz")
    page = open_thread(browsing, demo, customer)
    page.route("**/whatsapp/media?*", lambda route: route.abort())
    attach(page, "one.txt")
    expect(page.locator("#tray .state")).to_have_text("No connection. Remove it and try again.")
    write(page, "With a file")
    expect(page.get_by_role("alert")).to_contain_text("Remove that file and send again.")
    expect(page.get_by_label("Message", exact=True)).to_have_value("With a file")
    page.get_by_role("button", name="Remove one.txt").click()
    page.get_by_role("button", name="Send").click()
    expect_delivered(page, "With a file")


HAND_OVER = """([event, files]) => {
    const data = new DataTransfer();
    for (const [name, type, text] of files) data.items.add(new File([text], name, { type }));
    const options = { bubbles: true, cancelable: true };
    const it = event === "paste" ? new ClipboardEvent("paste", { ...options, clipboardData: data }) : new DragEvent(event, { ...options, dataTransfer: data });
    document.querySelector("#text").dispatchEvent(it);
}"""


def test_files_are_pasted_and_dropped_and_their_progress_shows(demo, browsing):
    customer = demo.new_customer("Paste Paula")
    page = open_thread(browsing, demo, customer)
    uploads = HeldUploads(page)
    page.evaluate(HAND_OVER, ["paste", [["note.txt", "text/plain", "From the clipboard"]]])
    page.evaluate(HAND_OVER, ["dragover", [["a.txt", "text/plain", "A"]]])
    expect(page.locator("#composer")).to_have_class(re.compile("dropping"))
    page.evaluate(HAND_OVER, ["drop", [["a.txt", "text/plain", "First"], ["b.txt", "text/plain", "Second"]]])
    expect(page.locator("#composer")).not_to_have_class(re.compile("dropping"))
    expect(page.locator("#tray .name")).to_have_text(["note.txt", "a.txt", "b.txt"])
    expect(page.locator("#tray progress")).to_have_count(3)
    uploads.wait_for(3)
    write(page, "Three of them")
    uploads.let_go()
    expect(page.locator("#tray li")).to_have_count(0)
    for name in ("note.txt", "a.txt", "b.txt"):
        expect(page.locator(".message.out", has_text=name).locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))
    expect(page.locator(".message.out", has_text="note.txt")).to_contain_text("Three of them")


def test_a_file_that_is_too_large_is_refused_before_it_travels(demo, browsing, tmp_path):
    browsing.allow("422")
    page = open_thread(browsing, demo, demo.new_customer("Large Lars"))
    expect(page.get_by_role("button", name="Attach files")).to_have_attribute("title", re.compile("images up to 5 MB.*documents 100 MB"))
    uploads = []
    page.on("request", lambda request: uploads.append(request.url) if "/whatsapp/media?" in request.url else None)
    large = tmp_path / "archive.pdf"
    with large.open("wb") as file:
        file.truncate(101 * 1024 * 1024)
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG" + bytes(6 * 1024 * 1024))
    page.locator("#files").set_input_files([large, photo])
    said = page.locator("#tray .broken .state")
    expect(said).to_have_text(["A document can have at most 100 MB.", "An image can have at most 5 MB."])
    assert not uploads
    write(page, "Stays here")
    expect(page.locator(".toast")).to_be_visible()
    expect(page.get_by_label("Message", exact=True)).to_have_value("Stays here")
    expect(page.locator("#tray li")).to_have_count(2)
    # Bytes that aren't what the name says are refused by the server, beside the file.
    page.get_by_role("button", name="Remove archive.pdf").click()
    page.get_by_role("button", name="Remove photo.png").click()
    page.locator("#files").set_input_files({"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": b"MZ" + bytes(200)})
    expect(said).to_contain_text("WhatsApp doesn't take this kind of file")
    page.get_by_role("button", name="Remove holiday.jpg").click()


def test_an_eleventh_file_is_left_out_with_a_word(demo, browsing):
    customer = demo.new_customer("Eleven Elsa")
    page = open_thread(browsing, demo, customer)
    attach(page, *[f"file-{number}.txt" for number in range(1, 12)])
    expect(page.locator("#tray li")).to_have_count(10)
    expect(page.get_by_role("alert")).to_contain_text("10 files can be sent at once; “file-11.txt” isn't among them.")
    page.once("dialog", lambda dialog: dialog.accept())


def test_each_of_several_files_has_a_caption_of_its_own(demo, browsing):
    customer = demo.new_customer("Captions Cora")
    page = open_thread(browsing, demo, customer)
    attach(page, "front.txt")
    captions = page.locator("#tray .caption")
    # One alone has the text below.
    expect(captions).to_be_hidden()
    attach(page, "back.txt", "side.txt")
    expect(page.locator("#tray .state")).to_have_text([re.compile("kB")] * 3)
    page.get_by_label("Caption of back.txt").fill("From behind")
    page.get_by_label("Caption of side.txt").fill("x" * 1025)
    page.get_by_label("Message", exact=True).fill("All of them")
    page.get_by_role("button", name="Send").click()
    # Nothing left, and the caption is there to be made shorter.
    side = page.get_by_label("Caption of side.txt")
    expect(side).to_be_focused()
    assert side.evaluate("(field) => field.validationMessage") == "A caption has at most 1024 characters, and this one has 1025."
    expect(page.locator(".message.out")).to_have_count(0)
    for theme, size in (("light", WIDE), ("dark", NARROW)):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        photograph(page, f"captions-{theme}")
        assert_accessible(page)
    side.fill("From the side")
    side.press("Enter")
    expect(page.locator("#tray li")).to_have_count(0)
    for name, caption in {"front.txt": "All of them", "back.txt": "From behind", "side.txt": "From the side"}.items():
        bubble = page.locator(".message.out", has_text=name)
        expect(bubble.locator(".body")).to_have_text(caption)
        expect(bubble.locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))
    # With a caption of the first file's own, the text goes by itself.
    attach(page, "first.txt", "second.txt")
    expect(page.locator("#tray .state")).to_have_text([re.compile("kB")] * 2)
    page.get_by_label("Caption of first.txt").fill("Number one")
    write(page, "And these")
    expect(page.locator(".message.out", has_text="first.txt").locator(".body")).to_have_text("Number one")
    expect_delivered(page, "And these")
    customer.expect_received("And these")


STICKER = bytes.fromhex("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700")


def test_a_text_that_can_not_be_a_caption_goes_by_itself(demo, browsing):
    customer = demo.new_customer("Caption Carla")
    page = open_thread(browsing, demo, customer)
    long = "All about it. " * 80
    for text, name, kind, content in [
        (long.strip(), "all.txt", "text/plain", b"All about it."),
        ("Look at this", "look.webp", "image/webp", STICKER),
    ]:
        attach(page, name, kind=kind, content=content)
        expect(page.locator("#tray .state")).to_contain_text("kB")
        page.get_by_label("Message", exact=True).fill(text)
        page.get_by_role("button", name="Send").click()
        expect_delivered(page, text)
    expect(page.locator(".message.out")).to_have_count(4)
    expect(page.locator(".message.out .failure")).to_have_count(0)
    customer.expect_received(long.strip(), "Look at this")


def test_signed_out_meanwhile_nothing_is_lost(demo, browsing):
    browsing.allow("401|403")
    customer = demo.new_customer("Session Sara")
    customer.writes("Hello")
    context = browsing.context(signed_in=False)
    page = context.new_page()
    sign_in(page, demo)
    page.get_by_role("link", name=re.compile("Session Sara")).click()
    expect(page.locator(".message", has_text="Hello")).to_be_visible()
    other = context.new_page()
    other.goto(demo.inbox)
    other.get_by_role("button", name=re.compile("account menu")).click()
    other.get_by_role("button", name="Sign out", exact=True).click()
    expect(other).to_have_url(re.compile("/sign-in$"))

    write(page, "Written while signed out")
    unsent = page.locator(".message.out", has_text="Written while signed out")
    expect(unsent.locator(".failure")).to_contain_text("Sign in again, then reload this page. What you wrote is kept")
    page.get_by_label("Message", exact=True).fill("Half a sentence")
    sign_in(other, demo)
    page.reload()
    expect(page.get_by_label("Message", exact=True)).to_have_value("Half a sentence")
    unsent.get_by_role("button", name="Retry").click()
    expect_delivered(page, "Written while signed out")
    customer.expect_received("Written while signed out")


def test_while_the_server_is_away_the_page_says_so_and_what_was_written_leaves_after(tmp_path, stranger):
    stranger.allow(CUT + "|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED")
    program, demo = start_demo(tmp_path)
    page = stranger.page()
    sign_in(page, demo)
    page.get_by_role("link", name=re.compile("Ben")).first.click()
    expect(page.locator("#messages .message").first).to_be_visible()
    banner = page.get_by_text("No connection. What you write is kept and sent when it is back.")
    expect(banner).to_be_hidden()
    assert program.stop() == 0
    # Longer than a hiccup, and than several of the browser's own tries.
    expect(banner).to_be_visible()
    write(page, "Written while it was away")
    unsent = page.locator(".message.out", has_text="Written while it was away")
    expect(unsent.locator(".status")).to_have_text("Waiting for the connection")
    program, _ = start_demo(tmp_path, port=demo.url.rsplit(":", 1)[1])
    expect(banner).to_be_hidden()
    expect(unsent).to_have_count(1)
    expect(unsent.locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))
    assert program.stop() == 0


def test_what_says_that_there_is_no_connection_moves_nothing(demo, browsing):
    customer = demo.new_customer("Still Stan")
    page = open_thread(browsing, demo, customer)
    # Once its stream is open, nothing hides the banner any more.
    customer.writes("By the stream")
    expect(page.locator(".message", has_text="By the stream")).to_be_visible()
    messages, banner = page.locator("#messages"), page.locator("#offline")
    place = messages.bounding_box()
    banner.evaluate("(banner) => { banner.hidden = false }")
    expect(banner).to_be_visible()
    photograph(page, "no-connection")
    assert messages.bounding_box() == place
