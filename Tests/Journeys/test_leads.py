"""Leads and clients: made from a chat, moved, filtered, converted, and made by themselves."""

import re

import pytest
from conftest import NARROW, WIDE, Demo, assert_accessible, photograph, signed_in, start_demo
from playwright.sync_api import Page, expect

LOOKS = [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]
looks = pytest.mark.parametrize(("theme", "size"), LOOKS, ids=[f"{theme}-{size[0]}" for theme, size in LOOKS])


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Demo:
    """One of its own: here everybody new becomes a lead."""
    program, demo = start_demo(tmp_path_factory.mktemp("leads"))
    yield demo
    assert program.stop() == 0


@pytest.fixture(scope="module")
def session(demo, browser) -> dict:
    return signed_in(demo, browser)


def place(demo: Demo, path: str) -> str:
    return f"{demo.inbox.removesuffix('/whatsapp')}/{path}"


def card(page: Page, name: str):
    return page.locator(".lead-card").filter(has_text=name)


def column(page: Page, name: str):
    return page.locator(".board .column").filter(has=page.get_by_role("heading", name=re.compile(f"^{name}")))


def make(demo: Demo, name: str, **more) -> None:
    assert demo.api("POST", "/leads", {"name": name, **more})["name"] == name


def beside_chat(page: Page):
    page.locator("#show-details").click()
    return page.locator("#details-body [data-part=lead]")


def test_a_lead_is_made_and_changed_beside_the_chat(demo, browsing):
    demo.new_customer("Lena Lead").writes("What does it cost?")
    page = browsing.page()
    page.goto(demo.inbox)
    page.locator(".conversation", has_text="Lena Lead").first.click()
    lead = beside_chat(page)
    lead.get_by_role("button", name="Make a lead").click()
    expect(lead.get_by_role("link", name="Lena Lead")).to_be_visible()
    lead.get_by_label("Status").select_option(label="Qualified")
    lead.get_by_label("Value in EUR").fill("1250.50")
    lead.get_by_role("button", name="Save the lead").click()
    expect(lead.locator(".chip")).to_have_text("Qualified")
    photograph(page, "lead-beside-chat")
    assert_accessible(page)
    lead.get_by_role("button", name="Make a client of it").click()
    expect(lead.locator(".chip")).to_have_text(["Won", "Client"])
    lead.get_by_role("link", name="Lena Lead").first.click()
    expect(page.locator(".lead-history li").first).to_contain_text("You made it a client")
    expect(page.locator(".lead-history")).to_contain_text("from none to 1,250.50 EUR")
    expect(page.locator(".contact-talks a").first).to_have_attribute("href", re.compile("/whatsapp/cnv_"))
    page.get_by_role("link", name="Show the client").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lena Lead")
    photograph(page, "client")
    assert_accessible(page)


def test_cards_are_moved_by_mouse_by_keys_and_by_the_choice(demo, browsing):
    make(demo, "Boris Board", amount=50000)
    page = browsing.page()
    page.goto(place(demo, "leads/board"))
    expect(column(page, "New").locator(".lead-card", has_text="Boris Board")).to_be_visible()
    card(page, "Boris Board").drag_to(column(page, "Contacted"))
    expect(page.get_by_text("Boris Board is now in Contacted.")).to_be_visible()
    expect(column(page, "Contacted").locator("header")).to_contain_text("500.00 EUR")
    card(page, "Boris Board").get_by_role("link").focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("Boris Board is now in Qualified.")).to_be_visible()
    expect(column(page, "Qualified").locator("header")).to_contain_text("500.00 EUR")
    page.get_by_role("button", name="Undo").last.click()
    expect(column(page, "Contacted").locator("header")).to_contain_text("500.00 EUR")
    card(page, "Boris Board").get_by_role("combobox").select_option(label="Lost")
    expect(column(page, "Lost").locator("header")).to_contain_text("500.00 EUR")
    page.reload()
    expect(column(page, "Lost").locator(".lead-card", has_text="Boris Board")).to_be_visible()


def test_filters_stand_in_the_address_and_several_change_at_once(demo, browsing):
    make(demo, "Filip Filter", company="Roads & Sons")
    make(demo, "Fiona Filter", amount=100)
    page = browsing.page()
    page.goto(place(demo, "leads"))
    page.get_by_placeholder("Name or company").fill("filter")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("q=filter"))
    rows = page.locator(".numbers tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_label("Choose Filip Filter").check()
    page.get_by_label("Choose Fiona Filter").check()
    page.get_by_text("Change those chosen").first.click()
    page.locator("select[name=newStatus]").select_option(label="Contacted")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("The leads are changed.")).to_be_visible()
    expect(rows.filter(has_text="Contacted")).to_have_count(2)
    page.get_by_text("Every status").click()
    page.get_by_role("checkbox", name="Qualified").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Nothing fits")).to_be_visible()
    page.go_back()
    expect(rows).to_have_count(2)
    page.get_by_label("Choose Filip Filter").check()
    page.get_by_role("button", name="Delete those chosen").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Deleted.")).to_be_visible()
    page.goto(place(demo, "leads?q=filip"))
    expect(page.get_by_role("heading", name="Nothing fits")).to_be_visible()


def test_what_is_refused_stays_filled_in(demo, browsing):
    browsing.allow("422")
    page = browsing.page()
    page.goto(place(demo, "leads/new"))
    page.get_by_label("Name", exact=True).fill("Vera Value")
    page.get_by_label("Value", exact=True).fill("1.250,50")
    page.get_by_role("button", name="Make the lead").click()
    expect(page.get_by_text("Write the value in figures, such as 1250 or 1250.50.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Vera Value")
    page.get_by_label("Value", exact=True).fill("1250,50")
    page.get_by_role("button", name="Make the lead").click()
    expect(page.get_by_text("The lead is made.")).to_be_visible()


def test_who_is_new_and_writes_becomes_a_lead(demo, browsing):
    page = browsing.page()
    page.goto(place(demo, "settings/leads"))
    page.get_by_label("Make a lead of everybody new who writes").check()
    page.get_by_label("With the source").select_option(label="WhatsApp")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert_accessible(page)
    page.goto(place(demo, "leads/board"))
    expect(column(page, "New")).to_be_visible()
    demo.new_customer("Nora Newcomer").writes("Hello, are you open?")
    # The board hears of it by itself.
    expect(column(page, "New").locator(".lead-card", has_text="Nora Newcomer")).to_be_visible()


@looks
def test_looks(demo, browsing, theme, size):
    make(demo, f"Look {theme} {size[0]}", company="Café & Co", amount=125050)
    page = browsing.page(theme=theme, size=size)
    for path, name in [("leads", "leads"), ("leads/board", "lead-board"), ("clients", "clients"), ("settings/leads", "lead-settings")]:
        page.goto(place(demo, path))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        photograph(page, f"{name}-{theme}-{size[0]}")
        assert_accessible(page)
    page.goto(place(demo, "leads"))
    page.get_by_role("link", name=f"Look {theme} {size[0]}").click()
    expect(page.locator(".lead-history")).to_contain_text("made the lead")
    photograph(page, f"lead-{theme}-{size[0]}")
    assert_accessible(page)
