import assert from "node:assert/strict";
import { test } from "node:test";
import { moment } from "../../assets/js/composer/later.js";

// A Saturday, 10:42 here.
const now = new Date(2026, 10, 21, 10, 42);

test("the choices are moments of the person's own days", () => {
    assert.deepEqual(moment("3-hours", "", now), new Date(2026, 10, 21, 13, 42));
    assert.deepEqual(moment("tomorrow", "", now), new Date(2026, 10, 22, 9));
    assert.deepEqual(moment("monday", "", now), new Date(2026, 10, 23, 9));
    // On a Monday the next one is meant, on a Sunday the one that comes.
    assert.deepEqual(moment("monday", "", new Date(2026, 10, 23, 8)), new Date(2026, 10, 30, 9));
    assert.deepEqual(moment("monday", "", new Date(2026, 10, 22, 23)), new Date(2026, 10, 23, 9));
});

test("a moment is still to come, and within a year", () => {
    assert.deepEqual(moment("moment", "2026-11-21T10:43", now), new Date(2026, 10, 21, 10, 43));
    for (const field of ["2026-11-21T10:42", "2025-01-01T00:00", "2027-11-30T00:00", "", "soon"])
        assert.equal(moment("moment", field, now), undefined);
});
