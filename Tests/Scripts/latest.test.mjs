// What is asked for while an answer is on its way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { latest } from "../../assets/js/latest.js";

/** Work whose answers come when the test says so. */
function held() {
    const calls = [];
    const ask = latest(() => new Promise((resolve, reject) => calls.push({ resolve, reject })));
    return { ask, calls };
}

const moment = () => new Promise((resolve) => setTimeout(resolve));

test("what is asked for meanwhile is asked once more, and not at the same time", async () => {
    const { ask, calls } = held();
    const first = ask();
    ask();
    ask();
    assert.equal(calls.length, 1);
    calls[0].resolve();
    await moment();
    assert.equal(calls.length, 2);
    calls[1].resolve();
    await first;
    assert.equal(calls.length, 2);
    ask();
    assert.equal(calls.length, 3);
});

test("only the failure of the last is told, and it can be asked again", async () => {
    const { ask, calls } = held();
    const first = ask();
    const second = ask();
    calls[0].reject(new Error("first"));
    await moment();
    calls[1].reject(new Error("second"));
    await assert.rejects(first, /second/);
    await assert.rejects(second, /second/);
    const third = ask();
    calls[2].resolve();
    await third;
});
