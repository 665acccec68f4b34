"""All numbers of a business at a glance, as a file, and who handles what customers write to them."""

import csv
import io
import re

import pytest
from conftest import NARROW, WIDE, Customer, Demo, assert_accessible, eventually, keep_notices, looks, photograph
from playwright.sync_api import Page, expect


@looks
def test_all_numbers_at_a_glance(shop, visiting, theme, size):
    page = visiting.page(theme=theme, size=size)
    page.goto(f"{shop.inbox}/senders")
    page.get_by_role("link", name="All numbers").click()
    rows = page.locator(".numbers tr:not(.country)").filter(has=page.locator("td"))
    expect(rows).to_have_count(len(shop.senders))
    # So are numbers in films, and those of the demo.
    expect(page.locator(".numbers .country").first).to_have_text("Country unknown (+1)")
    expect(rows.first).to_contain_text("Online")
    expect(rows.first).to_contain_text("Subscribed")
    photograph(page, f"numbers-{theme}-{size[0]}")
    assert_accessible(page)


def test_they_are_taken_along_as_a_file(shop, visiting):
    page = visiting.page()
    page.goto(f"{shop.inbox}/numbers")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    assert download.value.suggested_filename.startswith("numbers-")
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(io.StringIO(file.read())))
    # What begins like a formula is only text.
    assert sorted(row["number"].lstrip("'") for row in rows) == sorted(one["phoneNumber"] for one in shop.api("GET", "/senders")["data"])
    assert all(row["status"] == "online" for row in rows)


def handling(shop: Demo) -> str:
    return f"{shop.inbox}/senders/{shop.senders[0]['id']}/handling"


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def team_of(shop: Demo, customer: Customer) -> str | None:
    id = shop.conversation_with(customer.name)
    return shop.api("GET", f"/conversations/{id}")["team"]


def test_recent_conversations_stand_below_the_cards(shop, visiting):
    customer = shop.new_customer("Recent Rita")
    customer.writes("Is it still there?")
    shop.conversation_with(customer.name)
    page = visiting.page()
    page.goto(f"{shop.inbox}/senders")
    recent = page.locator("#recent")
    row = recent.locator("li", has_text="Recent Rita")
    expect(row).to_contain_text("Is it still there?")
    expect(row).to_contain_text("Open")
    assert recent.locator("li").count() <= 10
    row.scroll_into_view_if_needed()
    photograph(page, "senders-recent")
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    row.scroll_into_view_if_needed()
    photograph(page, "senders-recent-narrow")
    assert_accessible(page)
    row.get_by_role("link", name="View chat").click()
    expect(page).to_have_url(re.compile("/whatsapp/cnv_"))


@looks
def test_a_team_is_given_what_customers_begin(shop, visiting, theme, size):
    visiting.allow("422")
    members = [one["id"] for one in shop.api("GET", "/members")["data"]]
    team = shop.api("POST", "/teams", {"name": f"Sales {theme} {size[0]}", "members": members})
    page = visiting.page(theme=theme, size=size)
    page.goto(f"{shop.inbox}/senders/{shop.senders[0]['id']}")
    page.get_by_role("navigation", name="This number").get_by_role("link", name="Handled by").click()
    expect(page.get_by_text("Now they go to: Anyone in the inbox.")).to_be_visible()
    # A team is what most want; none is chosen by itself.
    expect(page.get_by_role("radio", name="A team")).to_be_checked()
    save(page)
    expect(page.get_by_text("There is no such team in this workspace.")).to_be_visible()
    page.get_by_label("Team", exact=True).select_option(label=team["name"])
    save(page)
    expect(page.get_by_text(f"Now they go to: {team['name']}.")).to_be_visible()
    photograph(page, f"handling-{theme}-{size[0]}")
    assert_accessible(page)

    customer = shop.new_customer(f"Nora {theme} {size[0]}")
    customer.writes("Good morning")
    eventually(lambda: team_of(shop, customer) == team["id"])
    page.goto(f"{shop.inbox}/senders")
    expect(page.locator(f"#{shop.senders[0]['id']}")).to_contain_text(team["name"])

    shop.api("DELETE", f"/teams/{team['id']}")
    page.goto(handling(shop))
    expect(page.get_by_text("The team that handles this number was deleted.")).to_be_visible()
    photograph(page, f"handling-gone-{theme}-{size[0]}")
    assert_accessible(page)
    page.goto(f"{shop.inbox}/senders")
    expect(page.locator(f"#{shop.senders[0]['id']}")).to_contain_text("The team that handles this number was deleted.")
    other = shop.new_customer(f"Omar {theme} {size[0]}")
    other.writes("Good morning")
    assert team_of(shop, other) is None
    page.goto(handling(shop))
    page.get_by_role("radio", name="Anyone in the inbox").check()
    save(page)
    expect(page.get_by_text("Now they go to: Anyone in the inbox.")).to_be_visible()


@pytest.mark.parametrize("size", [(WIDE[0], 480), (NARROW[0], 560)], ids=["wide", "narrow"])
def test_nothing_has_to_stay_under_a_notice(shop, visiting, size):
    page = visiting.page(size=size)
    keep_notices(page)
    page.goto(handling(shop))
    page.get_by_role("radio", name="Anyone in the inbox").check()
    save(page)
    notice = page.locator(".notices > .notice")
    expect(notice).to_be_visible()
    page.locator("#main").evaluate("(main) => main.scrollTo(0, main.scrollHeight)")
    last = page.locator(".page-body > :last-child").bounding_box()
    assert last["y"] + last["height"] <= notice.bounding_box()["y"]
    photograph(page, f"notice-{size[0]}")
    # Also where it is brought into sight by itself.
    page.locator("#main").evaluate("(main) => main.scrollTo(0, 0)")
    page.get_by_role("radio", name="Anyone in the inbox").check()
    save(page)
    expect(notice).to_be_visible()


def test_removed_numbers_stay_to_be_looked_up(shop, visiting):
    gone = shop.senders[1]
    shop.api("DELETE", f"/senders/{gone['id']}")
    page = visiting.page()
    page.goto(f"{shop.inbox}/numbers")
    rows = page.locator(".numbers tr").filter(has=page.locator("td"))
    expect(rows).to_have_count(len(shop.senders) - 1)
    page.get_by_role("navigation", name="Which numbers").get_by_role("link", name="Removed").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Removed")
    photograph(page, "numbers-removed")
