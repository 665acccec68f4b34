// The square that is cut out of a logo, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { longestSide, middle, moved, outputSide, zoomed } from "../../assets/js/profile/square.js";

const wide = { width: 400, height: 300 };

test("it begins with the largest square from the middle", () => {
    assert.deepEqual(middle(wide), { left: 50, top: 0, side: 300 });
    assert.deepEqual(middle({ width: 300, height: 400 }), { left: 0, top: 50, side: 300 });
});

test("it never leaves the picture", () => {
    const square = middle(wide);
    assert.deepEqual(moved(square, wide, 1000, 1000), { left: 100, top: 0, side: 300 });
    assert.deepEqual(moved(square, wide, -1000, -1000), { left: 0, top: 0, side: 300 });
    const small = zoomed(moved(square, wide, 1000, 0), wide, 1, 192);
    assert.deepEqual(moved(small, wide, 1000, 1000), { left: 208, top: 108, side: 192 });
    assert.deepEqual(zoomed(moved(small, wide, 1000, 1000), wide, 0, 192), { left: 100, top: 0, side: 300 });
});

test("it can be zoomed about its middle, as far as it stays sharp", () => {
    assert.deepEqual(zoomed(middle(wide), wide, 1, 192), { left: 104, top: 54, side: 192 });
    assert.deepEqual(zoomed(middle({ width: 192, height: 192 }), { width: 192, height: 192 }, 1, 192), { left: 0, top: 0, side: 192 });
});

test("what is uploaded is neither too small nor needlessly large", () => {
    assert.equal(outputSide({ side: 3000 }, 192), longestSide);
    assert.equal(outputSide({ side: 300.4 }, 192), 300);
    assert.equal(outputSide({ side: 191.9 }, 192), 192);
});
