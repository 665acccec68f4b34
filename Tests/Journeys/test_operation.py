"""What an operator looks at: the work in the background, and how everything stands."""

import re
import sqlite3

import pytest
from conftest import assert_accessible, eventually, looks, photograph, signed_in, start_demo
from playwright.sync_api import Page, expect


class Installation:
    """A demo of its own, in which things are set aside without harm to other tests."""

    def __init__(self, folder):
        self.program, self.demo = start_demo(folder)
        self.database = folder / "data" / "switchboard.db"
        # What it does by itself at first is over then, and isn't begun anew within the hour.
        eventually(lambda: (syncs := self.demo.api("GET", "/templates/sync")["data"]) and all(sync["succeededAt"] for sync in syncs))
        self.jobs = 0

    def set_aside(self, key: str, kind: str = "read-receipt", error: str = "Meta can't be reached right now.", state: str = "dead") -> None:
        self.jobs += 1
        with sqlite3.connect(self.database, timeout=10) as database:
            database.execute(
                """
                INSERT INTO jobs (workspace_id, id, kind, key, payload, state, run_at, created_at, attempts, error)
                SELECT id, ?, ?, ?, '{}', ?, 1795257720000, 1795257720000, 25, ? FROM workspaces
                """,
                [f"job_{self.jobs:026}", kind, key, state, error],
            )

    def clear(self) -> None:
        with sqlite3.connect(self.database, timeout=10) as database:
            database.execute("DELETE FROM jobs")


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    installation = Installation(tmp_path_factory.mktemp("operation"))
    yield installation
    assert installation.program.stop() == 0


@pytest.fixture(scope="module")
def owner(installation, browser) -> dict:
    return signed_in(installation.demo, browser)


@pytest.fixture
def settings(installation, owner, stranger):
    """Opens a page of the settings as the owner."""
    stranger.session = owner

    def open_page(name: str, **options) -> Page:
        page = stranger.page(**options)
        page.goto(f"{installation.demo.url}/app/{installation.demo.workspace}/settings/{name}")
        return page

    installation.clear()
    return open_page


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window."


def test_nothing_set_aside_says_so(settings):
    page = settings("jobs")
    expect(page.get_by_role("heading", name="Set aside")).to_be_visible()
    expect(page.get_by_text("Nothing is set aside.")).to_be_visible()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    expect(page.get_by_role("button", name="Try all again")).to_have_count(0)
    photograph(page, "jobs-empty")


def test_what_was_set_aside_is_tried_again_or_discarded(installation, settings):
    for key in ("one", "two", "three"):
        installation.set_aside(key, kind="of-another-version")
    page = settings("jobs")
    rows = page.locator("section", has_text="Set aside").get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Tried 25 times")
    expect(rows.first).to_contain_text("Meta can't be reached right now.")

    page.get_by_role("button", name="Try again: of-another-version, one").click()
    expect(page.get_by_role("status").first).to_contain_text("It is tried again now.")
    expect(rows).to_have_count(2)
    expect(page.locator("section", has_text="To be done").get_by_role("listitem")).to_contain_text("of-another-version")

    # Its script has come, which asks before.
    expect(page.locator("#show-shortcuts")).not_to_have_attribute("hidden", "")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Discard: of-another-version, two").click()
    assert asked and "can’t be undone" in asked[0]
    expect(rows).to_have_count(2)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Discard: of-another-version, two").click()
    expect(page.get_by_role("status").first).to_contain_text("It is discarded.")
    expect(rows).to_have_count(1)

    page.get_by_role("button", name="Try all again").click()
    expect(page.get_by_role("status").first).to_contain_text("1 piece of work is tried again now.")
    expect(page.get_by_text("Nothing is set aside.")).to_be_visible()


def test_the_same_work_twice_is_explained(installation, settings):
    installation.set_aside("same", kind="of-another-version")
    page = settings("jobs")
    with sqlite3.connect(installation.database, timeout=10) as database:
        database.execute("UPDATE jobs SET state = 'pending'")
        database.execute(
            """
            INSERT INTO jobs (workspace_id, id, kind, key, payload, state, run_at, created_at)
            SELECT workspace_id, 'job_99999999999999999999999999', kind, key, payload, 'dead', run_at, created_at FROM jobs
            """
        )
    page.reload()
    page.get_by_role("button", name="Try again: of-another-version, same").click()
    expect(page.get_by_role("status").first).to_contain_text("The same work is waiting to be done already")
    # A page of a refusal isn't one of an error of ours: the browser notes its status, and nothing else.


@pytest.fixture(autouse=True)
def refusals(stranger):
    stranger.allow("the server responded with a status of 409")


@looks
def test_the_pages_look_well(installation, settings, theme, size):
    installation.set_aside("med_01k00000000000000000000001", kind="media-download", error="WhatsApp has no such file any more.")
    installation.set_aside("msg_01k00000000000000000000002", error="Meta can't be reached right now (the connection was refused).")
    installation.set_aside("msg_01k00000000000000000000003", kind="of-another-version", state="pending", error="It waits.")
    for name in ("jobs", "health"):
        page = settings(name, theme=theme, size=size)
        expect(page.get_by_role("navigation", name="Settings").get_by_role("link", name=re.compile("Background|Health"))).to_have_count(2)
        assert_fits(page)
        assert_accessible(page)
        photograph(page, f"{name}-{theme}-{size[0]}")
        if name == "health":
            page.get_by_role("heading", name="This installation").scroll_into_view_if_needed()
            page.get_by_text("Free space").scroll_into_view_if_needed()
            photograph(page, f"{name}-end-{theme}-{size[0]}")


def test_health_tells_how_things_stand_and_asks_whatsapp(installation, settings):
    installation.set_aside("one")
    page = settings("health")
    expect(page.locator(".notice").first).to_contain_text(re.compile(r"needs? somebody to look at"))
    workspace = page.locator("section", has_text="This workspace")
    first = workspace.get_by_role("listitem").filter(has_text="Background work")
    expect(first).to_contain_text("1 piece of work was set aside.")
    expect(first).to_contain_text("Look at this")
    host = page.locator("section", has_text="This installation")
    expect(host).to_contain_text("does web, dispatch, jobs")
    expect(host).to_contain_text("SQLite 3.")
    expect(host).to_contain_text("Free space")

    page.get_by_role("button", name="Ask WhatsApp about the access tokens").click()
    expect(page.get_by_role("status").first).to_contain_text("WhatsApp was asked about each connection.")
    expect(workspace.get_by_role("listitem").filter(has_text="Access tokens").first).to_contain_text("WhatsApp accepted the access token")

    installation.demo.control("PUT", "/faults/down", {"isDown": True})
    page.get_by_role("button", name="Ask WhatsApp about the access tokens").click()
    expect(page.get_by_role("status").first).to_contain_text("WhatsApp can’t be reached right now")
    installation.demo.control("PUT", "/faults/down", {"isDown": False})
