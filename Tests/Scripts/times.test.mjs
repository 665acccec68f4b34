import assert from "node:assert/strict";
import { test } from "node:test";
import { dayKey, dayName, duration, shortTime, span } from "../../assets/js/times.js";

const now = new Date(2026, 10, 21, 10, 42);

test("days have names for a week, then dates, then years", () => {
    const names = [
        ["2026-11-22", "Tomorrow"],
        ["2026-11-23", "Monday"],
        ["2026-12-24", "24 December"],
        ["2026-11-21", "Today"],
        ["2026-11-20", "Yesterday"],
        ["2026-11-19", "Thursday"],
        ["2026-11-15", "Sunday"],
        ["2026-11-14", "14 November"],
        ["2025-11-21", "21 November 2025"],
    ];
    for (const [day, name] of names) assert.equal(dayName(day, now), name);
});

test("times of the list are as short as can be", () => {
    const times = [
        [new Date(2026, 10, 21, 9, 5), "09:05"],
        [new Date(2026, 10, 20, 23, 59), "Yesterday"],
        [new Date(2026, 10, 18, 12), "Wed"],
        [new Date(2026, 8, 3, 12), "3 Sep"],
        [new Date(2024, 0, 31, 12), "31 Jan 2024"],
        // A clock that is behind makes nothing strange.
        [new Date(2026, 10, 21, 10, 43), "10:43"],
    ];
    for (const [date, text] of times) assert.equal(shortTime(date, now), text);
});

test("what is left is told in its two largest units", () => {
    const minute = 60_000;
    assert.equal(span(0), "less than a minute");
    assert.equal(span(59_999), "less than a minute");
    assert.equal(span(minute), "1 min");
    assert.equal(span(59 * minute), "59 min");
    assert.equal(span((21 * 60 + 17) * minute), "21 h 17 min");
});

test("a day is that of the reader's own clock", () => {
    assert.equal(dayKey(new Date(2026, 0, 5, 0, 1)), "2026-01-05");
});

test("how long a sound is reads as on a clock", () => {
    assert.deepEqual([0, 7.9, 60, 754, Number.NaN, Number.POSITIVE_INFINITY, -1].map(duration), [
        "0:00",
        "0:07",
        "1:00",
        "12:34",
        "0:00",
        "0:00",
        "0:00",
    ]);
});
