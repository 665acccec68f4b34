"""What a thread shows of each kind of message: details, contact cards, voice messages, and all kinds at a glance."""

import datetime
import json
import re
import shutil
import subprocess
import urllib.request

import pytest
import vobject
from conftest import ZONE, assert_accessible, eventually, photograph, types_until
from playwright.sync_api import Page, expect
from test_composer import SMALL
from test_outbox import open_thread, write
from test_teamwork import DANIEL, PRIYA, agent, choose, row

VOICE_SECONDS = 12


def upload(customer, path, mime_type: str) -> str:
    """A file on the customer's phone."""
    address = f"{customer.demo.simulator}/control/v1/media"
    request = urllib.request.Request(address, path.read_bytes(), {"Content-Type": mime_type}, method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())["id"]


@pytest.fixture(scope="module")
def voice(tmp_path_factory):
    """A tone that grows louder all the time."""
    assert shutil.which("ffmpeg"), "Please run: make setup"
    path = tmp_path_factory.mktemp("sounds") / "voice.ogg"
    tone = f"sine=frequency=440:duration={VOICE_SECONDS}"
    loudness = f"volume=t/{VOICE_SECONDS}:eval=frame"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", tone, "-af", loudness, "-c:a", "libopus", "-b:a", "24k", path], check=True
    )
    return path


def show_details(page: Page, bubble):
    bubble.hover()
    bubble.get_by_role("button", name="What to do with this message").click()
    page.get_by_role("button", name="Details", exact=True).click()
    sheet = page.get_by_role("dialog", name="Message")
    expect(sheet).to_be_visible()
    return sheet


