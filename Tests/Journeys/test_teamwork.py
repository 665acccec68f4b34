"""Two agents at one inbox: who looks after what, and who sees it."""

import re

import pytest
from conftest import NARROW, assert_accessible, come_in, photograph
from playwright.sync_api import Page, expect

DANIEL = "daniel@acme.example"
PRIYA = "priya@acme.example"


def agent(demo, browsing, email: str, **options) -> Page:
    """A browser of their own, at the inbox."""
    page = browsing.page(signed_in=False, **options)
    come_in(page, demo, email)
    return page


def row(page: Page, name: str):
    return page.locator("#conversations > li", has_text=name)


def choose(page: Page, name: str) -> None:
    row(page, name).get_by_role("link").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def link_on(page: Page) -> str:
    """With the address in front, which the page's script puts there."""
    field = page.locator("#link")
    expect(field).to_have_value(re.compile("^http"))
    return field.input_value()


def assign(page: Page, person: str) -> None:
    page.get_by_role("button", name="Assigned to").click()
    page.locator("#assignee").select_option(label=person)
    page.get_by_role("button", name="Assign", exact=True).click()


@pytest.fixture
def sees_own(demo):
    """Agents see what is theirs, while the test runs."""
    demo.api("PATCH", "/roles/agent", {"visibility": "own"})
    yield
    demo.api("PATCH", "/roles/agent", {"visibility": "all"})


def test_a_conversation_is_handed_to_a_colleague_and_both_see_it_at_once(demo, browsing):
    demo.new_customer("Assign Aldo").writes("Who helps me?")
    daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA)
    priya.get_by_role("link", name=re.compile("^Mine")).click()
    expect(row(priya, "Assign Aldo")).to_have_count(0)
    daniel.get_by_role("link", name=re.compile("^Unassigned")).click()
    choose(daniel, "Assign Aldo")
    expect(daniel.get_by_role("button", name="Assigned to")).to_contain_text("Unassigned")
    assign(daniel, "Priya Nair")
    expect(daniel.get_by_role("button", name="Assigned to")).to_contain_text("Priya Nair")
    # It is no longer among those that nobody has, but stays open before the one who is reading.
    expect(row(daniel, "Assign Aldo")).to_have_count(0)
    expect(row(priya, "Assign Aldo")).to_have_count(1)
    choose(priya, "Assign Aldo")
    expect(priya.get_by_role("button", name="Assigned to")).to_contain_text("You")
    photograph(priya, "assigned")
    assert_accessible(priya)


def test_the_keys_assign_too_and_the_counts_follow(demo, browsing):
    demo.new_customer("Count Cora").writes("Hi")
    page = agent(demo, browsing, DANIEL)
    count = page.locator("[data-count=mine]")
    before = int(count.inner_text())
    choose(page, "Count Cora")
    page.keyboard.press("Escape")
    page.locator("#messages").focus()
    page.keyboard.press("i")
    expect(page.get_by_role("button", name="Assigned to")).to_contain_text("You")
    expect(count).to_have_text(f" {before + 1}")
    page.locator("#messages").focus()
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Who looks after this conversation?")).to_be_visible()
    photograph(page, "assign")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Who looks after this conversation?")).to_be_hidden()


def test_what_goes_to_a_colleague_leaves_the_screen_of_who_may_not_see_it(demo, browsing, sees_own):
    customer = demo.new_customer("Private Pia")
    customer.writes("Only for my adviser")
    owner = browsing.page()
    owner.goto(demo.inbox)
    daniel = agent(demo, browsing, DANIEL)
    expect(row(daniel, "Private Pia")).to_have_count(0)
    choose(owner, "Private Pia")
    assign(owner, "Daniel Reyes")
    expect(row(daniel, "Private Pia")).to_have_count(1)
    choose(daniel, "Private Pia")
    address = daniel.url
    customer.writes("Are you there?")
    expect(daniel.locator(".message", has_text="Are you there?")).to_be_visible()
    assign(owner, "Priya Nair")
    expect(row(daniel, "Private Pia")).to_have_count(0)
    expect(daniel.get_by_text("Somebody else looks after this conversation now.")).to_be_visible()
    expect(daniel.get_by_text("Only for my adviser")).to_have_count(0)
    browsing.allow("404")
    assert daniel.goto(address).status == 404


