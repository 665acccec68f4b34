// Which commands fit what is typed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting, isSearchable } from "../../assets/js/commands/find.js";

const entries = [
    { name: "Close the conversation" },
    { name: "Close the conversation and open the next" },
    { name: "Put on the label Café", onlySought: true },
    { name: "API keys" },
    { name: "هل يمكنكم" },
];
const names = (text) => fitting(entries, text).map((entry) => entry.name);

test("without a word all are offered but those that are only sought", () => {
    assert.deepEqual(
        names("  "),
        [entries[0], entries[1], entries[3], entries[4]].map((entry) => entry.name),
    );
});

test("each word begins a word of the name, in any order, without capitals and accents", () => {
    assert.deepEqual(names("conv CLO"), ["Close the conversation", "Close the conversation and open the next"]);
    assert.deepEqual(names("cafe"), ["Put on the label Café"]);
    assert.deepEqual(names("هل"), ["هل يمكنكم"]);
    assert.deepEqual(names("lose"), []);
    assert.deepEqual(names("?!"), []);
});

test("the server is asked for words only", () => {
    for (const text of ["ana", "a bo", "07", "سلمى"]) assert.ok(isSearchable(text), text);
    for (const text of ["", "a", "?!", "a b", "- -"]) assert.ok(!isSearchable(text), text);
});

test("names that begin with what is typed come first", () => {
    assert.deepEqual(
        fitting([{ name: "Reopen the list" }, { name: "Filter the list" }, { name: "The list" }], "the list").map((entry) => entry.name),
        ["The list", "Reopen the list", "Filter the list"],
    );
});
