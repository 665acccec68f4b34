"""A campaign from nothing to its report: people come in, a template is approved, and everybody gets it once."""

import csv

import pytest
from conftest import NARROW, Demo, assert_accessible, photograph, signed_in, start_demo
from playwright.sync_api import Page, expect
from test_contact_import import upload
from test_senders import open_sender
from test_template_writing import begin, review, write

PEOPLE = 5_000
REFUSED = 40
# A number sends some 75 messages a second, and a busy machine takes longer.
SENT_MILLISECONDS = 300_000
IMPORTED_MILLISECONDS = 120_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Demo:
    """One of its own: thousands of people would be among those whom others look for."""
    program, demo = start_demo(tmp_path_factory.mktemp("campaigns"))
    yield demo
    assert program.stop() == 0


@pytest.fixture(scope="module")
def session(demo, browser) -> dict:
    return signed_in(demo, browser)


def bring_people_in(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.inbox}/../contacts/groups")
    page.get_by_text("Make a group").click()
    page.get_by_label("Name", exact=True).last.fill("Autumn")
    page.get_by_role("button", name="Make the group").click()
    rows = [f"Person {row},+3932000{row:05}" for row in range(PEOPLE)] + [f"Nobody {row},no number" for row in range(REFUSED)]
    upload(page, demo, "people.csv", ("name,phonenumber\n" + "\n".join(rows) + "\n").encode())
    page.get_by_role("checkbox", name="Autumn").check()
    page.get_by_role("button", name="Import the file").click()
    expect(page.locator("#import-state")).to_contain_text(f"5,000 added, {REFUSED} refused.", timeout=IMPORTED_MILLISECONDS)


def have_a_template_approved(page: Page, demo: Demo) -> None:
    begin(page, demo)
    write(page, "autumn_offer", "Hello {{1}}, our autumn offers are in the shop now.", {"1": "Ana"})
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("WhatsApp has it.")).to_be_visible()
    review(demo, "autumn_offer", status="REJECTED")
    page.reload()
    entry = page.locator(".template-entries > li").filter(has_text="autumn_offer")
    expect(entry).to_contain_text("Rejected")
    entry.get_by_role("button", name="Edit autumn_offer").click()
    page.get_by_label("Text", exact=True).first.fill("Hello {{1}}, our autumn offers wait for you in the shop.")
    expect(page.locator(".template-phone")).to_contain_text("wait for you")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("WhatsApp has it.")).to_be_visible()
    review(demo, "autumn_offer", status="APPROVED")
    page.get_by_role("button", name="Get from WhatsApp now").click()
    expect(entry.locator(".chip", has_text="Approved")).to_be_visible()


def have_a_larger_limit(page: Page, demo: Demo) -> None:
    """A new account reaches 2,000 people a day, so that the campaign would take three days."""
    for number in demo.control("GET", "/numbers")["data"]:
        demo.control("PATCH", f"/numbers/{number['id']}", {"tier": "TIER_100K"})
    open_sender(page, demo)
    page.get_by_role("button", name="Check this number").click()
    expect(page.get_by_text("WhatsApp was asked how the number is.")).to_be_visible()
    expect(page.get_by_text("100,000").first).to_be_visible()


def test_from_people_to_the_report(demo, browsing):
    page = browsing.page()
    # Those of a file have no phones that somebody plays.
    demo.control("PATCH", "/settings", {"unknownRecipients": "reachable"})
    have_a_larger_limit(page, demo)
    bring_people_in(page, demo)
    have_a_template_approved(page, demo)

    page.goto(f"{demo.inbox}/../settings/prices")
    expect(page.get_by_text("No price was entered yet")).to_be_visible()
    page.get_by_label("Category", exact=True).select_option("utility")
    page.get_by_label("Country", exact=True).select_option("IT")
    page.get_by_label("Price", exact=True).fill("0.05")
    page.get_by_label("Currency", exact=True).first.fill("EUR")
    page.get_by_role("button", name="Save the price").click()
    expect(page.get_by_text("The price is saved.")).to_be_visible()
    photograph(page, "prices")
    assert_accessible(page)

    page.get_by_role("link", name="Campaigns").click()
    page.get_by_role("link", name="Make the first campaign").click()
    browsing.allow("422")
    page.get_by_label("Name", exact=True).fill("Autumn offers")
    page.locator('input[name="sender"]').first.check()
    page.get_by_label("Template").select_option(label="autumn_offer (en_US)")
    page.get_by_role("checkbox", name="Autumn").check()
    photograph(page, "campaign-new")
    assert_accessible(page)
    page.get_by_role("button", name="Save and find the recipients").click()
    # The template's variables are to be filled in first; what nobody is known by needs other words.
    variable = page.locator("#variables fieldset.mapping-row").first
    variable.get_by_label("Stands for").select_option("contact.firstName")
    variable.get_by_label("Text, or fallback").fill("")
    page.get_by_role("button", name="Save and find the recipients").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Autumn offers")
    variable.get_by_label("Text, or fallback").fill("there")
    page.get_by_role("button", name="Save and find the recipients").click()

    state = page.locator("#campaign-state")
    expect(state).to_contain_text("5,000 recipients", timeout=IMPORTED_MILLISECONDS)
    forecast = page.locator("#campaign-forecast")
    expect(forecast.get_by_role("heading", name="For Person")).to_have_count(5)
    expect(forecast).to_contain_text("At most EUR 250.00")
    expect(forecast).to_contain_text("Hello Person, our autumn offers wait for you")
    photograph(page, "campaign-ready")
    assert_accessible(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Start").click()
    expect(state).to_contain_text("Sending")
    page.get_by_role("button", name="Pause").click()
    expect(state).to_contain_text("A person paused it.")
    photograph(page, "campaign-paused")
    page.get_by_role("button", name="Resume").click()
    # The button that was pressed is gone, so the page goes on by itself.
    expect(state.locator(".chip").first).to_have_text("Finished", timeout=SENT_MILLISECONDS)
    expect(state).to_contain_text("5,000 of 5,000 written to")
    expect(state.get_by_text("5,000 of 5,000", exact=True)).to_be_visible(timeout=SENT_MILLISECONDS)
    photograph(page, "campaign-report")
    assert_accessible(page)

    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == PEOPLE and len({row["phone"] for row in rows}) == PEOPLE
    assert {row["state"] for row in rows} <= {"delivered", "read"}

    page.get_by_role("link", name="Recipients").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Person")
    photograph(page, "campaign-recipients")
    assert_accessible(page)

    phone = browsing.page(theme="dark", size=NARROW)
    phone.goto(page.url.removesuffix("/recipients"))
    expect(phone.get_by_role("heading", name="Report")).to_be_visible()
    photograph(phone, "campaign-report-dark")
    assert_accessible(phone)
    phone.goto(f"{demo.inbox}/../campaigns")
    expect(phone.get_by_role("link", name="Autumn offers")).to_be_visible()
    photograph(phone, "campaigns-dark")
    assert_accessible(phone)
