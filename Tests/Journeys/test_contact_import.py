"""A file of contacts comes in: looked at first, then taken, with what was refused, or cancelled."""

import pytest
from conftest import NARROW, WIDE, assert_accessible, photograph
from playwright.sync_api import expect

LOOKS = [("light", WIDE), ("dark", NARROW)]
looks = pytest.mark.parametrize(("theme", "size"), LOOKS, ids=[f"{theme}-{size[0]}" for theme, size in LOOKS])


def upload(page, demo, name: str, content: bytes) -> None:
    page.goto(demo.inbox.removesuffix("/whatsapp") + "/contacts/import")
    page.get_by_label("File", exact=True).set_input_files(files=[{"name": name, "mimeType": "text/csv", "buffer": content}])
    page.get_by_role("button", name="Upload and look").click()


@looks
def test_a_file_of_another_form(demo, browsing, theme, size):
    page = browsing.page(theme=theme, size=size)
    # Not those of the customers of other journeys, who would have these names then.
    start = 2_000_000 if theme == "light" else 3_000_000
    rows = "".join(f"+1646{start + row};Persona {row};Nota\r\n" for row in range(600))
    upload(page, demo, "clientes.csv", f"Telefono;Nombre;?\r\n{rows};Sin número;\r\n".encode("cp1252"))
    expect(page.get_by_text("separated by semicolon, Windows-1252")).to_be_visible()
    expect(page.get_by_label("Telefono")).to_have_value("phonenumber")
    photograph(page, f"contact-import-{theme}-{size[0]}")
    assert_accessible(page)
    page.get_by_role("checkbox", name="Newsletter").check()
    page.get_by_role("button", name="Import the file").click()
    expect(page.locator("#import-state")).to_contain_text("600 added, 1 refused.")
    expect(page.locator("#import-state")).to_contain_text("There is no phone number in this line.")
    photograph(page, f"contact-import-done-{theme}-{size[0]}")
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="All refused rows as a file").click()
    with open(download.value.path(), encoding="utf-8-sig") as file:
        assert "602,There is no phone number in this line.,,Sin número," in file.read()


def test_what_is_no_table_says_so(demo, browsing):
    browsing.allow("422")
    page = browsing.page()
    upload(page, demo, "photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d")
    expect(page.get_by_text("This isn’t a file of text.")).to_be_visible()