def test_the_details_of_a_message_tell_its_way_and_stay_right(demo, browsing):
    customer = demo.new_customer("Detail Dora")
    demo.control("PATCH", f"/phones/{customer.phone}", {"readsAtOnce": False})
    page = open_thread(browsing, demo, customer)
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    write(page, "On its way")
    bubble = page.locator(".message.out", has_text="On its way")
    expect(bubble.locator(".status")).to_have_text("Delivered")
    assert not any("details" in address for address in loaded)
    sheet = show_details(page, bubble)
    expect(sheet).to_contain_text("Delivered")
    expect(sheet).to_contain_text("Service")
    expect(sheet).to_contain_text(re.compile("Free: one of WhatsApp's free|Billed by WhatsApp"))
    expect(sheet.get_by_text("Attempt 1")).to_be_visible()
    expect(sheet.locator("dt", has_text=re.compile("^Read$"))).to_have_count(0)
    photograph(page, "message-details")
    assert_accessible(page)
    # Read while it is open.
    demo.control("PATCH", f"/phones/{customer.phone}", {"openChat": customer.sender["phoneNumberId"]})
    expect(sheet.locator("dt", has_text=re.compile("^Read$"))).to_have_count(1)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sheet.get_by_role("button", name="Copy: WhatsApp's id").click()
    expect(sheet.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == sheet.locator("code").first.inner_text()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    # By the keyboard alone, too.
    bubble.get_by_role("button", name="What to do with this message").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Details", exact=True)).to_be_visible()
    page.keyboard.press("Escape")


def test_the_details_are_a_page_without_scripts(demo, browsing):
    customer = demo.new_customer("Sheetless Saskia")
    customer.writes("Hello")
    address = f"{demo.inbox}/{demo.conversation_with('Sheetless Saskia')}"
    page = browsing.page(scripts=False, size=SMALL, theme="dark")
    page.goto(address)
    page.get_by_role("button", name="What to do with this message").first.click()
    expect(page.get_by_role("heading", name="Message: Sheetless Saskia")).to_be_visible()
    expect(page.get_by_text("WhatsApp's id")).to_be_visible()
    photograph(page, "message-details-page-narrow-dark")
    page.get_by_role("link", name="Back to the conversation").click()
    expect(page.get_by_text("Hello", exact=True).last).to_be_visible()


def test_a_failed_message_says_why_and_what_helps(demo, browsing):
    customer = demo.new_customer("Gone Gina")
    page = open_thread(browsing, demo, customer)
    demo.control("PATCH", f"/phones/{customer.phone}", {"reachable": False})
    write(page, "Are you there?")
    bubble = page.locator(".message.out", has_text="Are you there?")
    expect(bubble.locator(".status")).to_have_text("Not sent")
    sheet = show_details(page, bubble)
    expect(sheet.locator(".fault")).to_contain_text("Code")
    expect(sheet.get_by_text("Attempt 1: Not sent")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    photograph(page, "message-details-failed-narrow-dark")
    assert_accessible(page)


def test_a_contact_card_is_saved_as_another_reader_understands_it(demo, browsing):
    hostile = 'Zoë; "Z", O\\Neil\nEND:VCARD\nBEGIN:VCARD\nFN:Nobody ' + "ñandú " * 30
    customer = demo.new_customer("Card Carla")
    page = open_thread(browsing, demo, customer)
    customer.sends(
        {
            "type": "contacts",
            "contacts": [
                {
                    "name": {"formatted_name": "Pau Vila", "first_name": "Pau", "last_name": "Vila"},
                    "phones": [
                        {"phone": "+34 600 999 888", "type": "CELL", "wa_id": "34600999888"},
                        {"phone": "+34 93 000 11 22", "type": "WORK"},
                    ],
                    "emails": [{"email": "pau@example.com", "type": "WORK"}],
                    "urls": [{"url": "https://example.com/pau?a=1", "type": "HOME"}],
                    "org": {"company": "Vila; Fills, S.L."},
                },
                {"name": {"formatted_name": hostile}, "phones": [{"phone": "+34 600 000 001"}]},
            ],
        }
    )
    panels = page.locator(".message .panel")
    expect(panels).to_have_count(2)
    photograph(page, "contact-card")
    assert_accessible(page)
    cards = []
    for panel in panels.all():
        with page.expect_download() as download:
            panel.get_by_role("link", name="Save as file").click()
        assert download.value.suggested_filename == "contact.vcf"
        raw = download.value.path().read_bytes()
        assert max(len(line) for line in raw.split(b"\r\n")) <= 75
        read = list(vobject.readComponents(raw.decode()))
        assert len(read) == 1
        cards.append(read[0])
    pau, other = cards
    assert (pau.fn.value, pau.n.value.given, pau.n.value.family) == ("Pau Vila", "Pau", "Vila")
    assert [(line.value, line.type_param) for line in pau.contents["tel"]] == [("+34 600 999 888", "CELL"), ("+34 93 000 11 22", "WORK")]
    assert (pau.email.value, pau.url.value) == ("pau@example.com", "https://example.com/pau?a=1")
    assert pau.org.value == ["Vila; Fills, S.L."]
    assert other.fn.value.rstrip() == hostile.rstrip()
    assert set(other.contents) == {"version", "fn", "n", "tel"}
    panels.first.get_by_role("link", name="Write to Pau Vila").click()
    expect(page.get_by_role("heading", name="New conversation")).to_be_visible()
    expect(page.get_by_label("To", exact=True)).to_have_value("+34 600 99 98 88")


def test_a_voice_message_shows_its_shape_and_is_heard_faster_and_from_anywhere(demo, browsing, voice):
    customer = demo.new_customer("Voice Vito")
    page = open_thread(browsing, demo, customer)
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    customer.sends({"type": "audio", "audio": {"id": upload(customer, voice, "audio/ogg"), "voice": True}})
    bubble = page.locator(".message", has_text="Voice message")
    slider = bubble.get_by_role("slider", name="Place in the voice message")
    expect(slider).to_have_attribute("aria-valuetext", f"0:00 of 0:{VOICE_SECONDS}")
    assert any("voice-player" in address for address in loaded)
    # The shape is that of the sound: it grows.
    expect(bubble.locator(".rest")).to_have_attribute("d", re.compile(r"V23\.0"))
    heights = page.evaluate("""() => [...document.querySelector('.player .rest').getAttribute('d').matchAll(/M[\\d.]+ ([\\d.]+)V([\\d.]+)/g)]
        .map(([, top, bottom]) => bottom - top)""")
    assert len(heights) == 44
    assert all(heights[place] > heights[place - 6] for place in range(6, 44))
    # Nothing moved: the place was of this size before.
    assert bubble.locator("[data-sound]").evaluate("(place) => [place.offsetHeight, place.scrollHeight]") == [40, 40]
    photograph(page, "voice-message")
    assert_accessible(page)
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", f"0:05 of 0:{VOICE_SECONDS}")
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", f"0:00 of 0:{VOICE_SECONDS}")
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^0:0[89] of"))
    for speed in ("1.5×", "2×", "1×", "1.5×"):
        bubble.get_by_role("button", name="Speed").click()
        expect(bubble.get_by_role("button", name=f"Speed {speed}")).to_be_visible()
    assert bubble.locator("audio").evaluate("(audio) => audio.playbackRate") == 1.5
    # Without an end, however long the rest of this takes.
    bubble.locator("audio").evaluate("(audio) => { audio.loop = true; }")
    bubble.get_by_role("button", name="Play the voice message").click()
    expect(bubble.get_by_role("button", name="Pause")).to_be_visible()
    # It goes on although its bubble comes anew.
    newest = demo.api("GET", f"/conversations/{demo.conversation_with('Voice Vito')}/messages")["data"][0]
    customer.sends({"type": "reaction", "reaction": {"message_id": newest["providerId"], "emoji": "👍"}})
    expect(bubble.locator(".reactions")).to_contain_text("👍")
    expect(bubble.locator(".player")).to_have_count(1)
    expect(bubble.locator(".player .done")).to_have_attribute("d", re.compile("M"))
    expect(bubble.get_by_role("button", name="Pause")).to_be_visible()
    assert bubble.locator("audio").evaluate("(audio) => !audio.paused && audio.loop")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    photograph(page, "voice-message-narrow-dark")
    assert_accessible(page)


def test_who_comes_back_to_a_voice_message_starts_it_by_themselves(demo, browsing, voice):
    customer = demo.new_customer("Resting Rosa")
    demo.new_customer("Another Abel").writes("Hello")
    demo.conversation_with("Another Abel")
    page = open_thread(browsing, demo, customer)
    customer.sends({"type": "audio", "audio": {"id": upload(customer, voice, "audio/ogg"), "voice": True}})
    bubble = page.locator(".message", has_text="Voice message")
    bubble.locator("audio").evaluate("(audio) => { audio.loop = true; }")
    bubble.get_by_role("button", name="Play the voice message").click()
    expect(bubble.get_by_role("button", name="Pause")).to_be_visible()
    choose(page, "Another Abel")
    choose(page, "Resting Rosa")
    expect(bubble.locator(".player")).to_be_visible()
    assert bubble.locator("audio").evaluate("(audio) => audio.paused")
    expect(bubble.get_by_role("button", name="Play the voice message")).to_be_visible()


def test_without_scripts_a_voice_message_has_the_browsers_own_player(demo, browsing, voice):
    customer = demo.new_customer("Quiet Quinn")
    customer.sends({"type": "audio", "audio": {"id": upload(customer, voice, "audio/ogg"), "voice": True}})
    page = browsing.page(scripts=False)
    conversation = demo.conversation_with("Quiet Quinn")
    file = demo.api("GET", f"/conversations/{conversation}/messages")["data"][0]["media"]["id"]
    eventually(lambda: page.context.request.get(f"{demo.inbox}/media/{file}").status == 200)
    page.goto(f"{demo.inbox}/{conversation}")
    expect(page.locator(".player")).to_have_count(0)
    expect(page.locator("[data-sound] audio[controls]")).to_be_visible()


def test_a_row_says_that_a_colleague_writes_there(demo, browsing):
    demo.new_customer("Typing Tia").writes("Hi")
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA)
    # That she looks at it is told before that she writes.
    with priya.expect_response(lambda answer: answer.url.endswith("/presence")):
        choose(priya, "Typing Tia")
    line = row(daniel, "Typing Tia").locator(".preview")
    expect(line).to_have_text("Hi")
    types_until(priya.get_by_role("textbox", name="Message"), line.filter(has_text="Priya Nair is writing"))
    photograph(daniel, "row-writing")
    assert_accessible(daniel)
    expect(row(priya, "Typing Tia").locator(".preview")).to_have_text("Hi")
    priya.get_by_role("textbox", name="Message").fill("")
    expect(line).to_have_text("Hi")


def test_every_kind_of_message_stands_well_in_a_thread(demo, browsing, voice, tmp_path):
    customer = demo.new_customer("Every Eva")
    page = open_thread(browsing, demo, customer)
    write(page, "How can we help?")
    expect(page.locator(".message.out .status")).to_have_text(re.compile("Delivered|Read"))
    ours = demo.api("GET", f"/conversations/{demo.conversation_with('Every Eva')}/messages")["data"][0]["providerId"]
    picture, film, sheet = tmp_path / "picture.png", tmp_path / "film.mp4", tmp_path / "invoice.pdf"
    make = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i"]
    subprocess.run([*make, "testsrc=size=640x480:duration=1:rate=1", "-frames:v", "1", picture], check=True)
    subprocess.run([*make, "testsrc=size=320x240:duration=2:rate=10", "-pix_fmt", "yuv420p", film], check=True)
    sticker = tmp_path / "sticker.webp"
    subprocess.run([*make, "color=c=orange:size=512x512", "-frames:v", "1", sticker], check=True)
    sheet.write_bytes(b"%PDF-1.4\n%%EOF\n")
    ad = {"source_type": "ad", "source_url": "https://example.com/ad", "headline": "Winter sale", "body": "Half price on everything"}
    customer.writes("I saw your ad", referral=ad)
    customer.sends({"type": "image", "image": {"id": upload(customer, picture, "image/png"), "caption": "The *box* as it came"}})
    customer.sends({"type": "video", "video": {"id": upload(customer, film, "video/mp4")}})
    customer.sends({"type": "sticker", "sticker": {"id": upload(customer, sticker, "image/webp")}})
    customer.sends({"type": "document", "document": {"id": upload(customer, sheet, "application/pdf"), "filename": "invoice-november.pdf"}})
    customer.sends({"type": "audio", "audio": {"id": upload(customer, voice, "audio/ogg"), "voice": True}})
    customer.sends({"type": "audio", "audio": {"id": upload(customer, voice, "audio/ogg")}})
    place = {"latitude": 41.38879, "longitude": 2.15899, "name": "Plaça de Catalunya", "address": "08002 Barcelona"}
    customer.sends({"type": "location", "location": place})
    card = {"name": {"formatted_name": "Pau Vila"}, "phones": [{"phone": "+34 600 999 888", "type": "CELL", "wa_id": "34600999888"}]}
    customer.sends({"type": "contacts", "contacts": [card]})
    customer.sends({"type": "button", "button": {"text": "Yes, please", "payload": "yes"}, "context": {"message_id": ours}})
    row_chosen = {"type": "list_reply", "list_reply": {"id": "2", "title": "Tomorrow", "description": "From 9 to 14 h"}}
    customer.sends({"type": "interactive", "interactive": row_chosen, "context": {"message_id": ours}})
    items = [{"product_retailer_id": "CUP-01", "quantity": 2, "item_price": 9.5, "currency": "EUR"}]
    customer.sends({"type": "order", "order": {"catalog_id": "c1", "text": "For Friday", "product_items": items}})
    customer.writes("About this one", context={"message_id": ours})
    customer.sends({"type": "reaction", "reaction": {"message_id": ours, "emoji": "❤️"}})
    changed = customer.writes("I come at nien")
    customer.sends(
        {"type": "edit", "edit": {"original_message_id": changed, "message": {"type": "text", "text": {"body": "I come at nine"}}}}
    )
    deleted = customer.writes("Wrong chat")
    customer.sends({"type": "revoke", "revoke": {"original_message_id": deleted}})
    customer.sends({"type": "unsupported"})
    customer.sends({"type": "request_welcome"})
    customer.calls()
    customer.calls(seconds=130)
    customer.writes("😂")
    customer.writes("مرحبا، متى يصل طلبي؟")
    bubbles = page.locator("#messages")
    for text in (
        "From an ad",
        "Plaça de Catalunya",
        "Pau Vila",
        "Chose from the list",
        "CUP-01",
        "I come at nine",
        "The customer deleted this message.",
        "Missed call",
        "Call, 2 min",
    ):
        expect(bubbles.get_by_text(text).first).to_be_visible()
    expect(bubbles.locator(".player")).to_have_count(1)
    expect(bubbles.locator(".picture img, .sticker, video, .file")).to_have_count(4)
    for theme in ("light", "dark"):
        for name, size in {"wide": (1280, 2600), "narrow": (SMALL[0], 3000)}.items():
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": size[0], "height": size[1]})
            photograph(page, f"every-kind-{theme}-{name}")
            wide = "document.querySelector('#messages').scrollWidth <= document.querySelector('#messages').clientWidth"
            assert page.evaluate(wide), f"The thread is wider than its place ({theme}, {name})."
        assert_accessible(page)


def test_days_have_lines_and_what_follows_closely_is_one_group(demo, browsing):
    customer = demo.new_customer("Daily Dana")
    noon = datetime.datetime.now(ZONE).replace(hour=12, minute=0, second=0, microsecond=0)

    def then(days: int, minutes: int) -> int:
        return int((noon - datetime.timedelta(days=days) + datetime.timedelta(minutes=minutes)).timestamp())

    for text, days, minutes in [("One", 3, 0), ("Two", 3, 1), ("Three", 3, 30), ("Four", 1, 0), ("Five", 1, 1)]:
        customer.writes(text, timestamp=then(days, minutes))
    customer.writes("Six")
    # Until then the window is shut, and a template to look at is a message too.
    customer.expect_arrived("Six")
    page = browsing.page()
    page.goto(f"{demo.inbox}/{demo.conversation_with('Daily Dana')}")
    expect(page.locator("#messages .message")).to_have_count(6)
    weekday = f"{noon - datetime.timedelta(days=3):%A}"
    expect(page.locator("#messages .day")).to_have_text([weekday, "Yesterday", "Today"])
    # A pause begins a new group, as a new day does.
    expect(page.locator("#messages .message.first .body")).to_have_text(["One", "Three", "Four", "Six"])
    write(page, "Seven")
    write(page, "Eight")
    expect(page.locator("#messages .message.first .body")).to_have_text(["One", "Three", "Four", "Six", "Seven"])
    expect(page.locator("#messages .day")).to_have_text([weekday, "Yesterday", "Today"])
    # The server draws the same.
    page.reload()
    expect(page.locator("#messages .message")).to_have_count(8)
    expect(page.locator("#messages .day")).to_have_text([weekday, "Yesterday", "Today"])
    expect(page.locator("#messages .message.first .body")).to_have_text(["One", "Three", "Four", "Six", "Seven"])


def test_a_call_stands_in_the_thread_and_opens_the_window(demo, browsing):
    customer = demo.new_customer("Calling Carlo")
    customer.calls()
    page = browsing.page()
    page.goto(f"{demo.inbox}/{demo.conversation_with('Calling Carlo')}")
    call = page.locator(".message", has_text="Missed call")
    expect(call).to_contain_text("You can answer with a message.")
    expect(row(page, "Calling Carlo").locator(".preview")).to_have_text("Call")
    # Nothing to quote, and nothing to react to.
    expect(call.get_by_role("button", name="What to do with this message")).to_have_count(0)
    write(page, "You called?")
    expect(page.locator(".message.out .status")).to_have_text(re.compile("Sent|Delivered|Read"))
    customer.expect_received("You called?")
    customer.calls(seconds=130)
    expect(page.locator(".message", has_text="Call, 2 min")).to_have_count(1)
    photograph(page, "calls")
    assert_accessible(page)


def test_each_line_of_a_message_has_a_direction_of_its_own(demo, browsing):
    customer = demo.new_customer("Lines Lina")
    customer.writes("مرحبا، كيف حالك؟ أهلا وسهلا بكم جميعا في متجرنا\nFine (thanks).")
    page = open_thread(browsing, demo, customer)
    body = page.locator(".message .body", has_text="Fine")
    expect(body).to_be_visible()
    photograph(page, "lines-of-both-directions")
    # Where single characters stand: the full stop behind the English sentence, which begins at the left, and the Arabic one at the right.
    places = body.evaluate(
        """(body) => ["م", "F", "."].map((character) => {
            const node = body.firstChild, at = node.data.lastIndexOf(character === "م" ? "مرحبا" : character), range = new Range();
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            return range.getBoundingClientRect().left;
        })"""
    )
    arabic, first, stop = places
    assert first < stop < arabic


def test_only_what_has_words_is_offered_for_copying(demo, browsing):
    customer = demo.new_customer("Copy Cora")
    customer.writes("Words")
    customer.sends({"type": "location", "location": {"latitude": 41.38879, "longitude": 2.15899, "name": "Plaça de Catalunya"}})
    page = open_thread(browsing, demo, customer)
    for text, count in (("Words", 1), ("Plaça", 0)):
        bubble = page.locator(".message", has_text=text)
        bubble.hover()
        bubble.get_by_role("button", name="What to do with this message").click()
        expect(page.get_by_role("button", name="Details", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Copy the text")).to_have_count(count)
        page.keyboard.press("Escape")
