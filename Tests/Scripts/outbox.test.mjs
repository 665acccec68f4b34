import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox, retryDelays } from "../../assets/js/outbox.js";

/** The part of `localStorage` that the outbox uses. */
class MemoryStorage {
    items = new Map();
    isFull = false;
    get length() {
        return this.items.size;
    }
    key(index) {
        return [...this.items.keys()][index] ?? null;
    }
    getItem(key) {
        return this.items.get(key) ?? null;
    }
    setItem(key, value) {
        if (this.isFull) throw new DOMException("Full", "QuotaExceededError");
        this.items.set(key, value);
    }
    removeItem(key) {
        this.items.delete(key);
    }
}

/** A server that answers when the test says so. */
class Server {
    calls = [];
    post = (entry) =>
        new Promise((resolve, reject) => {
            this.calls.push({ clientId: entry.clientId, resolve: () => resolve("<li>"), reject });
        });
    get ids() {
        return this.calls.map((call) => call.clientId);
    }
    get last() {
        return this.calls.at(-1);
    }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const refused = Object.assign(new Error("The window is closed."), { isTemporary: false, detail: "The window is closed." });
const busy = Object.assign(new Error("Busy"), { isTemporary: true, retryAfterSeconds: 7 });
const noConnection = new TypeError("Failed to fetch");

function setUp({ storage = new MemoryStorage(), server = new Server() } = {}) {
    const changes = [];
    const waiting = [];
    const outbox = new Outbox({
        storage,
        scope: "/app/demo",
        post: server.post,
        onChange: (change) => changes.push(`${change.entry.clientId} ${change.type}`),
        schedule: (work, milliseconds) => waiting.push({ work, milliseconds }),
        now: () => 1000,
    });
    return { outbox, storage, server, changes, waiting };
}

const message = (clientId, conversation = "cnv_1") => ({ clientId, conversation, body: { text: { body: clientId } } });

test("a message is stored before it is posted, and forgotten when the server has it", async () => {
    const { outbox, server, changes, storage } = setUp();
    outbox.add(message("a"));
    assert.equal(storage.length, 1);
    assert.deepEqual(server.ids, ["a"]);
    server.last.resolve();
    await settle();
    assert.deepEqual(changes, ["a added", "a sending", "a sent"]);
    assert.equal(storage.length, 0);
});

test("the same client id twice is one message", async () => {
    const { outbox, server } = setUp();
    outbox.add(message("a"));
    outbox.add(message("a"));
    server.last.resolve();
    await settle();
    assert.deepEqual(server.ids, ["a"]);
});

test("one at a time in a conversation, in the order of writing; conversations don't wait for each other", async () => {
    const { outbox, server } = setUp();
    for (const id of ["a", "b", "c"]) outbox.add(message(id));
    outbox.add(message("x", "cnv_2"));
    assert.deepEqual(server.ids, ["a", "x"]);
    server.calls[0].resolve();
    await settle();
    assert.deepEqual(server.ids, ["a", "x", "b"]);
    server.calls[2].resolve();
    await settle();
    assert.deepEqual(server.ids, ["a", "x", "b", "c"]);
});

test("without a connection it waits longer each time, keeps the order, and goes on by itself", async () => {
    const { outbox, server, waiting } = setUp();
    outbox.add(message("a"));
    outbox.add(message("b"));
    for (const milliseconds of [...retryDelays, retryDelays.at(-1)]) {
        server.last.reject(noConnection);
        await settle();
        assert.equal(waiting.at(-1).milliseconds, milliseconds);
        waiting.at(-1).work();
    }
    assert.ok(server.ids.every((id) => id === "a"));
    server.last.resolve();
    await settle();
    assert.equal(server.ids.at(-1), "b");
});

test("a busy server is asked again when it said", async () => {
    const { outbox, server, waiting } = setUp();
    outbox.add(message("a"));
    server.last.reject(busy);
    await settle();
    assert.equal(waiting.at(-1).milliseconds, 7000);
});

test("a refusal is kept with its reason and doesn't hold up what follows", async () => {
    const { outbox, server } = setUp();
    outbox.add(message("a"));
    outbox.add(message("b"));
    server.last.reject(refused);
    await settle();
    assert.deepEqual(server.ids, ["a", "b"]);
    assert.equal(outbox.find("a").state, "failed");
    assert.equal(outbox.find("a").reason, "The window is closed.");
});

test("a refused one can be sent again as the same message, or deleted", async () => {
    const { outbox, server, changes } = setUp();
    outbox.add(message("a"));
    server.last.reject(refused);
    await settle();
    outbox.retry("a");
    assert.deepEqual(server.ids, ["a", "a"]);
    server.last.reject(refused);
    await settle();
    outbox.remove("a");
    assert.equal(changes.at(-1), "a removed");
    assert.deepEqual(outbox.entries(), []);
});

test("after a reload everything unsent is sent, with the same ids and in the same order", async () => {
    const { outbox, storage } = setUp();
    for (const id of ["b", "a", "c"]) outbox.add(message(id));
    // The page goes away while the first one is in flight.
    const next = setUp({ storage });
    next.outbox.resume();
    for (let count = 0; count < 3; count++) {
        next.server.last.resolve();
        await settle();
    }
    assert.deepEqual(next.server.ids, ["b", "a", "c"]);
    assert.equal(storage.length, 0);
});

test("one deleted while in flight isn't brought back by its answer", async () => {
    const { outbox, server, changes } = setUp();
    outbox.add(message("a"));
    outbox.remove("a");
    server.last.reject(noConnection);
    await settle();
    assert.deepEqual(changes, ["a added", "a sending", "a removed"]);
    assert.deepEqual(outbox.entries(), []);
});

test("with the storage full it still sends", async () => {
    const { outbox, server, storage } = setUp();
    storage.isFull = true;
    outbox.add(message("a"));
    outbox.add(message("b"));
    assert.equal(outbox.entries().length, 2);
    server.last.resolve();
    await settle();
    server.last.resolve();
    await settle();
    assert.deepEqual(server.ids, ["a", "b"]);
    assert.deepEqual(outbox.entries(), []);
});

test("entries of another workspace, and what isn't ours, are left alone", () => {
    const storage = new MemoryStorage();
    storage.setItem("outbox:/app/other:z", JSON.stringify({ clientId: "z", conversation: "cnv_1", at: 1, state: "waiting" }));
    storage.setItem("draft:cnv_1", "Hello");
    const { outbox, server } = setUp({ storage });
    outbox.resume();
    assert.deepEqual(server.ids, []);
    assert.equal(storage.length, 2);
});
