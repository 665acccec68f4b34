"""Credits and subscriptions, as somebody who looks after numbers uses them, over a year that the clock is set ahead by."""

import datetime
import re

import pytest
from conftest import NARROW, WIDE, Browsing, assert_accessible, eventually, photograph, sign_in, start_demo
from playwright.sync_api import Page, expect

DAY = datetime.timedelta(days=1)


class Business:
    """A demo of its own: its prices and its clock are nobody else's."""

    def __init__(self, folder):
        self.program, self.demo = start_demo(folder)
        self.ahead = datetime.timedelta()
        self.sender, *others = self.demo.api("GET", "/senders")["data"]
        # One number is enough to follow.
        for other in others:
            self.demo.api("POST", f"/senders/{other['id']}/subscription/deactivation")

    @property
    def path(self) -> str:
        return f"/senders/{self.sender['id']}/subscription"

    @property
    def number(self) -> dict:
        return self.demo.api("GET", self.path)["number"]

    @property
    def balance(self) -> int:
        return self.demo.api("GET", "/credits")["balance"]

    def go_to(self, moment: datetime.datetime) -> None:
        """Sets the clocks of the hub and the simulator ahead."""
        self.ahead = moment - datetime.datetime.now(datetime.UTC)
        self.demo.control("PUT", "/clock", {"offsetSeconds": self.ahead.total_seconds()})


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.fixture
def business(tmp_path):
    business = Business(tmp_path)
    yield business
    assert business.program.stop() == 0


def open_page(business: Business, browsing: Browsing, path: str) -> Page:
    page = browsing.page()
    sign_in(page, business.demo)
    page.goto(re.sub(r"/whatsapp.*", path, page.url))
    # Its script has come, which asks before.
    expect(page.locator("#show-shortcuts")).not_to_have_attribute("hidden", "")
    return page


