import assert from "node:assert/strict";
import { test } from "node:test";
import { matching, soughtWord } from "../../assets/js/composer/quick-replies.js";
import { DraftKeeper, DraftStore } from "../../assets/js/drafts.js";

class MemoryStorage {
    items = new Map();
    getItem(key) {
        return this.items.get(key) ?? null;
    }
    setItem(key, value) {
        this.items.set(key, value);
    }
    removeItem(key) {
        this.items.delete(key);
    }
}

/** A server that keeps one draft, and refuses what was written over another version. */
class Server {
    text = "";
    version = 0;
    isDown = false;
    saves = 0;
    save = async ({ text, version }) => {
        this.saves += 1;
        if (this.isDown) throw new TypeError("No connection");
        if (this.version !== 0 && this.version !== version) throw Object.assign(new Error("changed"), { status: 409, isTemporary: false });
        this.put(text);
        return this.draft;
    };
    load = async () => {
        if (this.isDown) throw new TypeError("No connection");
        return this.draft;
    };
    put(text) {
        this.last = Math.max(this.last ?? 0, this.version) + 1;
        this.text = text.trim() ? text : "";
        this.version = this.text ? this.last : 0;
    }
    get draft() {
        return { text: this.text, version: this.version, updatedAt: null };
    }
}

/** One browser with its own storage, whose pauses end when the test says so. */
function browser(server, storage = new MemoryStorage()) {
    const shown = { text: undefined, other: undefined };
    const timers = [];
    let clock = 1000;
    const keeper = new DraftKeeper({
        conversation: "cnv_1",
        store: new DraftStore(storage, "acc_1"),
        limit: 20,
        save: server.save,
        load: server.load,
        onText: (text) => {
            shown.text = text;
        },
        onConflict: (other) => {
            shown.other = other;
        },
        schedule: (work) => timers.push(work),
        unschedule: () => {
            timers.length = 0;
        },
        now: () => clock++,
    });
    const pause = async () => {
        for (const work of timers.splice(0)) await work();
    };
    const open = (at = 0) => {
        shown.text = keeper.open({ text: server.text, version: server.version, at });
        return shown.text;
    };
    return { keeper, shown, storage, pause, open };
}

test("what is begun in one browser is there in another", async () => {
    const server = new Server();
    const [one, other] = [browser(server), browser(server)];
    one.open();
    one.keeper.edited("Half");
    one.keeper.edited("Half a thought");
    await one.pause();
    assert.equal(server.saves, 1);
    assert.equal(other.open(), "Half a thought");
    other.keeper.edited("A whole thought");
    await other.pause();
    await one.keeper.check();
    assert.equal(one.shown.text, "A whole thought");
    assert.equal(one.shown.other, undefined);
});

test("two that were written at once stay both, until the person chooses", async () => {
    const server = new Server();
    const [one, other] = [browser(server), browser(server)];
    one.open();
    other.open();
    one.keeper.edited("One");
    await one.pause();
    other.keeper.edited("Other");
    await other.pause();
    assert.equal(server.text, "One");
    assert.equal(other.shown.other, "One");
    // More typing saves nothing over it.
    other.keeper.edited("Other one");
    await other.pause();
    assert.equal(server.text, "One");
    other.keeper.swap();
    assert.deepEqual([other.shown.text, other.shown.other], ["One", "Other one"]);
    other.keeper.swap();
    await other.keeper.settle();
    assert.equal(server.text, "Other one");
    assert.equal(other.shown.other, undefined);
});

test("sending clears it in every browser, also when a save was on its way", async () => {
    const server = new Server();
    const [one, other] = [browser(server), browser(server)];
    one.open();
    one.keeper.edited("Hello");
    await one.pause();
    other.open();
    assert.equal(one.keeper.sentVersion, server.version);
    one.keeper.edited("");
    await one.keeper.flush();
    assert.equal(server.version, 0);
    await other.keeper.check();
    assert.equal(other.shown.text, "");
    one.keeper.edited("Next");
    const saving = one.keeper.flush();
    one.keeper.edited("");
    await Promise.all([saving, one.keeper.flush()]);
    assert.equal(server.text, "");
});

test("without a connection it stays in this browser, and is saved later", async () => {
    const server = new Server();
    const storage = new MemoryStorage();
    const one = browser(server, storage);
    one.open();
    server.isDown = true;
    one.keeper.edited("Offline");
    await one.pause();
    server.isDown = false;
    const again = browser(server, storage);
    assert.equal(again.open(), "Offline");
    await again.pause();
    assert.equal(server.text, "Offline");
});

test("a draft that was sent elsewhere isn't brought back, unless something was added to it here", async () => {
    const server = new Server();
    const storage = new MemoryStorage();
    const one = browser(server, storage);
    one.open();
    one.keeper.edited("Hello");
    await one.pause();
    server.put("");
    // The page doesn't know yet; the server does.
    const late = browser(server, storage);
    late.open();
    await late.keeper.check();
    assert.equal(late.shown.text, "");
    late.keeper.edited("Hello and more");
    const again = browser(server, storage);
    assert.equal(again.open(), "Hello and more");
});

test("the newer of two stands in the field when a thread is opened", () => {
    const server = new Server();
    const storage = new MemoryStorage();
    const one = browser(server, storage);
    one.open();
    one.keeper.edited("Written here");
    server.put("Written there");
    const older = browser(server, storage);
    assert.equal(older.open(5000), "Written there");
    assert.equal(older.shown.other, "Written here");
    older.keeper.swap();
    assert.equal(older.shown.text, "Written here");
});

test("what is longer than a message stays in this browser", async () => {
    const server = new Server();
    const storage = new MemoryStorage();
    const one = browser(server, storage);
    one.open();
    one.keeper.edited("x".repeat(1_000_000));
    await one.pause();
    assert.equal(server.saves, 0);
    assert.equal(browser(server, storage).open().length, 1_000_000);
});

test("a slash begins a quick reply only at the beginning of a word", () => {
    assert.deepEqual(soughtWord("/ho", 3), { start: 0, part: "ho" });
    assert.deepEqual(soughtWord("Hi /ho there", 6), { start: 3, part: "ho" });
    assert.deepEqual(soughtWord("a\n/", 3), { start: 2, part: "" });
    for (const text of ["and/or", "https://x", "/ho ", "24/7"]) assert.equal(soughtWord(text, text.length), undefined);
});

test("those whose shortcut begins with what is sought come first", () => {
    const replies = [
        { shortcut: "bye", text: "See our hours" },
        { shortcut: "hours", text: "9 to 18" },
    ];
    const names = (part) => matching(replies, part).map((reply) => reply.shortcut);
    assert.deepEqual(names("HO"), ["hours", "bye"]);
    assert.deepEqual(names("18"), ["hours"]);
    assert.deepEqual(names("zoo"), []);
});
