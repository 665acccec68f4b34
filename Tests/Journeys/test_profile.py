"""The profile of a number, as somebody who manages numbers fills it in, with WhatsApp's answers from the simulator."""

import re
import struct
import zlib

import pytest
from conftest import NARROW, WIDE, assert_accessible, eventually, photograph
from playwright.sync_api import Page, expect


def png(width: int, height: int) -> bytes:
    """A picture whose halves can be told apart."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + b"".join(bytes((10, 117, 84)) if x < width / 2 else bytes((240, 190, 90)) for x in range(width))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(row * height)) + part(b"IEND", b"")


def file(name: str, data: bytes, kind: str = "image/png") -> dict:
    return {"name": name, "mimeType": kind, "buffer": data}


def photograph_both(page: Page, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        photograph(page, f"{name}-{scheme}")
        assert_accessible(page)
    page.emulate_media(color_scheme="light")


@pytest.fixture
def number(demo):
    """Not the one that the other journeys write from."""
    yield demo.senders[1]
    demo.control("PATCH", "/settings", {"review": "approve"})


def address(demo, number) -> str:
    return f"{demo.url}/app/{demo.workspace}/whatsapp/senders/{number['id']}/profile"


def refresh(page: Page) -> None:
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("Fetched from WhatsApp just now.")).to_be_visible()


def side_of(page: Page) -> int:
    return page.get_by_role("img", name="The logo", exact=True).evaluate("picture => picture.complete ? picture.naturalWidth : 0")


def test_a_profile_is_filled_in_refused_and_seen_as_customers_see_it(demo, browsing, number):
    browsing.allow("422")
    page = browsing.page(size=WIDE)
    page.goto(address(demo, number))
    expect(page.locator(".tabs a[aria-current]", has_text="Profile")).to_be_visible()
    refresh(page)
    preview = page.locator("#preview")

    # Each refusal stands beside its field, and nothing that was written is lost.
    page.get_by_label("About").fill("a" * 140)
    expect(page.get_by_text("139 characters, 140 used")).to_be_visible()
    page.get_by_label("Description").fill("Roasted here since 1998.\nOpen every day.")
    page.get_by_label("Website", exact=True).fill("coffee.example")
    page.get_by_label("Telephone numbers").fill("600 111 222")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The about text has 140 characters; WhatsApp takes at most 139. Shorten it by 1.")).to_be_visible()
    expect(page.get_by_text("isn’t a website’s address")).to_be_visible()
    expect(page.get_by_text("isn’t a telephone number")).to_be_visible()
    expect(page.get_by_label("About")).to_have_value("a" * 140)
    expect(page.get_by_label("Description")).to_have_value("Roasted here since 1998.\nOpen every day.")
    photograph_both(page, "profile-refused")

    # The preview follows what is written, in whatever direction.
    page.get_by_label("About").fill("قهوة طازجة كل صباح")
    expect(preview).to_contain_text("قهوة طازجة كل صباح")
    page.get_by_label("Category").select_option("RESTAURANT")
    expect(preview).to_contain_text("Restaurants and cafés")
    page.get_by_label("Website", exact=True).fill("https://coffee.example")
    page.get_by_label("Telephone numbers").fill("+34 600 111 222")
    page.get_by_label("E-mail addresses").fill("hello@coffee.example\nbeans@coffee.example")
    expect(preview).to_contain_text("hello@coffee.example")
    expect(preview).not_to_contain_text("beans@coffee.example")
    page.get_by_label("Address", exact=True).fill("1 Harbour Street")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Customers see it like this from now on.")).to_be_visible()
    expect(page.get_by_text("6 of 7 parts are filled in.")).to_be_visible()
    expect(page.get_by_role("link", name="a logo")).to_be_visible()
    refresh(page)
    expect(page.get_by_label("About")).to_have_value("قهوة طازجة كل صباح")
    expect(page.get_by_label("E-mail addresses")).to_have_value("hello@coffee.example\nbeans@coffee.example")
    told = demo.api("GET", f"/senders/{number['id']}/profile")
    assert told["description"] == "Roasted here since 1998.\nOpen every day."
    assert told["completeness"] == {"filled": 6, "total": 7, "missing": ["picture"]}
    photograph_both(page, "profile-saved")
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    photograph_both(page, "profile-narrow")
    preview.scroll_into_view_if_needed()
    photograph_both(page, "profile-preview-narrow")


def test_a_logo_is_cut_and_uploaded_and_without_scripts_as_it_is(demo, browsing, number):
    browsing.allow("422")
    page = browsing.page(size=WIDE)
    page.goto(address(demo, number))
    refresh(page)
    picker = page.get_by_label("Choose a picture")
    picker.set_input_files(file("small.png", png(120, 100)))
    expect(page.get_by_text("The logo has 120 × 100 pixels; it needs at least 192 on each side.")).to_be_visible()

    dialog = page.get_by_role("dialog", name="Cut the logo")
    picker.set_input_files(file("wide.png", png(600, 400)))
    expect(dialog).to_be_visible()
    square = dialog.get_by_role("img", name="The square that is cut out")
    expect(square).to_be_focused()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    dialog.get_by_label("Zoom").fill("40")
    before, box = square.screenshot(), square.bounding_box()
    page.mouse.move(box["x"] + 160, box["y"] + 160)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 160)
    page.mouse.up()
    assert eventually(lambda: square.screenshot() != before)
    photograph_both(page, "profile-cut")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    picker.set_input_files(file("wide.png", png(600, 400)))
    dialog.get_by_role("button", name="Use this part").click()
    expect(page.get_by_text("Saved. Customers see it like this from now on.")).to_be_visible()
    assert eventually(lambda: side_of(page)) == 400
    photograph_both(page, "profile-logo")

    plain = browsing.page(size=NARROW, scripts=False)
    plain.goto(address(demo, number))
    for name, data, words in (
        ("wide.png", png(600, 400), "The logo has 600 × 400 pixels; it must be square."),
        ("page.png", b"<svg onload='alert(1)'/>", "The logo must be a JPEG or PNG picture."),
    ):
        plain.get_by_label("Choose a picture").set_input_files(file(name, data))
        plain.get_by_role("button", name="Upload the logo").click()
        expect(plain.get_by_text(words)).to_be_visible()
    photograph(plain, "profile-logo-refused-narrow")
    plain.get_by_label("Choose a picture").set_input_files(file("square.png", png(256, 256)))
    plain.get_by_role("button", name="Upload the logo").click()
    expect(plain.get_by_text("Saved. Customers see it like this from now on.")).to_be_visible()
    page.reload()
    assert eventually(lambda: side_of(page)) == 256

    page.get_by_label("Choose a banner").set_input_files(file("banner.png", png(600, 200)))
    page.get_by_role("button", name="Upload the banner").click()
    expect(page.get_by_role("img", name="The banner")).to_be_visible()
    page.get_by_role("img", name="The banner").scroll_into_view_if_needed()
    photograph_both(page, "profile-banner")
    for button in ("Remove the logo", "Remove the banner"):
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text("Removed.")).to_be_visible()
        expect(page.get_by_role("button", name=button)).to_have_count(0)


def test_another_name_is_asked_for_and_followed_through_its_review(demo, browsing, number):
    browsing.allow("422")
    demo.control("PATCH", "/settings", {"review": "pending"})
    page = browsing.page(size=WIDE)
    page.goto(address(demo, number))
    refresh(page)
    name = page.get_by_role("region", name="Display name")
    expect(name.get_by_text("Approved", exact=True)).to_be_visible()
    name.get_by_text("Ask for another name").click()
    name.get_by_label("New name").fill("H")
    name.get_by_label("WhatsApp may review this name").check()
    name.get_by_role("button", name="Ask for the name").click()
    expect(name.get_by_text("The display name has 1 character; WhatsApp takes 2 to 75.")).to_be_visible()
    expect(name.get_by_label("New name")).to_have_value("H")
    name.scroll_into_view_if_needed()
    photograph_both(page, "profile-name-refused")
    name.get_by_label("New name").fill("مقهى الميناء")
    name.get_by_label("WhatsApp may review this name").check()
    name.get_by_role("button", name="Ask for the name").click()
    expect(name.get_by_text(re.compile("WhatsApp is reviewing .*مقهى الميناء"))).to_be_visible()
    name.scroll_into_view_if_needed()
    photograph_both(page, "profile-name-review")
    demo.control("PATCH", f"/numbers/{number['phoneNumberId']}", {"nameReview": "reject"})
    refresh(page)
    expect(name.get_by_text(re.compile("WhatsApp declined .*مقهى الميناء"))).to_be_visible()
    name.scroll_into_view_if_needed()
    photograph_both(page, "profile-name-declined")