def test_the_views_on_a_phone_in_the_dark(demo, browsing):
    page = agent(demo, browsing, PRIYA, theme="dark", size=NARROW)
    photograph(page, "views-narrow-dark")
    assert_accessible(page)
    page.get_by_role("link", name=re.compile("^Mine")).click()
    expect(page.locator("#conversations > li").first).to_be_visible()


def test_a_conversation_is_assigned_without_scripts(demo, browsing):
    demo.new_customer("Scriptless Sol").writes("Hi")
    demo.conversation_with("Scriptless Sol")
    page = browsing.page(scripts=False)
    page.goto(demo.inbox)
    row(page, "Scriptless Sol").get_by_role("link").click()
    assign(page, "Priya Nair")
    expect(page.get_by_role("button", name="Assigned to")).to_contain_text("Priya Nair")


def test_an_owner_adds_a_person_who_chooses_a_password_and_gets_to_work(demo, browsing):
    page = browsing.page()
    page.goto(f"{demo.url}/app/{demo.workspace}/settings/people")
    page.get_by_label("Name").first.fill("Nora New")
    page.get_by_label("E-mail").fill("nora")
    page.get_by_role("button", name="Add", exact=True).click()
    # The browser itself asks for an address; what was written stays.
    expect(page.get_by_label("Name").first).to_have_value("Nora New")
    page.get_by_label("E-mail").fill("nora@acme.example")
    page.get_by_role("button", name="Add", exact=True).click()
    link = link_on(page)
    assert link.startswith(demo.url)
    photograph(page, "people-link")
    assert_accessible(page)

    nora = browsing.page(signed_in=False)
    nora.goto(link)
    nora.get_by_label("Password").fill("a few words to remember")
    nora.get_by_role("button").last.click()
    nora.wait_for_url("**/whatsapp")

    page.goto(f"{demo.url}/app/{demo.workspace}/settings/people")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove Nora New").click()
    expect(page.get_by_text("They are no longer a member.")).to_be_visible()
    browsing.allow("40[134]")
    assert nora.goto(demo.inbox).status in (401, 404) or "/sign-in" in nora.url


def test_a_team_is_made_and_what_agents_see_is_chosen(demo, browsing):
    page = browsing.page()
    page.goto(f"{demo.url}/app/{demo.workspace}/settings/people")
    page.get_by_text("Make a team").first.click()
    new = page.locator("details.team").last
    new.get_by_label("Name").fill("Orders")
    new.get_by_role("button", name="Make the team").click()
    browsing.allow("409")
    expect(page.get_by_text("There is a team of this name. Choose another name.")).to_be_visible()
    photograph(page, "people-refused")
    assert_accessible(page)
    new = page.locator("details.team").last
    new.get_by_label("Name").fill("Returns")
    new.get_by_label("Priya Nair").check()
    new.get_by_role("button", name="Make the team").click()
    expect(page.get_by_text("The team is saved.")).to_be_visible()
    expect(page.locator("details.team", has_text="Returns").locator("summary")).to_contain_text("1 person")
    photograph(page, "people")
    returns = page.locator("details.team", has_text="Returns")
    returns.locator("summary").click()
    page.once("dialog", lambda dialog: dialog.accept())
    returns.get_by_role("button", name="Delete the team Returns").click()
    expect(page.get_by_text("The team is gone.")).to_be_visible()
    page.get_by_label("Their own and their teams'").check()
    page.locator("section", has=page.get_by_role("heading", name="What agents see")).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    demo.api("PATCH", "/roles/agent", {"visibility": "all"})