def look_at(page: Page, name: str) -> None:
    for size in (WIDE, NARROW):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window."
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            photograph(page, f"{name}-{scheme}-{size[0]}")
            assert_accessible(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def pressing(page: Page, button: str, asked: str) -> None:
    """Presses a button that asks first, and says yes."""
    questions = []

    def answer(dialog):
        questions.append(dialog.message)
        dialog.accept()

    page.once("dialog", answer)
    page.get_by_role("button", name=button, exact=True).click()
    assert asked in questions[0], questions


def test_a_number_is_paid_for_a_year_stops_without_credits_and_comes_back(business, stranger):
    stranger.allow("409|422")
    page = open_page(business, stranger, "/settings/credits")
    expect(page.get_by_role("heading", name="Balance")).to_be_visible()
    expect(page.get_by_text("no credits are needed")).to_be_visible()

    # Before anything costs credits, the number is free; it is switched off, to be activated at a price.
    page.get_by_role("link", name=f"Subscription of {business.sender['name']}").click()
    expect(page.get_by_text("Numbers of this kind cost nothing.")).to_be_visible()
    pressing(page, "Switch off", "It costs nothing to switch it on again.")
    expect(page.get_by_text("It is switched off.")).to_be_visible()

    page.get_by_role("link", name="Credits", exact=True).click()
    page.get_by_label("WhatsApp’s Cloud API").fill("-1")
    page.get_by_role("button", name="Save the prices").click()
    expect(page.get_by_text("A price can’t be below zero.")).to_be_visible()
    expect(page.get_by_label("WhatsApp’s Cloud API")).to_have_value("-1")
    look_at(page, "credits-refused")
    page.get_by_label("WhatsApp’s Cloud API").fill("10")
    page.get_by_role("button", name="Save the prices").click()
    expect(page.get_by_text("The prices are saved.")).to_be_visible()
    page.locator("#privacy-address").fill("https://example.com/privacy")
    page.locator("#privacy-version").fill("2026-11-01")
    page.get_by_role("button", name="Save The privacy policy").click()
    expect(page.get_by_text("A new version is asked for")).to_be_visible()

    # Without credits it says how many lack.
    page.get_by_role("link", name=f"Subscription of {business.sender['name']}").click()
    expect(page.get_by_text("Top up 10 credits or more first.")).to_be_visible()
    look_at(page, "subscription-without-credits")
    page.get_by_role("link", name="Credits", exact=True).click()
    page.get_by_label("Credits", exact=True).fill("120")
    page.get_by_label("Note").fill("Invoice 117")
    pressing(page, "Add credits", "can’t be taken back")
    expect(page.locator(".balance")).to_have_text("120 credits")

    page.get_by_role("link", name=f"Subscription of {business.sender['name']}").click()
    page.get_by_role("checkbox", name=re.compile("WhatsApp’s terms")).check()
    page.get_by_role("checkbox", name=re.compile("the privacy policy, version 2026-11-01")).check()
    look_at(page, "subscription-to-activate")
    pressing(page, "Activate for 10 credits", "Spend 10 credits now? The number is paid until")
    expect(page.get_by_text("It is active.")).to_be_visible()
    expect(page.get_by_text("Next renewal")).to_be_visible()
    expect(page.get_by_text("110 credits")).to_be_visible()
    expect(page.get_by_text("Version 2026-11-01")).to_be_visible()
    look_at(page, "subscription-active")

    # Off and on within the month keeps the date and costs nothing.
    first = business.number["paidUntil"]
    pressing(page, "Switch off", "nothing is given back")
    expect(page.get_by_text("It isn’t renewed.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Activate", exact=True).click()
    expect(page.get_by_text("It is active.")).to_be_visible()
    assert business.number["paidUntil"] == first
    assert business.balance == 110

    # A year with credits: eleven more months, each charged once. Its session ends on the way.
    page.close()
    began, ends = moment(first), [first]
    for _ in range(11):
        business.go_to(moment(ends[-1]) + DAY / 24)
        ends.append(eventually(lambda: (end := business.number["paidUntil"]) != ends[-1] and end))
    assert business.balance == 0
    assert all(moment(end).day == min(began.day, 28) or moment(end).day >= 28 for end in ends)
    assert {(moment(end).year, moment(end).month) for end in ends} == {
        (began.year + (began.month - 1 + index) // 12, (began.month - 1 + index) % 12 + 1) for index in range(12)
    }

    # A year without: it works for three more days, and then no more.
    business.go_to(moment(ends[-1]) + DAY / 24)
    eventually(lambda: business.number["standing"] == "grace")
    page = open_page(business, stranger, "/settings/credits")
    expect(page.locator(".entries", has_text=business.sender["name"]).get_by_text("Not paid").first).to_be_visible()
    look_at(page, "credits-grace")
    page.get_by_role("link", name=f"Subscription of {business.sender['name']}").click()
    expect(page.get_by_text("10 credits more are needed.")).to_be_visible()
    look_at(page, "subscription-grace")
    business.go_to(moment(ends[-1]) + 4 * DAY)
    eventually(lambda: business.number["standing"] == "lapsed")
    page.reload()
    expect(page.get_by_text("Stopped", exact=True)).to_be_visible()
    look_at(page, "subscription-stopped")

    page.get_by_role("link", name="Top up").click()
    page.get_by_label("Credits", exact=True).fill("12")
    pressing(page, "Add credits", "can’t be taken back")
    expect(page.get_by_text("The credits are added.")).to_be_visible()
    eventually(lambda: business.number["standing"] == "paid")
    assert business.balance == 2
    page.reload()
    expect(page.locator(".balance")).to_have_text("2 credits")
    look_at(page, "credits")
    statement = page.locator(".statement > li")
    # Thirteen months, two top-ups, and what was put aside at first.
    expect(statement).to_have_count(16)
    expect(statement.first).to_contain_text("Month paid")
    expect(statement.first).to_contain_text("By itself")
    expect(statement.last).to_contain_text("Invoice 117")
    for size in (WIDE, NARROW):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for part in ("Prices", "Statement"):
            page.get_by_role("heading", name=part).evaluate("heading => heading.scrollIntoView()")
            photograph(page, f"credits-{part.lower()}-{size[0]}")
