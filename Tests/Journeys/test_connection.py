"""A connection as administrators see it: how it stands, what came and wasn't taken, its secrets, and having it repaired."""

import http.server
import re
import threading
import urllib.error
import urllib.parse
import urllib.request

import pytest
from conftest import Demo, assert_accessible, eventually, looks, photograph
from playwright.sync_api import Page, expect


@pytest.fixture
def elsewhere():
    """An address that answers Meta's question as any server of ours would, and takes whatever comes."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
            self.answer(query.get("hub.challenge", [""])[0].encode())

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.answer(b"")

        def answer(self, body: bytes):
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/other"
    server.shutdown()


def connection(shop: Demo) -> dict:
    return shop.api("GET", "/connections")["data"][0]


def open_connection(page: Page, shop: Demo) -> None:
    page.goto(f"{shop.inbox}/connection?of={connection(shop)['id']}")
    expect(page.get_by_role("heading", name="State")).to_be_visible()


def card(page: Page, title: str):
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def new_token(shop: Demo, name: str, **more) -> str:
    one = connection(shop)
    token = {"token": f"EAAG-{name}", "app": one["appId"], "accounts": [one["businessAccountId"]], **more}
    return shop.control("POST", "/tokens", token)["token"]


def replace_token(page: Page, token: str) -> None:
    page.get_by_label("New access token").fill(token)
    page.get_by_role("button", name="Check and replace").click()


def asked_to_post(shop: Demo, signature: str) -> int:
    request = urllib.request.Request(
        f"{shop.url}{connection(shop)['webhookPath']}", b"{}", {"X-Hub-Signature-256": signature}, method="POST"
    )
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code


def test_what_was_refused_is_told_with_its_reason(shop, visiting):
    assert [asked_to_post(shop, "sha256=" + "0" * 64) for _ in range(3)] == [401, 401, 401]
    path = f"/connections/{connection(shop)['id']}"
    eventually(lambda: [one["count"]["count"] for one in shop.api("GET", path)["refusals"] if one["reason"] == "signature"] == [3])
    page = visiting.page()
    open_connection(page, shop)
    arrivals = card(page, "What arrives")
    expect(arrivals).to_contain_text("Wrong signature")
    expect(arrivals).to_contain_text("3 since")
    expect(card(page, "At Meta")).to_contain_text(connection(shop)["businessAccountId"])


def test_each_secret_is_checked_before_it_takes_the_place_of_the_other(shop, visiting):
    visiting.allow("422")
    page = visiting.page()
    open_connection(page, shop)
    replace_token(page, "not-a-token")
    expect(page.locator("#accessToken-error")).to_contain_text("Meta doesn't accept this access token")
    # It isn't put back into the page, and the old one still works.
    expect(page.get_by_label("New access token")).to_have_value("")
    page.get_by_role("button", name="Check now").click()
    expect(card(page, "State")).to_contain_text("Lasting")

    ending = new_token(shop, "ending", expiresInSeconds=5_400)
    replace_token(page, ending)
    expect(card(page, "State")).to_contain_text(re.compile(r"Ends in 1 h \d+ min"))
    expect(card(page, "Access token and app secret")).to_contain_text(re.compile("Access token\\s*Replaced .* by "))
    expect(page.get_by_role("status").filter(has_text="The access token ends by itself.")).to_be_visible()
    assert ending not in page.content()
    photograph(page, "connection-ending")

    replace_token(page, new_token(shop, "lasting"))
    expect(card(page, "State")).to_contain_text("Lasting")
    page.get_by_label("New app secret").fill("not-the-secret")
    page.get_by_role("button", name="Check and replace").click()
    expect(page.locator("#appSecret-error")).to_contain_text("This secret doesn't belong to the app")
    expect(card(page, "Access token and app secret")).to_contain_text("As it was when the number was connected")


def test_webhooks_that_go_elsewhere_are_brought_back(shop, visiting, elsewhere):
    one, token = connection(shop), new_token(shop, "override")
    override = {"override_callback_uri": elsewhere, "verify_token": "x"}
    address = f"{shop.simulator}/v26.0/{one['businessAccountId']}/subscribed_apps"
    assert shop.call("POST", address, override, {"Authorization": f"Bearer {token}"})["success"]
    page = visiting.page()
    open_connection(page, shop)
    page.get_by_role("button", name="Check now").click()
    expect(card(page, "State")).to_contain_text(f"Meta sends webhooks to {elsewhere}, and not here.")
    photograph(page, "connection-elsewhere")
    assert_accessible(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="Repair").click()
    expect(card(page, "State")).not_to_contain_text("Goes elsewhere")
    expect(page.get_by_role("status").filter(has_text="All is well")).to_be_visible()
    assert "taken away" in asked[0]
    shop.new_customer("Rosa").writes("I am back")
    assert shop.conversation_with("Rosa")


@looks
def test_how_it_looks(shop, visiting, theme, size):
    page = visiting.page(theme=theme, size=size)
    open_connection(page, shop)
    page.get_by_role("button", name="Check now").click()
    expect(card(page, "State")).to_contain_text("whatsapp_business_management")
    photograph(page, f"connection-standing-{theme}-{size[0]}")
    page.get_by_role("heading", name="At Meta").scroll_into_view_if_needed()
    photograph(page, f"connection-arrivals-{theme}-{size[0]}")
    assert_accessible(page)
