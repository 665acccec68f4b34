import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { findEmoji } from "../../assets/js/composer/emoji.js";

const groups = JSON.parse(readFileSync(new URL("../../assets/vendor/emoji.json", import.meta.url)));
const first = (sought) => findEmoji(groups, sought)[0]?.[0];

test("the list has the groups of keyboards, and each emoji a name", () => {
    assert.deepEqual(
        groups.map(([name]) => name),
        [
            "Smileys & Emotion",
            "People & Body",
            "Animals & Nature",
            "Food & Drink",
            "Travel & Places",
            "Activities",
            "Objects",
            "Symbols",
            "Flags",
        ],
    );
    const all = groups.flatMap(([, emoji]) => emoji);
    assert.ok(all.length > 1800);
    for (const [sign, name] of all) assert.ok(sign.length > 0 && name.length > 0, `${sign} ${name}`);
    assert.equal(new Set(all.map(([sign]) => sign)).size, all.length);
});

test("an emoji is found by the beginnings of its words, in any order", () => {
    assert.equal(first("grinning fa"), "😀");
    assert.equal(first("hands folded"), "🙏");
    assert.equal(first("+1"), "👍️".replace("\uFE0F", ""));
    assert.equal(first("PIZZA"), "🍕");
    assert.equal(first("zzzzz"), undefined);
    assert.ok(findEmoji(groups, "a").length <= 120);
});
