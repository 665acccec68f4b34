"""The directory: people are added, found, changed, put into groups and deleted."""

import re

import pytest
from conftest import NARROW, WIDE, assert_accessible, eventually, photograph
from playwright.sync_api import expect

LOOKS = [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]
looks = pytest.mark.parametrize(("theme", "size"), LOOKS, ids=[f"{theme}-{size[0]}" for theme, size in LOOKS])


def directory(demo) -> str:
    return demo.inbox.removesuffix("/whatsapp") + "/contacts"


@looks
def test_the_directory_and_one_contact(demo, browsing, theme, size):
    page = browsing.page(theme=theme, size=size)
    page.goto(directory(demo))
    expect(page.locator(".numbers tbody tr").filter(has_text="José Núñez")).to_contain_text("Wholesale")
    photograph(page, f"contacts-{theme}-{size[0]}")
    assert_accessible(page)
    # Imports of other journeys may fill the first pages.
    page.get_by_placeholder("Name, company or number").fill("ليلى")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="ليلى حداد", exact=True).click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("ليلى حداد")
    photograph(page, f"contact-{theme}-{size[0]}")
    assert_accessible(page)
    page.goto(f"{directory(demo)}/groups")
    photograph(page, f"contact-groups-{theme}-{size[0]}")
    assert_accessible(page)


def test_a_number_is_somebodys_once(demo, browsing):
    browsing.allow("409")
    page = browsing.page()
    page.goto(directory(demo))
    page.get_by_role("link", name="New contact").click()
    page.get_by_label("Phone number").fill("+44 7700 900173")
    page.get_by_label("Name", exact=True).fill("Somebody Else")
    page.get_by_role("button", name="Add to the directory").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Somebody Else")
    photograph(page, "contact-taken")
    page.get_by_role("link", name="Show that contact").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoë Hart")


def test_somebody_is_added_grouped_and_deleted(demo, browsing):
    page = browsing.page()
    page.goto(f"{directory(demo)}/groups")
    page.locator("details", has_text="Make a group").locator("summary").click()
    page.get_by_label("Name", exact=True).last.fill("Journey")
    page.get_by_role("button", name="Make the group").click()
    expect(page.get_by_role("link", name="Journey")).to_be_visible()
    page.goto(f"{directory(demo)}/new")
    page.get_by_label("Phone number").fill("+1 555 017 9001")
    page.get_by_label("Name", exact=True).fill("Quentin Journeyman")
    page.get_by_label("Company").fill("Roads")
    page.get_by_role("button", name="Add to the directory").click()
    expect(page.get_by_text("The contact is in the directory.")).to_be_visible()
    page.goto(f"{directory(demo)}?order=newest")
    page.get_by_label("Choose Quentin Journeyman").check()
    page.get_by_text("Groups for those chosen").click()
    page.get_by_role("checkbox", name="Journey", exact=True).check()
    page.get_by_role("button", name="Put into the groups").click()
    expect(page.get_by_text("They are in the groups.")).to_be_visible()
    expect(page.locator(".numbers tbody tr")).to_have_count(1)
    page.get_by_label("Choose Quentin Journeyman").check()
    page.get_by_role("button", name="Delete those chosen").click()
    expect(page.get_by_role("heading", name="Delete this contact?")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("The contact is deleted.")).to_be_visible()
    page.goto(f"{directory(demo)}/groups")
    expect(page.locator(".contact-group").filter(has_text="Journey")).to_contain_text("0 contacts")


def test_who_merely_wrote_comes_in_from_beside_the_chat(demo, browsing):
    page = browsing.page()
    page.goto(f"{directory(demo)}?scope=all&conversation=yes")
    page.locator(".numbers tbody tr").filter(has_text="Merely wrote").first.get_by_role("link").first.click()
    page.get_by_role("button", name="Add to the directory").click()
    expect(page.get_by_text("The contact is in the directory.")).to_be_visible()
    expect(page.locator(".contact-talks a").first).to_have_attribute("href", re.compile("/whatsapp/cnv_"))
    page.get_by_role("button", name="Delete this contact").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("One left the directory, and its conversations stay.")).to_be_visible()


def test_people_are_found_by_company(demo, browsing):
    page = browsing.page()
    page.goto(directory(demo))

    def search():
        page.get_by_placeholder("Name, company or number").fill("interiors")
        page.get_by_role("button", name="Show").click()
        return page.locator(".numbers tbody tr").filter(has_text="Amara Okafor").count() == 1

    # The index follows by itself.
    eventually(search)
