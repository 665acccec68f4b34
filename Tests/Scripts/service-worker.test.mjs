import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import vm from "node:vm";

const texts = Object.values(JSON.parse(await readFile(new URL("../hostile-texts.json", import.meta.url), "utf8"))).flat();
const source = await readFile(new URL("../../assets/js/service-worker.js", import.meta.url), "utf8");
const news = { title: "Rosa Vega", body: "2 new messages", address: "/app/acme/whatsapp/cnv_x", tag: "ntf_x" };

/** The worker in a browser of our own, with these pages open. */
function start(pages = []) {
    const listeners = {};
    const seen = { shown: [], opened: [], focused: [] };
    const self = {
        addEventListener: (name, listener) => {
            listeners[name] = listener;
        },
        location: { origin: "https://chat.example.com" },
        registration: { showNotification: async (title, options) => seen.shown.push({ title, ...options }) },
        clients: {
            matchAll: async () => pages.map((page) => ({ ...page, focus: async () => seen.focused.push(page.url) })),
            openWindow: async (address) => seen.opened.push(String(address)),
        },
    };
    vm.runInNewContext(source, { self, URL });
    const fire = async (name, event) => {
        const work = [];
        listeners[name]({ ...event, waitUntil: (promise) => work.push(promise) });
        await Promise.all(work);
    };
    return {
        seen,
        push: (data) => fire("push", { data: data && { json: () => data } }),
        click: async (address) => {
            const closed = [];
            await fire("notificationclick", { notification: { close: () => closed.push(address), data: { address } } });
            return closed.length === 1;
        },
    };
}

test("what comes is shown, a newer one of the same in its place", async () => {
    const worker = start();
    await worker.push(news);
    assert.deepEqual(JSON.parse(JSON.stringify(worker.seen.shown)), [
        { title: "Rosa Vega", body: "2 new messages", tag: "ntf_x", data: { address: "/app/acme/whatsapp/cnv_x" } },
    ]);
    await worker.push(undefined);
    assert.equal(worker.seen.shown.length, 1);
});

test("nothing is shown of what somebody has before their eyes", async () => {
    for (const [page, count] of [
        [{ url: "https://chat.example.com/app/acme/whatsapp/cnv_x?view=mine", focused: true }, 0],
        [{ url: "https://chat.example.com/app/acme/whatsapp/cnv_x", focused: false }, 1],
        [{ url: "https://chat.example.com/app/acme/whatsapp/cnv_y", focused: true }, 1],
    ]) {
        const worker = start([page]);
        await worker.push(news);
        assert.equal(worker.seen.shown.length, count, page.url);
    }
});

test("a click opens the conversation, where it is open already that page, and nothing of others", async () => {
    const fresh = start();
    assert.equal(await fresh.click(news.address), true);
    assert.deepEqual(fresh.seen.opened, ["https://chat.example.com/app/acme/whatsapp/cnv_x"]);

    const open = start([{ url: "https://chat.example.com/app/acme/whatsapp/cnv_x", focused: false }]);
    await open.click(news.address);
    assert.deepEqual(open.seen, { shown: [], opened: [], focused: ["https://chat.example.com/app/acme/whatsapp/cnv_x"] });

    const foreign = start();
    await foreign.click("https://evil.example/");
    await foreign.click("//evil.example/");
    assert.deepEqual(foreign.seen.opened, []);
});

test("hostile texts are shown as they are, and open nothing but pages of ours", async () => {
    assert.equal(texts.length, 200);
    const worker = start([{ url: "https://chat.example.com/app/acme/whatsapp", focused: true }]);
    for (const text of texts) await worker.push({ title: text, body: text, address: text, tag: text });
    assert.deepEqual(
        JSON.parse(JSON.stringify(worker.seen.shown)),
        texts.map((text) => ({ title: text, body: text, tag: text, data: { address: text } })),
    );
    // Some aren't addresses at all: these open nothing either.
    for (const text of [
        ...texts,
        "blob:https://chat.example.com/x",
        "https://chat.example.com@evil.invalid/",
        "https://chat.example.com.evil.invalid/",
    ]) {
        await worker.click(text).catch((error) => assert.equal(error.code, "ERR_INVALID_URL"));
    }
    for (const address of worker.seen.opened) assert.ok(address.startsWith("https://chat.example.com/"), address);
    assert.deepEqual(worker.seen.focused, []);
});
