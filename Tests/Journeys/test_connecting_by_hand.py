"""A number connected by hand, from Meta's values to a message each way: each value wrong in turn, and nothing saved before all are right."""

import re

import pytest
from conftest import NARROW, Demo, assert_accessible, eventually, photograph
from playwright.sync_api import Page, expect

OTHER_SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
SECRET, TOKEN = "9f8e7d6c5b4a39281706f5e4d3c2b1a0", "EAAGshopTokenOfASystemUser"
RIGHT = {
    "Name": "Second shop",
    "App ID": "700700700",
    "App secret": SECRET,
    "Access token": TOKEN,
    "WhatsApp business account ID": "701701701",
    "Phone number ID": "702702702",
}


@pytest.fixture(scope="module")
def shop(shop) -> Demo:
    """With another app, account and number at the simulated Meta, which the hub doesn't know yet."""
    make = lambda kind, **values: shop.control("POST", f"/{kind}", values)  # noqa: E731
    make("apps", id=RIGHT["App ID"], secret=SECRET)
    make("apps", id="800800800", secret=OTHER_SECRET)
    make("accounts", id=RIGHT["WhatsApp business account ID"], name="Second shop")
    make("accounts", id="901901901", name="Somebody else")
    make("accounts", id="801801801", name="Third shop")
    make("numbers", id=RIGHT["Phone number ID"], account="701701701", digits="34600700700", verifiedName="Second shop")
    make("numbers", id="902902902", account="901901901", digits="34600900900", verifiedName="Somebody else")
    make("numbers", id="802802802", account="801801801", digits="34600800800", verifiedName="Third shop")
    make("tokens", token=TOKEN, app=RIGHT["App ID"], accounts=["701701701", "801801801"])
    make("tokens", token="EAAGofAnotherApp", app="800800800", accounts=["701701701"])
    make("tokens", token="EAAGended", app=RIGHT["App ID"], accounts=["701701701"], expiresInSeconds=0)
    return shop


@pytest.fixture
def page(visiting) -> Page:
    visiting.allow("422|409|503")
    return visiting.page()


def tries(page: Page, **wrong: str) -> None:
    """With the right values but these, named by their labels."""
    for label, value in (RIGHT | {name.replace("_", " "): value for name, value in wrong.items()}).items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Check and connect").click()


def senders(shop: Demo) -> list[dict]:
    return shop.api("GET", "/senders")["data"]


# The value that is wrong, what is typed instead, the field that is told, and a part of what it says.
WRONG = [
    ("App ID", "123456", "App ID", "Copy the App ID"),
    ("App ID", "the shop", "App ID", "Copy the App ID"),
    ("App ID", "800800800", "App ID", "Copy the App ID"),
    ("App secret", OTHER_SECRET, "App secret", "Copy it from App settings, Basic"),
    ("App secret", "a b", "App secret", "Copy it from App settings, Basic"),
    ("Access token", "EAAGnobody", "Access token", "Make a new one for a system user"),
    ("Access token", "EAAGended", "Access token", "Make a new one for a system user"),
    ("Access token", "EAAGofAnotherApp", "App ID", "belongs to another app"),
    ("Access token", "„EAAG“", "Access token", "characters that no token has"),
    ("WhatsApp business account ID", "999999999", "WhatsApp business account ID", "Check the id"),
    ("WhatsApp business account ID", "901901901", "WhatsApp business account ID", "assigned to the system user"),
    ("WhatsApp business account ID", "801801801", "Phone number ID", "another business account"),
    ("Phone number ID", "+34 600 700 700", "Phone number ID", "Copy the id, not the number"),
    ("Phone number ID", "902902902", "Phone number ID", "Copy the id, not the number"),
    ("Phone number ID", "802802802", "Phone number ID", "another business account"),
    ("Name", "   ", "Name", "Give the sender a name"),
    ("Name", "N" * 101, "Name", "at most 100 characters"),
]


def test_each_value_wrong_in_turn_is_named_and_nothing_is_saved(shop, page):
    before = senders(shop)
    page.goto(f"{shop.inbox}/connection")
    for label, value, told, words in WRONG:
        tries(page, **{label.replace(" ", "_"): value})
        invalid = page.locator("[aria-invalid=true]")
        expect(invalid).to_have_count(1)
        field = page.locator(".field", has=page.get_by_label(told, exact=True))
        expect(field.locator(".error")).to_contain_text(words)
        # What was typed stays, but for secrets, which never come back into a page.
        for kept in ("App ID", "WhatsApp business account ID", "Phone number ID"):
            expect(page.get_by_label(kept, exact=True)).to_have_value(value if kept == label else RIGHT[kept])
        for secret in ("App secret", "Access token"):
            expect(page.get_by_label(secret, exact=True)).to_have_value("")
        assert SECRET not in page.content() and TOKEN not in page.content()
    photograph(page, "by-hand-refused")
    assert senders(shop) == before


def test_meta_out_of_reach_saves_nothing_and_keeps_the_form(shop, page):
    before = senders(shop)
    page.goto(f"{shop.inbox}/connection")
    shop.control("PUT", "/faults/down", {"isDown": True})
    try:
        tries(page)
        expect(page.get_by_text("Nothing was saved; try again in a minute.")).to_be_visible()
        expect(page.get_by_label("Phone number ID", exact=True)).to_have_value(RIGHT["Phone number ID"])
    finally:
        shop.control("DELETE", "/faults")
    assert senders(shop) == before


def test_with_all_values_right_it_is_online_and_a_message_goes_each_way(shop, page):
    page.goto(f"{shop.inbox}/connection")
    tries(page)
    expect(page.get_by_label("Callback URL")).to_have_value(shop_hook(shop))
    # As a person does on Meta's page, who pastes what stands here.
    hook = {"callbackUrl": page.get_by_label("Callback URL").input_value(), "verifyToken": page.get_by_label("Verify token").input_value()}
    shop.control("PATCH", f"/apps/{RIGHT['App ID']}", {"verifyToken": hook["verifyToken"]})
    shop.control("PATCH", f"/apps/{RIGHT['App ID']}", hook)
    page.get_by_role("button", name="Check now").click()
    expect(page.locator(".facts .chip").first).to_have_text("Subscribed")
    photograph(page, "by-hand-connected")
    assert_accessible(page)

    sender = next(one for one in senders(shop) if one["name"] == "Second shop")
    assert sender["status"] == "online"
    ana = shop.new_customer("Ana of the second shop")
    ana.sender = {"phoneNumberId": RIGHT["Phone number ID"]}
    ana.writes("Are you the second shop?")
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    page.goto(f"{shop.inbox}/{shop.conversation_with('Ana of the second shop')}")
    page.get_by_label("Message", exact=True).fill("We are")
    page.get_by_role("button", name="Send", exact=True).click()
    ana.expect_received("We are")
    photograph(page, "by-hand-first-message")


def test_a_second_attempt_says_which_sender_has_the_number(shop, page):
    eventually(lambda: any(one["name"] == "Second shop" for one in senders(shop)))
    page.goto(f"{shop.inbox}/connection")
    tries(page, App_ID="800800800", App_secret=OTHER_SECRET, Access_token="EAAGofAnotherApp")
    field = page.locator(".field", has=page.get_by_label("Phone number ID", exact=True))
    expect(field.locator(".error")).to_contain_text("“Second shop”")
    photograph(page, "by-hand-taken")


def shop_hook(shop: Demo):
    return re.compile(re.escape(shop.url) + "/hooks/meta/cnn_")