def test_what_a_team_gets_is_given_to_who_is_available_in_it(demo, browsing):
    members = {one["email"]: one["id"] for one in demo.api("GET", "/members")["data"]}
    team = demo.api("POST", "/teams", {"name": "Night shift", "members": [members[PRIYA]], "distribution": "round-robin"})["id"]
    try:
        demo.new_customer("Turn Tessa").writes("Who is there?")
        daniel, priya = agent(demo, browsing, DANIEL), agent(demo, browsing, PRIYA)
        choose(daniel, "Turn Tessa")
        daniel.get_by_role("button", name="Assigned to").click()
        daniel.locator("#assigned-team").select_option(label="Night shift")
        daniel.get_by_role("button", name="Assign", exact=True).click()
        # Nobody chose her.
        expect(daniel.get_by_role("button", name="Assigned to")).to_contain_text("Priya Nair")
        priya.get_by_role("link", name=re.compile("^Mine")).click()
        expect(row(priya, "Turn Tessa")).to_have_count(1)
    finally:
        demo.api("DELETE", f"/teams/{team}")


def test_a_team_that_could_not_see_it_is_refused_beside_the_field(demo, browsing, sees_own):
    browsing.allow("409|422")
    members = {one["email"]: one["id"] for one in demo.api("GET", "/members")["data"]}
    team = demo.api("POST", "/teams", {"name": "Blind", "members": [members[DANIEL]]})["id"]
    try:
        demo.new_customer("Blind Bert").writes("Hello")
        owner = browsing.page()
        owner.goto(demo.inbox)
        choose(owner, "Blind Bert")
        owner.get_by_role("button", name="Assigned to").click()
        owner.locator("#assigned-team").select_option(label="Blind")
        owner.get_by_role("button", name="Assign", exact=True).click()
        expect(owner.locator("#assignment [role=alert]")).to_be_visible()
        expect(owner.locator("#assigned-team option:checked")).to_have_text("Blind")
        photograph(owner, "assignment-refused")
        assert_accessible(owner)
    finally:
        demo.api("DELETE", f"/teams/{team}")


def test_a_new_password_and_another_role_hold_at_once(demo, browsing):
    browsing.allow("40[134]")
    made = demo.api("POST", "/members", {"email": "rosa@acme.example", "name": "Rosa Role", "role": "agent"})
    page = browsing.page()
    page.goto(f"{demo.url}/app/{demo.workspace}/settings/people")
    try:
        page.get_by_role("button", name="New password for Rosa Role").click()
        link = link_on(page)
        rosa = browsing.page(signed_in=False)
        rosa.goto(link)
        rosa.get_by_label("Password").fill("a few words to remember")
        rosa.get_by_role("button").last.click()
        rosa.wait_for_url("**/whatsapp")
        people = f"{demo.url}/app/{demo.workspace}/settings/people"
        assert rosa.goto(people).status == 403
        page.get_by_label("Role of Rosa Role").select_option(label="Admin")
        expect(page.get_by_label("Role of Rosa Role")).to_have_value("admin")
        expect(page.get_by_text("The role is changed")).to_be_visible()
        assert rosa.goto(people).status == 200
        # Another password ends what the one before began.
        page.get_by_role("button", name="New password for Rosa Role").click()
        other = link_on(page)
        assert other != link
        again = browsing.page(signed_in=False)
        again.goto(other)
        again.get_by_label("Password").fill("other words to remember")
        again.get_by_role("button").last.click()
        again.wait_for_url("**/whatsapp")
        rosa.goto(demo.inbox)
        assert "/sign-in" in rosa.url
    finally:
        demo.api("DELETE", f"/members/{made['id']}")


def test_people_on_a_phone_in_the_dark(demo, browsing):
    page = browsing.page(theme="dark", size=NARROW)
    page.goto(f"{demo.url}/app/{demo.workspace}/settings/people")
    photograph(page, "people-narrow-dark")
    assert_accessible(page)
