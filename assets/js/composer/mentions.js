// Colleagues and teams that a note calls by @. Fetched on first use.

import { PickList } from "./pick-list.js";

/** Shown at once, at most. */
const shownLimit = 8;

/** What stands between the caret and the last @ of its line that begins a word; names have blanks in them. */
export function calledWord(text, caret) {
    const begin = text.lastIndexOf("\n", caret - 1) + 1;
    const start = text.lastIndexOf("@", caret - 1);
    if (start < begin || caret === 0 || (start > begin && /[\p{L}\p{N}]/u.test(text[start - 1]))) return undefined;
    return { start, part: text.slice(start + 1, caret) };
}

/** Whether a word of the name begins with what was typed; a whole name that stands there already needs no offer. */
export function fits(name, typed) {
    const wanted = typed.toLocaleLowerCase();
    const whole = name.toLocaleLowerCase();
    if (wanted.startsWith(whole)) return false;
    return whole.startsWith(wanted) || whole.split(/\s+/).some((word) => word.startsWith(wanted));
}

/**
 * @param {HTMLTextAreaElement} field
 * @param {HTMLElement} panel
 * @param {string[]} names
 */
export function offerNames(field, panel, names) {
    new PickList(field, panel, {
        word: calledWord,
        find: (part, show) => show(names.filter((name) => fits(name, part)).slice(0, shownLimit)),
        draw: (item, name) => {
            item.dir = "auto";
            item.textContent = name;
        },
        insert: (name) => `@${name} `,
        says: (count) => (count === 0 ? "" : `${count} ${count === 1 ? "name" : "names"}`),
    });
}
