"""What is done with conversations besides answering: labels, snoozing, archiving, several at once, and finding them again."""

import datetime
import re

from conftest import NARROW, assert_accessible, opened, photograph
from playwright.sync_api import Page, expect
from test_teamwork import DANIEL, agent, choose, row


def label(demo, name: str, color: str = "amber") -> str:
    return demo.api("POST", "/labels", {"name": name, "color": color})["id"]


def more(page: Page) -> None:
    page.get_by_role("button", name="More", exact=True).first.click()
    expect(page.get_by_role("heading", name="This conversation")).to_be_visible()


def log(demo) -> list[dict]:
    """All that was ever done."""
    events, after = [], ""
    while True:
        page = demo.api("GET", f"/events?limit=100{after}")
        events += page["data"]
        if not page["data"] or not page["next"]:
            return events
        after = f"&after={page['next']}"


def in_view(page: Page, name: str) -> None:
    page.get_by_role("button", name="Filter").click()
    page.locator("#filter-view").select_option(label=name)
    page.get_by_role("button", name="Show").click()


def test_labels_are_made_in_the_settings_put_on_in_the_thread_and_find_the_conversation(demo, browsing):
    browsing.allow("409")
    demo.new_customer("Label Lena").writes("It came broken")
    page = browsing.page()
    page.goto(f"{demo.url}/app/acme/settings/labels")
    form = opened(page, "Make a label")
    form.get_by_label("Name").fill("Damaged")
    form.get_by_label("Colour").select_option(label="Violet")
    form.get_by_role("button", name="Make the label").click()
    expect(page.locator(".chip", has_text="Damaged")).to_be_visible()
    photograph(page, "labels")
    assert_accessible(page)
    # A second of the name is refused beside the field.
    opened(page, "Make a label")
    form.get_by_label("Name").fill("damaged")
    form.get_by_role("button", name="Make the label").click()
    expect(form.get_by_text("There is a label of this name")).to_be_visible()
    expect(form.get_by_label("Name")).to_have_value("damaged")

    page.goto(f"{demo.url}/app/acme/whatsapp")
    choose(page, "Label Lena")
    page.locator("#messages").focus()
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="This conversation")).to_be_visible()
    page.get_by_role("checkbox", name="Damaged").check()
    photograph(page, "more")
    assert_accessible(page)
    page.get_by_role("button", name="Save the labels").click()
    expect(page.locator("#thread-labels .chip", has_text="Damaged")).to_be_visible()
    expect(row(page, "Label Lena").locator(".chip", has_text="Damaged")).to_be_visible()
    page.get_by_role("button", name="Filter").click()
    photograph(page, "filter")
    assert_accessible(page)
    page.locator("#filter-label").select_option(label="Damaged")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#conversations > [data-conversation]")).to_have_count(1)
    expect(page.locator(".filtered")).to_contain_text("Damaged")
    # What comes to fit shows at once, and what fits no longer goes.
    other = demo.new_customer("Label Lars")
    other.writes("Mine too")
    identifier = demo.conversation_with("Label Lars")
    damaged = next(entry["id"] for entry in demo.api("GET", "/labels")["data"] if entry["name"] == "Damaged")
    demo.api("PUT", f"/conversations/{identifier}/labels/{damaged}")
    expect(row(page, "Label Lars")).to_have_count(1)
    demo.api("DELETE", f"/conversations/{identifier}/labels/{damaged}")
    expect(row(page, "Label Lars")).to_have_count(0)
    photograph(page, "filtered")
    page.get_by_role("link", name="Clear").click()
    expect(page.locator(".filtered")).to_have_count(0)


def test_a_snoozed_conversation_is_out_of_the_way_and_comes_back_by_itself(demo, browsing):
    demo.new_customer("Snooze Sven").writes("Call me on Monday")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Snooze Sven")
    page.locator("#messages").focus()
    page.keyboard.press("s")
    page.get_by_role("button", name="Tomorrow at 9:00").click()
    expect(row(page, "Snooze Sven")).to_have_count(0)
    expect(page.get_by_role("button", name="Reopen the conversation")).to_be_visible()
    page.get_by_role("link", name="Snoozed").click()
    expect(row(page, "Snooze Sven").locator(".chip", has_text="Until tomorrow 09:00")).to_be_visible()
    photograph(page, "snoozed")
    assert_accessible(page)
    # Another time after all, which is over soon.
    identifier = row(page, "Snooze Sven").get_attribute("data-conversation")
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=5)
    demo.api("PUT", f"/conversations/{identifier}/snooze", {"until": soon.isoformat().replace("+00:00", "Z")})
    expect(row(page, "Snooze Sven")).to_have_count(0)
    page.get_by_role("link", name=re.compile("^Open")).click()
    expect(row(page, "Snooze Sven")).to_have_count(1)


def test_a_moment_that_is_over_is_refused_in_the_sheet_and_kept(demo, browsing):
    browsing.allow("422")
    demo.new_customer("Snooze Sara").writes("Hi")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Snooze Sara")
    more(page)
    page.get_by_label("Another time").fill("2020-01-01T09:00")
    page.get_by_role("button", name="Snooze", exact=True).click()
    expect(page.get_by_text("This moment is over.")).to_be_visible()
    expect(page.get_by_label("Another time")).to_have_value("2020-01-01T09:00")


