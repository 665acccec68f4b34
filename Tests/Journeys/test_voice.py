"""Voice messages recorded in the browser, with the microphone that the browser pretends to have."""

import re
import shutil

import pytest
from conftest import Browsing, assert_accessible, eventually, photograph, signed_in, start_demo
from playwright.sync_api import Page, expect
from test_composer import SMALL
from test_outbox import open_thread


def record(page: Page) -> None:
    page.get_by_role("button", name="Record a voice message").click()
    expect(page.get_by_role("timer")).to_have_text(re.compile("^0:0[1-9]$"))


def sounds(customer) -> list[dict]:
    chat = customer.demo.control("GET", f"/phones/{customer.phone}/chats/{customer.sender['phoneNumberId']}")
    return [message["content"] for message in chat["data"] if not message["fromCustomer"] and message["type"] == "audio"]


def received_sound(customer) -> dict:
    """The one that arrived. It takes a moment until a message that left is there."""
    found = eventually(lambda: sounds(customer))
    assert len(found) == 1
    return found[0]


def test_a_voice_message_is_recorded_heard_and_sent(demo, browsing):
    assert shutil.which("ffmpeg"), "Please run: make setup"
    customer = demo.new_customer("Voice Vera")
    page = open_thread(browsing, demo, customer)
    page.context.grant_permissions(["microphone"])
    record(page)
    expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    expect(page.locator("#recorder meter")).not_to_have_js_property("value", 0)
    photograph(page, "voice-recording")
    assert_accessible(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_label("The recording", exact=True)).to_be_visible()
    photograph(page, "voice-review")
    assert_accessible(page)
    page.get_by_role("button", name="Send the voice message").click()
    bubble = page.locator(".message.out", has_text="Voice message")
    expect(bubble.locator("audio")).to_have_count(1)
    expect(bubble.locator(".status")).to_have_text(re.compile("Sent|Delivered|Read"))
    expect(page.get_by_label("Message", exact=True)).to_be_visible()
    assert received_sound(customer)["voice"] is True


def test_a_recording_can_be_thrown_away(demo, browsing):
    customer = demo.new_customer("Discard Dina")
    page = open_thread(browsing, demo, customer)
    page.context.grant_permissions(["microphone"])
    for stops_first in (True, False):
        record(page)
        if stops_first:
            page.get_by_role("button", name="Stop").click()
            expect(page.get_by_label("The recording", exact=True)).to_be_visible()
        page.get_by_role("button", name="Discard the recording").click()
        expect(page.get_by_label("Message", exact=True)).to_be_focused()
    small = browsing.page(size=SMALL, theme="dark")
    small.goto(page.url)
    small.context.grant_permissions(["microphone"])
    record(small)
    small.get_by_role("button", name="Stop").click()
    expect(small.get_by_label("The recording", exact=True)).to_be_visible()
    photograph(small, "voice-review-small-dark")
    assert_accessible(small)
    assert small.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert sounds(customer) == []


@pytest.fixture(scope="module")
def bare(tmp_path_factory, browser):
    """A server that finds no programs, and a browser that is signed in there."""
    folder = tmp_path_factory.mktemp("bare")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(folder))
        program, demo = start_demo(folder)
    yield demo, signed_in(demo, browser)
    assert program.stop() == 0


@pytest.fixture
def bare_browsing(browser, bare):
    browsing = Browsing(browser, bare[1])
    yield browsing
    browsing.close()


def test_without_ffmpeg_the_composer_says_what_would_help(bare, bare_browsing):
    page = open_thread(bare_browsing, bare[0], bare[0].new_customer("Bare Bob"))
    page.context.grant_permissions(["microphone"])
    page.get_by_role("button", name="Record a voice message").click()
    expect(page.get_by_role("alert").filter(has_text="ffmpeg")).to_contain_text("Ask whoever runs it to install ffmpeg")
    photograph(page, "voice-without-ffmpeg")
    assert_accessible(page)


def test_without_ffmpeg_what_whatsapp_takes_goes_out_as_a_sound_file(bare, bare_browsing):
    """With a browser that records Ogg, as some do; what it gives is a real file of that kind."""
    demo = bare[0]
    customer = demo.new_customer("Ogg Olaf")
    customer.writes("Hello")
    page = bare_browsing.page()
    page.context.grant_permissions(["microphone"])
    page.add_init_script(OGG_RECORDER)
    page.goto(demo.inbox)
    page.get_by_role("link", name=re.compile("Ogg Olaf")).click()
    record(page)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Send the voice message").click()
    expect(page.get_by_text("It goes out as a sound file")).to_be_visible()
    expect(page.locator(".message.out audio")).to_have_count(1)
    expect(page.locator(".message.out .status")).to_have_text(re.compile("Sent|Delivered|Read"))
    assert not received_sound(customer).get("voice")


# An Ogg page with the head of an Opus stream.
OGG_RECORDER = """
class OggRecorder extends EventTarget {
    static isTypeSupported(type) { return type === "audio/ogg;codecs=opus"; }
    state = "inactive";
    start() { this.state = "recording"; }
    stop() {
        this.state = "inactive";
        const text = "OggS" + "\\0".repeat(24) + "OpusHead" + "\\x01\\x02" + "\\0".repeat(40);
        const data = new Blob([Uint8Array.from(text, (letter) => letter.charCodeAt(0))]);
        this.dispatchEvent(Object.assign(new Event("dataavailable"), { data }));
        this.dispatchEvent(new Event("stop"));
    }
}
self.MediaRecorder = OggRecorder;
"""
