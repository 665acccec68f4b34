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
from conftest import WIDE, Browsing, Demo, come_in
from hostile_texts import TEXTS
from playwright.sync_api import Page, expect
from test_commands import field, menu, show
from test_export import FORMULAS, restored
from test_teamwork import DANIEL, PRIYA, assign, choose

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


@pytest.fixture
def watched(browser, shop_session, shop):
    """Makes pages that fail the test when a dialog shows or anything is asked of another server."""
    browsing = Browsing(browser, shop_session)
    # A search that is too long or has no word in it is refused, and that is right.
    browsing.allow("422.*/search")
    happened: list[str] = []

    def make(email: str = "") -> Page:
        """Of the owner, or of one of the team, who signs in."""
        page = browsing.page(size=WIDE, signed_in=not email)
        page.on("dialog", lambda dialog: (happened.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("popup", lambda popup: happened.append(f"popup {popup.url}"))
        page.on(
            "request",
            lambda request: None if request.url.startswith((shop.url, shop.simulator, "data:", "blob:")) else happened.append(request.url),
        )
        if email:
            come_in(page, shop, email)
        return page

    yield make
    browsing.close()
    assert not happened


@pytest.fixture
def hostile(watched):
    return watched()


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


# Builds each of the things that scripts build with a harmless text and with each of the others, and gives those that differ in more than the text.
BUILT = """async (texts) => {
    const page = document.querySelector("script[src*='/js/']").src;
    const modules = ["toast.js", "composer/mentions.js", "composer/quick-replies.js", "unsent.js"];
    const [{ toast, toastError }, { offerNames }, { QuickReplies }, { showState, unsentBubble }] =
        await Promise.all(modules.map((name) => import(new URL(name, page))));

    function parts(node) {
        if (node.nodeType !== Node.ELEMENT_NODE) return [node.nodeName, node.data.trim()];
        const attributes = [...node.attributes].map(({ name, value }) => `${name}=${value}`.trim());
        return [node.localName, ...attributes, ...[...node.childNodes].flatMap(parts)];
    }
    function notice(work) {
        work();
        const shown = document.getElementById("toasts").lastElementChild;
        shown.remove();
        return shown;
    }
    function offered(sign, offer) {
        const [field, panel] = [document.createElement("textarea"), document.createElement("div")];
        panel.append(document.createElement("ul"), document.createElement("p"));
        panel.firstChild.role = "listbox";
        panel.lastChild.role = "status";
        offer(field, panel);
        field.value = sign;
        field.setSelectionRange(1, 1);
        field.dispatchEvent(new Event("input"));
        return panel;
    }
    function unsent(body, text) {
        const quoted = document.createElement("li");
        const [bubble, writer, said] = ["div", "span", "div"].map((name) => document.createElement(name));
        [bubble.className, writer.className, said.className] = ["bubble", "visually-hidden", "body"];
        [writer.textContent, said.textContent] = [`${text}:`, text];
        bubble.append(writer, said);
        quoted.append(bubble);
        const entry = { clientId: "x", at: 1e12, body, state: "failed", reason: text };
        const made = unsentBubble(document.getElementById("bubble"), entry, quoted);
        showState(made, entry, { onRetry() {}, onDelete() {} });
        return made;
    }
    const built = {
        notice: (text) => notice(() => toast(text, { link: { label: text, address: "/" }, action: { label: text, title: text, work() {} } })),
        refusal: (text) => notice(() => toastError({ detail: text, status: 401 })),
        names: (text) => offered("@", (field, panel) => offerNames(field, panel, [text])),
        replies: (text) => offered("/", (field, panel) => {
            const replies = new QuickReplies(field, panel, { address: "", note: document.createElement("p") });
            replies.replies = [{ shortcut: text, preview: text, text, missing: [] }];
        }),
        text: (text) => unsent({ text: { body: text } }, text),
        file: (text) => unsent({ media: { filename: text, caption: text } }, text),
    };
    const differences = [];
    for (const [place, build] of Object.entries(built)) {
        const usual = parts(build("Plain"));
        if (!usual.some((part) => part.includes("Plain"))) differences.push([place, "shows nothing"]);
        for (const text of texts) {
            const wanted = usual.map((part) => part.replaceAll("Plain", () => text).trim());
            const found = parts(build(text));
            if (JSON.stringify(found) !== JSON.stringify(wanted)) differences.push([place, text, found.join(" ")]);
        }
    }
    return differences;
}"""


def test_what_scripts_build_holds_each_text_and_nothing_else(shop, hostile):
    """Notices, offers below a field, bubbles of what isn't sent yet; what comes from the server is built by its templates."""
    page = hostile
    shop.new_customer("Built Bo").writes("Hello")
    page.goto(f"{shop.inbox}/{shop.conversation_with('Built Bo')}")
    expect(page.locator(".message .body", has_text="Hello")).to_be_visible()
    texts = [text for text in TEXTS if text.strip()]
    assert len(texts) > 190
    assert page.evaluate(BUILT, texts) == []
    expect_clean(page)


def test_the_command_menu_names_each_text_and_nothing_else(shop, hostile):
    page = hostile
    shop.new_customer("Menu Mo").writes("Hello")
    conversation = shop.conversation_with("Menu Mo")

    def places(texts: list[str]) -> list[dict]:
        return [{"name": text, "address": f"/app/{shop.workspace}/whatsapp"} for text in texts]

    page.route("**/places", lambda route: route.fulfill(json={"places": places(TEXTS[:100]), "views": places(TEXTS[100:])}))
    # So many as the menu shows of those that the server finds.
    names = [TEXTS[number] for number in range(0, 200, 34)]
    found = [{"conversations": [{"id": "cnv_x", "contact": {"name": name, "phoneNumber": None, "username": name}}]} for name in names]
    page.route("**/api/v1/search?*", lambda route: route.fulfill(json={"data": found}))
    page.goto(f"{shop.inbox}/{conversation}")
    show(page)

    def entries(group: str, part: str):
        return menu(page).get_by_role("group", name=group).locator(f"[role=option] > {part}")

    expect(entries("Views", "span")).to_have_count(100)
    assert entries("Go to", "span").all_text_contents() + entries("Views", "span").all_text_contents() == TEXTS
    expect_clean(page)
    field(page).fill("customers")
    expect(entries("Conversations", "span")).to_have_count(6)
    assert entries("Conversations", "span").all_text_contents() == names
    assert entries("Conversations", "small").all_text_contents() == [f"@{name}" for name in names]
    expect_clean(page)
    for text in ["<img src=x onerror=pwned=1;alert(1)>", "</script><script>pwned=1;alert(1)</script>"]:
        assert text in TEXTS
        field(page).fill(text)
        expect(entries("Search", "span")).to_have_text(f"Search messages for “{text}”")
        expect_clean(page)


def test_a_colleagues_name_is_a_name_wherever_it_shows_up_by_itself(shop, watched):
    """Who is there, who writes, who answered meanwhile, what was done, the bell, whom to assign to."""
    # The rest of a sentence would stand before it, and backwards.
    name = "<img src=x onerror=pwned=1;alert(1)> \u202egnp.exe"
    shop.new_customer("Colleague Cleo").writes("Hello")
    daniel, bell, priya = watched(DANIEL), watched(DANIEL), watched(PRIYA)
    priya.goto(f"{shop.url}/app/{shop.workspace}/settings/sessions")
    priya.get_by_label("Name", exact=True).fill(name)
    priya.get_by_role("button", name="Save the name").click()
    expect(priya.get_by_text("Your name is changed.")).to_be_visible()
    bell.goto(f"{shop.inbox}/notifications")
    daniel.goto(shop.inbox)
    choose(daniel, "Colleague Cleo")
    daniel.get_by_label("Message", exact=True).fill("Half a thought")
    priya.goto(shop.inbox)
    choose(priya, "Colleague Cleo")
    expect(daniel.locator("#presence .person [dir=auto]")).to_have_text(name)
    priya.get_by_label("Message", exact=True).press_sequentially("I am")
    expect(daniel.locator("#presence .words [dir=auto]")).to_have_text(name)
    priya.get_by_label("Message", exact=True).press("Enter")
    expect(daniel.locator("#collision bdi")).to_have_text(name)
    expect(daniel.locator("#collision > span")).to_have_text(f"{name} answered while this was being written. Look at it before you send.")
    assign(priya, "Daniel Reyes")
    expect(daniel.locator("#messages .activity bdi", has_text=name)).to_have_count(1)
    expect(bell.locator("#notifications li", has_text="Colleague Cleo").locator("bdi")).to_have_text(name)
    daniel.locator("#messages").focus()
    show(daniel)
    field(daniel).fill("assign to img")
    expect(menu(daniel).get_by_role("option", name="Assign to").locator("span").first).to_have_text(f"Assign to {name}")
    for page in (daniel, bell, priya):
        expect_clean(page)


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