def test_a_customers_message_brings_back_what_was_archived(demo, browsing):
    customer = demo.new_customer("Archive Arno")
    customer.writes("Thanks, bye")
    page = agent(demo, browsing, DANIEL)
    choose(page, "Archive Arno")
    more(page)
    page.get_by_role("button", name="Archive", exact=True).last.click()
    expect(row(page, "Archive Arno")).to_have_count(0)
    in_view(page, "Archived")
    expect(row(page, "Archive Arno")).to_have_count(1)
    customer.writes("One more thing")
    expect(row(page, "Archive Arno")).to_have_count(0)
    page.get_by_role("link", name=re.compile("^Open")).click()
    expect(row(page, "Archive Arno")).to_have_count(1)


def test_several_conversations_are_chosen_and_changed_together(demo, browsing):
    for name in ("Several Ada", "Several Bo", "Several Cy"):
        demo.new_customer(name).writes("Hello")
    label(demo, "Batch", "green")
    page = agent(demo, browsing, DANIEL)
    for name in ("Several Ada", "Several Bo"):
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    expect(page.get_by_text("2 conversations chosen")).to_be_visible()
    photograph(page, "several")
    assert_accessible(page)
    page.locator("#several").get_by_role("button", name="More").click()
    page.locator("#several-label").select_option(label="Batch")
    photograph(page, "several-more")
    assert_accessible(page)
    page.get_by_role("button", name="Put on").click()
    expect(page.get_by_text("2 conversations labelled")).to_be_visible()
    expect(row(page, "Several Ada").locator(".chip", has_text="Batch")).to_be_visible()
    expect(row(page, "Several Bo").locator(".chip", has_text="Batch")).to_be_visible()
    expect(page.get_by_text("2 conversations chosen")).to_be_hidden()
    # By the keyboard, and given back.
    choose(page, "Several Cy")
    page.locator("#messages").focus()
    page.keyboard.press("x")
    expect(page.get_by_text("1 conversation chosen")).to_be_visible()
    page.get_by_role("button", name="Choose none").click()
    expect(page.get_by_text("1 conversation chosen")).to_be_hidden()
    for name in ("Several Ada", "Several Cy"):
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    page.locator("#several").get_by_role("button", name="Close", exact=True).first.click()
    expect(row(page, "Several Ada")).to_have_count(0)
    expect(row(page, "Several Cy")).to_have_count(0)
    expect(row(page, "Several Bo")).to_have_count(1)


def test_several_are_given_to_a_colleague_and_archived_together(demo, browsing):
    names = ("Together Tom", "Together Tia")
    for name in names:
        demo.new_customer(name).writes("Hello")
    page = agent(demo, browsing, DANIEL)
    for name in names:
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    page.locator("#several").get_by_role("button", name="More").click()
    page.locator("#several-assignee").select_option(label="Priya Nair")
    page.locator("#several-sheet").get_by_role("button", name="Assign").click()
    for name in names:
        expect(row(page, name).locator(".chip", has_text="Priya Nair")).to_be_visible()
    expect(page.get_by_text("2 conversations assigned")).to_be_visible()
    for name in names:
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    page.locator("#several").get_by_role("button", name="Archive").first.click()
    for name in names:
        expect(row(page, name)).to_have_count(0)
    in_view(page, "Archived")
    for name in names:
        expect(row(page, name)).to_have_count(1)


def test_what_is_asked_for_stays_in_the_address(demo, browsing):
    """By team, number and person together: after a reload, with a conversation open, and by the key that leads back."""
    demo.new_customer("Address Ada").writes("Hello")
    conversation = demo.conversation_with("Address Ada")
    team = next(team["id"] for team in demo.api("GET", "/teams")["data"] if team["name"] == "Orders")
    demo.api("PUT", f"/conversations/{conversation}/assignment", {"team": team})
    page = browsing.page()
    page.goto(demo.inbox)
    page.get_by_role("button", name="Filter").click()
    page.locator("#filter-team").select_option(label="Orders")
    page.locator("#filter-sender").select_option(value=demo.senders[0]["id"])
    page.locator("#filter-attention").select_option(label="Unread")
    page.get_by_role("button", name="Show").click()
    expect(row(page, "Address Ada")).to_have_count(1)
    address = page.url
    assert f"team={team}" in address and f"sender={demo.senders[0]['id']}" in address and "attention=unread" in address
    shown = page.locator("#conversations > [data-conversation]")
    query = f"team={team}&sender={demo.senders[0]['id']}&attention=unread&state=open"
    wanted = [one["id"] for one in demo.api("GET", f"/conversations?{query}")["data"]]
    assert shown.evaluate_all("(rows) => rows.map((row) => row.dataset.conversation)") == wanted
    page.reload()
    expect(row(page, "Address Ada")).to_have_count(1)
    expect(page.locator(".filtered")).to_contain_text("Unread")
    row(page, "Address Ada").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Address Ada")).to_be_visible()
    assert f"team={team}" in page.url
    page.reload()
    expect(page.locator(".filtered")).to_contain_text("Unread")
    page.go_back()
    expect(page.get_by_role("heading", name="Address Ada")).to_have_count(0)
    assert page.url == address


