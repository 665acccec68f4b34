// Whom a note calls.

import assert from "node:assert/strict";
import { test } from "node:test";
import { calledWord, fits } from "../../assets/js/composer/mentions.js";

test("what stands behind the sign that begins a word is what is sought, with blanks, to the end of the line", () => {
    assert.deepEqual(calledWord("@pri", 4), { start: 0, part: "pri" });
    assert.deepEqual(calledWord("Ask @Priya N", 12), { start: 4, part: "Priya N" });
    assert.deepEqual(calledWord("Ask @Priya N", 6), { start: 4, part: "P" });
    assert.deepEqual(calledWord("x\n@", 3), { start: 2, part: "" });
    for (const [text, caret] of [
        ["me@shop", 7],
        ["@one\ntwo", 8],
        ["\nhello", 0],
        ["", 0],
        ["@", 0],
    ])
        assert.equal(calledWord(text, caret), undefined, text);
});

test("a name is offered by the beginning of each of its words, until it stands there whole", () => {
    assert.ok(fits("Priya Nair", "pri"));
    assert.ok(fits("Priya Nair", "NAI"));
    assert.ok(fits("Priya Nair", "priya n"));
    assert.ok(fits("Priya Nair", ""));
    assert.ok(!fits("Priya Nair", "air"));
    assert.ok(!fits("Priya Nair", "priya nair please"));
});
