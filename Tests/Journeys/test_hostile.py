"""Texts and files that mean harm, sent in as customers send them and typed in as colleagues do: pages show them as what they are, and run none of them.

That each of the texts stays a text in each place of each page is held by the tests of the templates, which read the same texts; here is what a browser adds.
"""

import csv
import io
import json
import re
import time
import unicodedata
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import pytest
from conftest import WIDE, Browsing, Demo, sign_in, start_demo
from hostile_texts import TEXTS
from playwright.sync_api import Page, expect
from test_export import FORMULAS, restored

WAIT_SECONDS = 180
# Texts of one thread, so that all of them are on its first page.
THREAD = 40
# Whatever one of the texts would have made.
TRACES = """() => [...document.querySelectorAll(
    "hostile-x, #pwned, iframe, object, embed, base, marquee, math, meta[http-equiv], style, [style*=url], [srcdoc], [hx-get], " +
    "script:not([src^='/assets/']):not([type='application/json']), link:not([href^='/assets/']):not([rel=manifest]):not([rel=icon]), " +
    "img[src^='http'], form[action^='http'], form[action^='javascript' i], a[href^='javascript' i], a[href^='data' i], a[href^='vbscript' i], " +
    "a[href^='file' i], a[href^='blob' i], main use:not([href^='/assets/']), plaintext, xmp, noscript p")].map((it) => it.outerHTML.slice(0, 200))
    .concat([...document.querySelectorAll("*")].flatMap((it) => [...it.attributes].filter((one) => one.name.startsWith("on")).map((one) => it.outerHTML.slice(0, 200))))
    .concat("pwned" in window && !(window.pwned instanceof Element) ? ["pwned"] : [])"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A demo of its own, since so much of everything would be in the way of the others."""
    program, demo = start_demo(tmp_path_factory.mktemp("hostile"))
    demo.workspace = "acme"
    yield demo
    assert program.stop() == 0