def test_each_thing_that_asks_for_attention_shows_what_the_api_lists(demo, browsing):
    gone = demo.new_customer("Attention Abel")
    gone.writes("Hello")
    conversation = demo.conversation_with("Attention Abel")
    demo.control("PATCH", f"/phones/{gone.phone}", {"reachable": False})
    entry = demo.api("GET", f"/conversations/{conversation}")
    message = demo.api(
        "POST", "/messages", {"sender": entry["sender"], "to": {"contact": entry["contact"]["id"]}, "text": {"body": "Are you there?"}}
    )
    page = browsing.page()
    page.goto(f"{demo.inbox}/{conversation}")
    expect(page.locator(f"#m-{message['id']} .status")).to_have_text("Not sent")
    for attention in ("unread", "failed", "closing"):
        page.goto(f"{demo.inbox}?attention={attention}")
        shown = page.locator("#conversations > [data-conversation]")
        wanted = [one["id"] for one in demo.api("GET", f"/conversations?state=open&attention={attention}&limit=20")["data"]]
        found = shown.evaluate_all("(rows) => rows.map((row) => row.dataset.conversation)")
        assert found[: len(wanted)] == wanted
        assert (conversation in wanted) == (attention == "failed")


def test_on_a_phone_the_list_is_filtered_and_a_conversation_labelled(demo, browsing):
    demo.new_customer("Phone Pia").writes("Hello")
    label(demo, "Phone", "blue")
    page = agent(demo, browsing, DANIEL, size=NARROW, theme="dark")
    page.get_by_role("button", name="Filter").click()
    page.locator("#filter-attention").select_option(label="Unread")
    page.get_by_role("button", name="Show").click()
    expect(row(page, "Phone Pia")).to_have_count(1)
    photograph(page, "filtered-narrow-dark")
    choose(page, "Phone Pia")
    more(page)
    page.get_by_role("checkbox", name="Phone", exact=True).check()
    photograph(page, "more-narrow-dark")
    assert_accessible(page)
    page.get_by_role("button", name="Save the labels").click()
    expect(page.get_by_role("heading", name="This conversation")).to_be_hidden()


def test_without_scripts_the_forms_do_the_same(demo, browsing):
    demo.new_customer("Plain Piet").writes("Hello")
    demo.conversation_with("Plain Piet")
    page = agent(demo, browsing, DANIEL, scripts=False)
    page.get_by_role("checkbox", name="Choose Plain Piet").check()
    page.locator("#several").get_by_role("button", name="Archive").click()
    expect(row(page, "Plain Piet")).to_have_count(0)
    page.goto(f"{demo.url}/app/acme/whatsapp?view=archived")
    expect(row(page, "Plain Piet")).to_have_count(1)


def test_a_conversation_is_deleted_for_everybody_after_it_was_confirmed(demo, browsing):
    customer = demo.new_customer("Delete Dora")
    customer.writes("Forget what I told you")
    conversation = demo.conversation_with("Delete Dora")
    daniel = agent(demo, browsing, DANIEL)
    choose(daniel, "Delete Dora")
    more(daniel)
    expect(daniel.get_by_text("Delete this conversation")).to_have_count(0)
    owner = browsing.page()
    owner.goto(demo.inbox)
    choose(owner, "Delete Dora")
    more(owner)
    owner.get_by_text("Delete this conversation").click()
    photograph(owner, "delete")
    assert_accessible(owner)
    box = owner.get_by_role("checkbox", name="Yes, delete it for ever")
    owner.get_by_role("button", name="Delete", exact=True).click()
    # Nothing happens before the box is ticked.
    expect(box).to_be_focused()
    box.check()
    owner.get_by_role("button", name="Delete", exact=True).click()
    for page in (owner, daniel):
        expect(row(page, "Delete Dora")).to_have_count(0)
        expect(page.get_by_text("This conversation was deleted.")).to_be_visible()
    # The log says who did it, and nothing of what was said.
    deleted = [event for event in log(demo) if event["kind"] == "conversation.deleted" and event["conversation"] == conversation]
    assert len(deleted) == 1 and deleted[0]["actor"].startswith("member:")
    customer.writes("Hello again")
    choose(owner, "Delete Dora")
    expect(owner.locator(".message")).to_have_count(1)


def test_escape_closes_what_is_open_and_leaves_the_thread_at_the_next_stroke(demo, browsing):
    demo.new_customer("Escaping Esme").writes("Hello")
    page = browsing.page(size=NARROW)
    page.goto(f"{demo.inbox}/{demo.conversation_with('Escaping Esme')}")
    sheet = page.get_by_role("dialog", name="This conversation")
    page.get_by_role("button", name="More", exact=True).click()
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("heading", name="Escaping Esme")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
