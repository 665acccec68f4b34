// Texts of others become text: scripts build elements, and HTML comes from our own server alone, by one way.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

const folder = new URL("../../assets/", import.meta.url);
/** What reads a text as markup, as a program or as a style. */
const ways =
    /\b(?:innerHTML|outerHTML)\s*\+?=(?!=)|\binsertAdjacentHTML\b|\bdocument\.write|\bcreateContextualFragment\b|\bDOMParser\b|\bsetHTML|\bsrcdoc\b|\beval\(|\bnew Function\b|\bcssText\b|javascript:/g;

test("there is one place where a text is read as markup", async () => {
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".js") && !name.startsWith("."));
    assert.ok(names.length > 40);
    const found = [];
    for (const name of names) {
        for (const [way] of (await readFile(new URL(name, folder), "utf8")).matchAll(ways)) found.push(`${name}: ${way}`);
    }
    assert.deepEqual(found, ["js/http.js: innerHTML ="]);
});
