// How keys are named.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keyName } from "../../assets/js/shortcuts.js";

test("Shift makes another key of a letter, a locked capital doesn't", () => {
    assert.equal(keyName({ key: "e", shiftKey: false }), "e");
    assert.equal(keyName({ key: "E", shiftKey: true }), "shift e");
    assert.equal(keyName({ key: "E", shiftKey: false }), "e");
    assert.equal(keyName({ key: "É", shiftKey: true }), "shift é");
});

test("signs are what they are, whichever keys make them", () => {
    assert.equal(keyName({ key: "?", shiftKey: true }), "?");
    assert.equal(keyName({ key: "/", shiftKey: false }), "/");
    assert.equal(keyName({ key: "/", shiftKey: true }), "/");
});
