"""Writing a template: rules and preview follow what is typed, WhatsApp reviews it, and what it says is shown."""

import pytest
from conftest import NARROW, Demo, assert_accessible, photograph, signed_in, start_demo
from playwright.sync_api import Page, expect
from test_templates import png

PHONE = (360, 780)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Demo:
    """One of its own: templates that are made here would be among those that others choose from."""
    program, demo = start_demo(tmp_path_factory.mktemp("writing"))
    yield demo
    assert program.stop() == 0


@pytest.fixture(scope="module")
def session(demo, browser) -> dict:
    return signed_in(demo, browser)


def begin(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.inbox}/../templates")
    page.get_by_role("link", name="Write templates").click()
    page.get_by_role("button", name="Write a template").click()
    expect(page.get_by_role("heading", name="New template")).to_be_visible()


def faults(page: Page):
    return page.locator(".template-faults li")


def fault(page: Page, rule: str):
    return page.locator(f'.template-faults [data-rule="{rule}"], .template-faults li[data-rule="{rule}"]')


def write(page: Page, name: str, text: str, samples: dict[str, str]) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Text", exact=True).first.fill(text)
    for variable, sample in samples.items():
        page.get_by_label(f"Example for {{{{{variable}}}}}").fill(sample)


def review(demo: Demo, name: str, **decision) -> None:
    made = next(template for template in demo.control("GET", "/templates")["data"] if template["name"] == name)
    demo.control("PATCH", f"/templates/{made['id']}", decision)


def test_rules_and_preview_follow_what_is_typed(demo, browsing):
    page = browsing.page()
    begin(page, demo)
    expect(fault(page, "body-text")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Order Update")
    expect(fault(page, "name-form")).to_have_text("Use small letters a to z, digits and underscores, such as order_update.")
    text = page.get_by_label("Text", exact=True).first
    text.fill("{{1}}, your order {{2}} has left us today.")
    expect(fault(page, "placeholder-edge")).to_contain_text("can't begin with a variable")
    expect(fault(page, "sample-missing")).to_have_count(2)
    photograph(page, "template-writing-faults")
    # A fault leads to its field.
    fault(page, "sample-missing").first.get_by_role("link").click()
    expect(page.get_by_label("Example for {{1}}")).to_be_focused()
    write(page, "order_update", "Hello {{1}}, your order {{2}} has *left us* today.", {"1": "Ana", "2": "A-17"})
    expect(page.get_by_text("It breaks none of WhatsApp’s rules.")).to_be_visible()
    preview = page.locator(".template-phone")
    expect(preview).to_contain_text("Hello [Ana], your order [A-17] has left us today.")
    page.get_by_label("Line below").fill("Reply if something is wrong")
    expect(preview).to_contain_text("Reply if something is wrong")
    # What changes the form's parts keeps what is in it.
    page.get_by_role("button", name="Add a button").click()
    page.get_by_label("Kind").select_option("link")
    expect(page.get_by_label("Address", exact=True)).to_be_visible()
    expect(page.get_by_label("Line below")).to_have_value("Reply if something is wrong")
    page.get_by_label("Text", exact=True).nth(1).fill("Track it")
    page.get_by_label("Address", exact=True).fill("https://shop.test/{{1}}")
    expect(fault(page, "link-sample")).to_be_visible()
    page.get_by_label("Example of the whole address").fill("https://shop.test/A-17")
    expect(preview).to_contain_text("Track it")
    expect(faults(page)).to_have_count(0)
    page.get_by_label("Example for {{2}}").fill("B-18")
    expect(preview).to_contain_text("[B-18]")
    photograph(page, "template-writing")
    assert_accessible(page)
    page.get_by_role("button", name="Save the draft").last.click()
    expect(page.get_by_text("The draft is kept.")).to_be_visible()
    expect(page.get_by_label("Example for {{2}}")).to_have_value("B-18")


def test_a_template_is_rejected_mended_and_approved(demo, browsing):
    page = browsing.page()
    # The name of a deleted template, at the end.
    browsing.allow("409")
    begin(page, demo)
    write(page, "visit_soon", "Hello {{1}}, we would love to see you in our shop.", {"1": "Ana"})
    expect(faults(page)).to_have_count(0)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("WhatsApp has it.")).to_be_visible()
    entry = page.locator(".template-entries > li").filter(has_text="visit_soon")
    expect(entry).to_contain_text("In review")
    review(demo, "visit_soon", status="REJECTED")
    page.reload()
    expect(entry).to_contain_text("Rejected")
    expect(entry).to_contain_text("Edit it and submit it again.")
    entry.get_by_role("button", name="Edit visit_soon").click()
    expect(page.get_by_role("heading", name="Edit visit_soon")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).not_to_be_editable()
    page.get_by_label("Text", exact=True).first.fill("Hello {{1}}, your table in our shop is ready for you.")
    expect(page.locator(".template-phone")).to_contain_text("your table")
    expect(faults(page)).to_have_count(0)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("WhatsApp has it.")).to_be_visible()
    review(demo, "visit_soon", status="APPROVED")
    page.get_by_role("button", name="Get from WhatsApp now").click()
    expect(entry.locator(".chip", has_text="Approved")).to_be_visible()
    entry.locator("summary").click()
    expect(entry).to_contain_text("your table in our shop is ready")
    # The name is in use now.
    page.once("dialog", lambda dialog: dialog.accept())
    entry.get_by_role("button", name="Delete visit_soon").click()
    expect(page.get_by_text("WhatsApp has deleted it.")).to_be_visible()
    expect(entry).to_have_count(0)
    begin(page, demo)
    write(page, "visit_soon", "Hello {{1}}, come again to our shop soon.", {"1": "Ana"})
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("WhatsApp keeps the name until")).to_be_visible()
    expect(page.get_by_label("Text", exact=True).first).to_have_value("Hello {{1}}, come again to our shop soon.")