@pytest.fixture(scope="module")
def cookies(shop, browser):
    context = browser.new_context(timezone_id="Europe/Madrid")
    page = context.new_page()
    sign_in(page, shop)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def hostile(browser, cookies, shop):
    """A page that fails the test when a dialog shows or anything is asked of another server."""
    browsing = Browsing(browser, cookies)
    # A search that is too long or has no word in it is refused, and that is right.
    browsing.allow("422.*/search")
    page = browsing.page(size=WIDE)
    happened: list[str] = []
    page.on("dialog", lambda dialog: (happened.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: happened.append(f"popup {popup.url}"))
    page.on(
        "request",
        lambda request: None if request.url.startswith((shop.url, shop.simulator, "data:", "blob:")) else happened.append(request.url),
    )
    yield page
    browsing.close()
    assert not happened


def plain(text: str) -> str:
    """As it can be compared: without blanks and the signs of WhatsApp's markup, which a bubble turns into bold and the like, and without what no database keeps."""
    text = unicodedata.normalize("NFC", text.replace("\0", ""))
    return "".join(sign for sign in text if not sign.isspace() and sign not in "*_~`>-•")


def expect_clean(page: Page) -> None:
    assert page.evaluate(TRACES) == [], page.url


def expect_texts(page: Page, selector: str, wanted: list[str]) -> None:
    shown = {plain(text) for text in page.locator(selector).all_text_contents()}
    missing = [text for text in wanted if plain(text) not in shown]
    assert not missing, f"{page.url} {selector} {missing[:3]} not in {sorted(shown)[:5]}"
    expect_clean(page)


def expect_within(page: Page, selector: str, wanted: list[str]) -> None:
    everything = plain("".join(page.locator(selector).all_text_contents()))
    missing = [text for text in wanted if plain(text) not in everything]
    assert not missing, f"{page.url} {selector} {missing[:3]}"
    expect_clean(page)


def expect_exported(page: Page, address: str, column: str, wanted: list[str]) -> None:
    """In the file as it was written, and nothing in it begins a formula."""
    data = page.context.request.get(address).body()
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert not [cell for row in rows for cell in row.values() if cell.startswith(FORMULAS)]
    cells = {unicodedata.normalize("NFC", restored(row[column])).strip() for row in rows}
    missing = [text for text in wanted if unicodedata.normalize("NFC", text.replace("\0", "")).strip() not in cells]
    assert not missing, missing[:3]


def customer(shop: Demo, number: int, name: str):
    phone = shop.control("POST", "/phones", {"name": name, "number": f"1555{7_000_000 + number}"})["id"]
    to = shop.senders[0]["phoneNumberId"]

    def sends(message: dict) -> str:
        return shop.control("POST", f"/phones/{phone}/messages", {"to": to, **message})["id"]

    sends.phone = phone
    return sends


def conversations(shop: Demo) -> dict[str, dict]:
    """By number."""
    found, after = {}, ""
    while after is not None:
        page = shop.api("GET", f"/conversations?limit=100{after}")
        found |= {one["contact"]["phoneNumber"]: one for one in page["data"]}
        after = f"&after={page['next']}" if page["next"] else None
    return found


def arrived(shop: Demo, conversation: str, count: int) -> list[dict]:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        found = shop.api("GET", f"/conversations/{conversation}/messages?limit=100")["data"]
        if len(found) >= count:
            return found
        time.sleep(0.1)
    pytest.fail(f"Of {count} messages {len(found)} arrived.")


def wait_for(shop: Demo, numbers: list[str]) -> dict[str, dict]:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        found = conversations(shop)
        if all(number in found for number in numbers):
            return found
        time.sleep(0.2)
    pytest.fail(f"Missing: {[number for number in numbers if number not in found][:5]}")


def kinds(text: str) -> list[tuple[dict, str]]:
    """A message of each kind with the text wherever it takes one, and where a page shows it."""
    order = {
        "catalog_id": "1",
        "text": text,
        "product_items": [{"product_retailer_id": text, "quantity": 1, "item_price": 1, "currency": "EUR"}],
    }
    card = {
        "name": {"formatted_name": text, "first_name": text},
        "org": {"company": text},
        "phones": [{"phone": text}],
        "emails": [{"email": text}],
    }
    reply = {"id": "1", "title": text, "description": text}
    form = {"name": text, "body": text, "response_json": '{"field": "x"}'}
    return [
        ({"type": "location", "location": {"latitude": 1, "longitude": 2, "name": text, "address": text}}, ".panel b"),
        ({"type": "contacts", "contacts": [card]}, ".panel b"),
        ({"type": "button", "button": {"text": text, "payload": text}}, ".body"),
        ({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": text, "title": text}}}, ".body"),
        ({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}, ".footnote"),
        ({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": form}}, ".body"),
        ({"type": "order", "order": order}, ".body"),
        (
            {"type": "text", "text": {"body": "An advertisement"}, "referral": {"headline": text, "body": text, "source_url": text}},
            ".panel b",
        ),
    ]


def test_two_hundred_texts_are_only_ever_text(shop, hostile):
    assert len(TEXTS) == len(set(TEXTS)) == 200
    page = hostile
    # As messages, and as names of those who write them.
    phones = {}
    for start in range(0, 200, THREAD):
        sends = customer(shop, start, f"Thread {start}")
        phones[start] = sends.phone
        for text in TEXTS[start : start + THREAD]:
            sends({"type": "text", "text": {"body": text}})
    names = [text for text in TEXTS if text.replace("\0", "").strip()]
    for number, name in enumerate(names):
        sends = customer(shop, 1_000 + number, name)
        message, _ = kinds(TEXTS[(number * 7 + 3) % 200])[number % 8]
        sends(message)
    found = wait_for(shop, [f"+1555{7_000_000 + number}" for number in [*range(0, 200, THREAD), *range(1_000, 1_000 + len(names))]])

    for start in range(0, 200, THREAD):
        conversation = found[f"+1555{7_000_000 + start}"]["id"]
        arrived(shop, conversation, THREAD)
        page.goto(f"{shop.inbox}/{conversation}")
        expect_texts(page, ".message .body", TEXTS[start : start + THREAD])
        expect_exported(page, f"{shop.inbox}/{conversation}/export", "text", TEXTS[start : start + THREAD])
        # The phone that wrote them, with a page of other people's making.
        page.goto(f"{shop.simulator}/?phones={phones[start]}")
        expect(page.locator("main .message, main .bubble").nth(THREAD - 1)).to_be_attached()
        expect_within(page, "main", TEXTS[start : start + THREAD])
        expect_within(page, "#people", ["Thread"])
    expect_exported(page, f"{shop.inbox}/export?view=all", "contact", [name[:100] for name in names if len(name) < 100])
    # The counts stop, and the list goes on by scrolling to its end.
    page.goto(f"{shop.inbox}?view=all")
    expect(page.locator("[data-count=open]")).to_contain_text("99+")
    rows = page.locator("#conversations > [data-conversation]")
    total = len(found)
    while (shown_rows := rows.count()) < total:
        rows.last.scroll_into_view_if_needed()
        expect(rows).not_to_have_count(shown_rows)
    expect_clean(page)
    # A list of five pages, and what each of the threads shows.
    shown: set[str] = set()
    address = f"{shop.inbox}?view=all"
    while address:
        page.goto(address)
        shown |= {plain(text) for text in page.locator("#conversations > li a > b").all_text_contents()}
        expect_clean(page)
        more = page.locator("#conversations a[href*='after=']")
        address = urllib.parse.urljoin(page.url, more.first.get_attribute("href")) if more.count() else ""
    lost = [name for name in names if not any(one and plain(name).startswith(one[:100]) for one in shown)]
    assert not lost, lost[:5]
    for number, name in enumerate(names):
        conversation = found[f"+1555{7_000_000 + 1_000 + number}"]
        _, place = kinds("")[number % 8]
        text = TEXTS[(number * 7 + 3) % 200]
        page.goto(f"{shop.inbox}/{conversation['id']}")
        expect_clean(page)
        title = page.title()
        assert "pwned" not in title or plain(name)[:20] in plain(title)
        if text.replace("\0", "").strip():
            expect_texts(page, f".message {place}", [text])


def test_what_colleagues_type_is_only_ever_text(shop, hostile):
    page = hostile
    typed = [text for text in TEXTS if text.replace("\0", "").strip()]
    sends = customer(shop, 3_000, "Colleagues Cora")
    sends({"type": "text", "text": {"body": "Hello"}})
    conversation = wait_for(shop, ["+15557003000"])["+15557003000"]
    thread = f"{shop.inbox}/{conversation['id']}"
    to = {"sender": conversation["sender"], "to": {"contact": conversation["contact"]["id"]}}

    def posted(path: str, body: dict) -> bool:
        """Whether it was taken; what is too long or has no place for it is refused as a problem, and never anything else."""
        try:
            shop.api("POST", path, body)
            return True
        except urllib.error.HTTPError as error:
            assert 400 <= error.code < 500, error.read()
            return False

    notes = [text for text in typed[::5] if posted(f"/conversations/{conversation['id']}/notes", {"text": text})]
    assert len(notes) > 35
    page.goto(thread)
    expect_texts(page, ".note .body", notes)

    labels = [text for text in typed if len(text) <= 40 and posted("/labels", {"name": text, "color": "red"})]
    teams = [text for text in typed if len(text) <= 60 and posted("/teams", {"name": text, "members": []})]
    replies = [text for number, text in enumerate(typed) if posted("/quick-replies", {"shortcut": f"h{number}", "text": text})]
    assert len(labels) > 80 and len(teams) > 80 and len(replies) > 150
    settings = f"{shop.url}/app/{shop.workspace}/settings"
    for address, wanted in [
        (f"{settings}/labels", labels),
        (f"{settings}/people", teams),
        (f"{shop.url}/app/{shop.workspace}/quick-replies", replies),
    ]:
        page.goto(address)
        expect_within(page, "main", wanted)
    page.goto(thread)
    page.get_by_role("button", name="More", exact=True).first.click()
    expect_within(page, "#labelling", labels)

    # What is sent with buttons and lists, and what a template is filled in with.
    short = [text for text in typed if len(text) <= 20]
    sent = []
    for number, text in enumerate(short[:20]):
        buttons = {"body": typed[number * 9], "footer": text, "buttons": [{"id": "1", "title": text}]}
        if posted("/messages", to | {"interactive": buttons}):
            sent.append(text)
        row = {"button": text, "sections": [{"title": text, "rows": [{"id": "1", "title": text, "description": text}]}]}
        posted("/messages", to | {"interactive": {"body": typed[number * 9 + 1], "list": row}})
    assert len(sent) > 10
    page.goto(thread)
    expect_texts(page, ".message .options li", sent[-10:])

    # Drafts and searches come from the page itself.
    for text in typed[::16]:
        page.goto(f"{shop.inbox}/search?{urllib.parse.urlencode({'text': text})}")
        expect_clean(page)
        page.goto(thread)
        page.get_by_label("Message", exact=True).fill(text)
        page.goto(shop.inbox)
        expect_clean(page)
        expect(page.locator(f"#c-{conversation['id']} .preview")).not_to_be_empty()
    views = [text for text in typed if len(text) <= 40][::8][:15]
    for name in views:
        page.goto(f"{shop.inbox}?view=closed")
        page.get_by_role("button", name="Filter").click()
        page.locator("#view-name").fill(name)
        page.locator("#saving-view").get_by_role("button", name="Save").click()
        expect(page.locator("#filter-sheet")).to_be_hidden()
        expect_clean(page)
    page.goto(shop.inbox)
    expect_within(page, "nav.views", views)


POLYGLOT = b"GIF89a/*\x01\x00\x01\x00\x80\x00\x00*/=1;pwned=1;alert(1)//\x00;"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
HTML = b"<!doctype html><script>pwned=1;alert(1)</script><img src=https://evil.invalid/x>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 200


def archive() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as zipped:
        zipped.writestr("../../etc/passwd", "x")
        zipped.writestr("page.html", HTML)
    return data.getvalue()


# Bytes, the type they are said to have, the name they come under.
FILES = [
    (HTML, "text/plain", "page.html"),
    (HTML, "application/pdf", "invoice.pdf"),
    (HTML, "image/jpeg", "photo.jpg"),
    (SVG, "image/png", "logo.svg"),
    (SVG, "text/plain", "logo.svg"),
    (b"\xef\xbb\xbf" + SVG, "image/jpeg", "logo.jpg"),
    (POLYGLOT, "image/jpeg", "cat.js"),
    (POLYGLOT, "text/plain", "cat.html"),
    (PDF, "application/pdf", "script.pdf"),
    (EXE, "image/jpeg", "holiday.jpg"),
    (EXE, "application/pdf", "invoice\u202efdp.exe"),
    (archive(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "letter.docx"),
    (b"<?xml version='1.0'?><?xml-stylesheet href='https://evil.invalid/x.xsl'?><x/>", "text/plain", "data.xml"),
    (b"alert(1)", "text/plain", "../../../../etc/cron.d/x"),
    (b"alert(1)", "text/plain", "..\\..\\x.js"),
    (b"x", "text/plain", "a\r\nSet-Cookie: x=y.html"),
    (b"x", "text/plain", '"; filename="x.html'),
    (b"x", "text/plain", "<img src=x onerror=alert(1)>.txt"),
    (b"\xff\xfe" + HTML.decode().encode("utf-16-le"), "text/plain", "wide.html"),
    (b"RIFF\x00\x00\x00\x00WEBP" + HTML, "image/webp", "sticker.webp"),
]
# Types that a browser draws or plays, and can't be made to run by.
HARMLESS = re.compile(r"image/(jpeg|png|gif|webp)|audio/.*|video/.*")


def expect_harmless(shop: Demo, page: Page, media: str) -> None:
    """Served so that no browser runs it, and not run when its address is opened."""
    address = f"{shop.inbox}/media/{media}"
    answer = page.context.request.get(address)
    headers = answer.headers
    assert answer.status == 200
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox;") and "allow-" not in headers["content-security-policy"]
    assert not re.search("html|svg|[+/]xml|javascript", headers["content-type"]), headers["content-type"]
    disposition = headers["content-disposition"]
    assert disposition.startswith("attachment") or HARMLESS.fullmatch(headers["content-type"]), (disposition, headers["content-type"])
    assert "set-cookie" not in headers
    name = re.search(r'filename="([^"]*)"', disposition).group(1)
    assert not re.search(r"[/\\\r\n]", name) and ".." not in name.split("/"), name
    tab = page.context.new_page()
    ran: list[str] = []
    tab.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    tab.on("request", lambda request: None if request.url.startswith(shop.url) else ran.append(request.url))
    if disposition.startswith("attachment"):
        with tab.expect_download() as download:
            tab.evaluate("(address) => { location.href = address; }", address)
        assert download.value.suggested_filename and "/" not in download.value.suggested_filename
    else:
        tab.goto(address)
        assert tab.evaluate("typeof pwned") == "undefined"
    assert not ran
    tab.close()


def test_files_are_what_their_bytes_say_and_run_nowhere(shop, hostile):
    page = hostile
    page.goto(shop.inbox)
    sends = customer(shop, 4_000, "Files Fritz")
    for data, declared, name in FILES:
        query = urllib.parse.urlencode({"filename": name})
        request = urllib.request.Request(f"{shop.simulator}/control/v1/media?{query}", data, {"Content-Type": declared}, method="POST")
        upload = json.loads(urllib.request.urlopen(request, timeout=WAIT_SECONDS).read())
        form = (
            "image" if declared.startswith("image/") and declared != "image/webp" else "sticker" if declared == "image/webp" else "document"
        )
        sends({"type": form, form: {"id": upload["id"], "filename": name, "caption": name}})
    conversation = wait_for(shop, ["+15557004000"])["+15557004000"]["id"]
    messages = arrived(shop, conversation, len(FILES))
    media = [message["media"]["id"] for message in messages]
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if all(page.context.request.get(f"{shop.inbox}/media/{one}").status == 200 for one in media):
            break
        time.sleep(0.2)
    for one in media:
        expect_harmless(shop, page, one)
    page.goto(f"{shop.inbox}/{conversation}")
    expect(page.locator(".message")).to_have_count(len(FILES))
    expect_clean(page)
    # What colleagues upload is held to the same: taken by its bytes, or refused.
    for data, declared, name in FILES:
        query = urllib.parse.urlencode({"filename": name})
        headers = {"Content-Type": declared, "Authorization": f"Bearer {shop.key}"}
        request = urllib.request.Request(f"{shop.url}/api/v1/media?{query}", data, headers, method="POST")
        try:
            taken = json.loads(urllib.request.urlopen(request, timeout=WAIT_SECONDS).read())
        except urllib.error.HTTPError as error:
            assert error.code in (413, 415, 422), error.read()
            continue
        expect_harmless(shop, page, taken["id"])
