// The shape of a voice message, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barCount, loudness, path } from "../../assets/js/thread/waveform.js";

test("a sound that grows louder has bars that grow, and the loudest is whole", () => {
    const samples = Float32Array.from({ length: 8000 }, (_, place) => Math.sin(place) * (place / 8000) * 0.2);
    const bars = loudness(samples);
    assert.equal(bars.length, barCount);
    assert.ok(bars[0] < 0.1);
    for (let bar = 4; bar < barCount; bar++) assert.ok(bars[bar] > bars[bar - 4]);
    assert.equal(Math.max(...bars), 1);
});

test("silence and next to nothing make no noise of it", () => {
    assert.deepEqual(new Set(loudness(new Float32Array(8000))), new Set([0]));
    assert.deepEqual(new Set(loudness(new Float32Array(0))), new Set([0]));
    assert.equal(loudness(Float32Array.from([0.5, -0.5])).length, barCount);
});

test("bars stay in their box, one after the other", () => {
    const numbers = path([0, 1])
        .match(/[\d.]+/g)
        .map(Number);
    assert.deepEqual(numbers, [1.5, 11, 13, 4.5, 1, 23]);
});