def test_an_example_file_and_a_code_of_ones_own_language(demo, browsing):
    page = browsing.page()
    begin(page, demo)
    page.get_by_label("On top").select_option("image")
    expect(page.get_by_text("Add a file as an example")).to_be_visible()
    write(page, "look_here", "See what is new in our shop this week.", {})
    page.get_by_label("Example for WhatsApp’s reviewers").set_input_files(
        {"name": "chair.png", "mimeType": "image/png", "buffer": png(40, 40)}
    )
    expect(page.get_by_text("An example is there.")).to_be_visible()
    expect(faults(page)).to_have_count(0)
    page.get_by_label("Language").select_option("ar")
    page.get_by_label("Text", exact=True).first.fill("مرحبا، انظروا ما الجديد في متجرنا هذا الأسبوع.")
    expect(page.locator(".template-phone")).to_have_attribute("dir", "rtl")
    photograph(page, "template-writing-arabic")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("WhatsApp has it.")).to_be_visible()
    begin(page, demo)
    page.get_by_label("Category").select_option("AUTHENTICATION")
    expect(page.get_by_role("heading", name="One-time code")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("sign_in_code")
    page.get_by_label("Minutes for which it holds").fill("91")
    expect(fault(page, "authentication-expiry")).to_be_visible()
    page.get_by_label("Minutes for which it holds").fill("10")
    expect(faults(page)).to_have_count(0)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("WhatsApp has it.")).to_be_visible()


@pytest.mark.parametrize("theme, size", [("dark", PHONE), ("dark", NARROW)])
def test_it_is_written_on_a_phone_and_in_the_dark(demo, browsing, theme, size):
    page = browsing.page(theme=theme, size=size)
    begin(page, demo)
    write(page, "narrow", "Hello {{1}}, this is a template that was written on a phone.", {"1": "Ana"})
    expect(faults(page)).to_have_count(0)
    photograph(page, f"template-writing-{theme}-{size[0]}")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete the draft").click()
    expect(page.get_by_text("The draft is gone.")).to_be_visible()


def test_without_scripts_a_template_is_written_all_the_same(demo, browsing):
    page = browsing.page(scripts=False)
    begin(page, demo)
    page.get_by_label("Name", exact=True).fill("plain")
    page.get_by_label("Text", exact=True).first.fill("Hello {{1}}, this works without scripts as well.")
    page.get_by_role("button", name="Check and preview").click()
    expect(fault(page, "sample-missing")).to_be_visible()
    page.get_by_label("Example for {{1}}").fill("Ana")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("WhatsApp has it.")).to_be_visible()
