"""Conversations as a file: what the list shows, and the thread that is open, read back by Python's own reader."""

import csv
import io
import pathlib

from conftest import NARROW, assert_accessible, photograph
from playwright.sync_api import Page, expect
from test_conversations import more
from test_teamwork import choose

# With what formulas begin, and what needs quotes.
TEXTS = ["=1+1", "+5511999998888", "-x", "@x", "\tx", "\rx", 'say "hello", twice', "two\r\nlines", "'=1", "שלום 👋🏽", "plain"]
FORMULAS = tuple("=+-@\t\r\n＝＋－＠")


def restored(cell: str) -> str:
    """What was there before the apostrophe."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULAS) else cell


def download(page: Page, link: str) -> tuple[str, list[dict]]:
    with page.expect_download() as expected:
        page.get_by_role("link", name=link).click()
    file = expected.value
    data = pathlib.Path(file.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert not [cell for row in rows for cell in row.values() if cell.startswith(FORMULAS)]
    return file.suggested_filename, [{name: restored(cell) for name, cell in row.items()} for row in rows]


def test_a_thread_is_read_back_as_it_was_written(demo, browsing):
    customer = demo.new_customer("=Export Emil")
    for text in TEXTS:
        customer.writes(text)
    conversation = demo.conversation_with("=Export Emil")
    demo.api("POST", f"/conversations/{conversation}/notes", {"text": "@nobody, look"})
    page = browsing.page()
    page.goto(f"{demo.inbox}/{conversation}")
    expect(page.locator("#messages")).to_contain_text("plain")
    more(page)
    photograph(page, "export-thread")
    assert_accessible(page)
    name, rows = download(page, "Export as CSV")
    assert name == f"conversation-{conversation}.csv"
    written = [row for row in rows if row["direction"] == "in"]
    assert [row["text"] for row in written] == TEXTS
    assert {row["who"] for row in written} == {"=Export Emil"}
    assert [(row["direction"], row["kind"], row["text"]) for row in rows if row not in written] == [("note", "note", "@nobody, look")]
    # The browser's zone is Madrid, an hour ahead in winter and two in summer.
    assert all(row["time"][-6:] in ("+01:00", "+02:00") for row in rows)


def test_the_list_is_exported_as_it_is_shown(demo, browsing):
    demo.new_customer("+Export Ada").writes("For the list")
    conversation = demo.conversation_with("+Export Ada")
    page = browsing.page()
    page.goto(f"{demo.inbox}?attention=unread")
    page.get_by_role("button", name="Filter").click()
    photograph(page, "export-list")
    assert_accessible(page)
    name, rows = download(page, "Export what the list shows as CSV")
    assert name.startswith("conversations-") and name.endswith(".csv")
    assert {row["state"] for row in rows} == {"open"} and all(int(row["unread"]) > 0 for row in rows)
    mine = next(row for row in rows if row["conversation"] == conversation)
    assert mine["contact"] == "+Export Ada" and mine["number"].startswith("+1555") and mine["link"] == f"{demo.inbox}/{conversation}"
    # On a phone in the dark the two sheets hold it as well.
    small = browsing.page(theme="dark", size=NARROW)
    small.goto(demo.inbox)
    small.get_by_role("button", name="Filter").click()
    expect(small.get_by_role("link", name="Export what the list shows as CSV")).to_be_visible()
    photograph(small, "export-list-narrow-dark")
    small.get_by_role("button", name="Close", exact=True).first.click()
    choose(small, "+Export Ada")
    more(small)
    photograph(small, "export-thread-narrow-dark")
    assert_accessible(small)
