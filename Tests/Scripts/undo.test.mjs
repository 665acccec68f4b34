// What brings conversations back to how they stood.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inverse, standing, Undo } from "../../assets/js/undo.js";

const row = (conversation, more = {}) =>
    standing({ conversation, state: "open", snoozedUntil: "", assignee: "", team: "", labels: "", unread: "0", ...more });
const forms = (...given) => inverse(...given).map((fields) => fields.map(([name, value]) => `${name}=${value}`).join("&"));

test("a row tells its labels and how many are unread", () => {
    assert.deepEqual(row("one").labels, []);
    assert.deepEqual(row("one", { labels: "a b", unread: "12" }), {
        ...row("one"),
        labels: ["a", "b"],
        unread: 12,
    });
});

test("each state comes back, those of one kind by one form", () => {
    const before = [
        row("one"),
        row("two", { state: "snoozed", snoozedUntil: "2026-11-23T09:00" }),
        row("three"),
        row("four", { state: "archived" }),
        row("five", { state: "closed" }),
        row("six", { state: "snoozed", snoozedUntil: "2026-11-24T09:00" }),
    ];
    const expected = [
        "action=reopen&conversations=one&conversations=three",
        "action=snooze&at=2026-11-23T09:00&conversations=two",
        "action=archive&conversations=four",
        "action=close&conversations=five",
        "action=snooze&at=2026-11-24T09:00&conversations=six",
    ];
    for (const action of ["close", "archive", "reopen", "snooze"]) assert.deepEqual(forms(action, before), expected);
});

test("everybody gets back what was theirs", () => {
    const before = [row("one", { assignee: "acc_1" }), row("two"), row("three", { assignee: "acc_1" }), row("four", { team: "tem_1" })];
    assert.deepEqual(forms("assign", before), [
        "action=assign&assignee=acc_1&team=&conversations=one&conversations=three",
        "action=assign&assignee=&team=&conversations=two",
        "action=assign&assignee=&team=tem_1&conversations=four",
    ]);
});

test("a label goes from those only that didn't have it, and comes back to those that had it", () => {
    const before = [row("one", { labels: "a b" }), row("two", { labels: "b" })];
    assert.deepEqual(forms("add-label", before, { label: "a" }), ["action=remove-label&label=a&conversations=two"]);
    assert.deepEqual(forms("remove-label", before, { label: "a" }), ["action=add-label&label=a&conversations=one"]);
    assert.deepEqual(forms("add-label", before, { label: "b" }), []);
});

test("labels that were chosen anew: first those go that came, since there may be no room for all", () => {
    assert.deepEqual(forms("labels", [row("one", { labels: "a b" })], { labels: ["b", "c"] }), [
        "action=remove-label&label=c&conversations=one",
        "action=add-label&label=a&conversations=one",
    ]);
    assert.deepEqual(forms("labels", [row("one", { labels: "a" })], { labels: ["a"] }), []);
});

test("what had unread messages before keeps them", () => {
    assert.deepEqual(forms("unread", [row("one"), row("two", { unread: "3" })]), ["action=read&conversations=one"]);
    assert.deepEqual(forms("unread", [row("two", { unread: "3" })]), []);
});

test("what couldn't be taken back can be tried again, and what was taken back can't", async (context) => {
    globalThis.document = { getElementById: () => null, querySelector: () => null };
    const answers = [new Response(), new TypeError("No connection"), new Response(), new Response()];
    const sent = [];
    context.mock.method(globalThis, "fetch", async (_address, { body }) => {
        sent.push(String(body));
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
    });
    const undo = new Undo({ base: "/app/acme" });
    undo.last = { forms: [[["action", "reopen"]], [["action", "archive"]]], dismiss: () => {}, at: Date.now() };
    await undo.takeBack();
    assert.equal(undo.isPossible, true);
    await Promise.all([undo.takeBack(), undo.takeBack()]);
    assert.ok(!undo.isPossible);
    await undo.takeBack();
    assert.deepEqual(sent, ["action=reopen", "action=archive", "action=reopen", "action=archive"]);
    delete globalThis.document;
});

test("whether the AI may answer comes back", () => {
    assert.deepEqual(forms("ai", [row("one", { ai: "true" })]), ["action=ai&ai=active&conversations=one"]);
    assert.deepEqual(forms("ai", [row("one", { ai: "false" })]), ["action=ai&ai=disabled&conversations=one"]);
});
