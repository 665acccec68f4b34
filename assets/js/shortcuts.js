// Keys: those of every page, and those that a page adds. Single keys work outside of fields only, and can be turned off.

import { toast } from "./toast.js";

const offKey = "single-keys-off";
/** Within so long after G comes where to. */
const sequenceMilliseconds = 2000;

const isField = (element) => element?.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

/**
 * @typedef {Object} Command
 * @property {string} [key] outside of fields, such as `e` or `shift e`
 * @property {string} [keys] as they are written for people
 * @property {string | (() => string)} [name] what the command menu calls it; without a name it isn't there
 * @property {boolean} [onlySought] not in the menu before something is typed
 * @property {() => boolean} [can] whether it can be done now
 * @property {() => Command[]} [more] instead of all others: what there is at that moment
 * @property {() => void} work
 */

// Without a document in tests of the pure part.
const sheet = globalThis.document?.getElementById("shortcuts");
const choice = globalThis.document?.getElementById("single-keys");

/** @type {Command[]} */
export const commands = [];
const withAlt = {};
let leave = () => {};
let open = (address) => location.assign(address);

/**
 * @param {Object} own of this page
 * @param {Command[]} own.commands
 * @param {Record<string, () => void>} own.withAlt by key with Alt, also inside of fields
 * @param {(field: Element | null) => void} own.leave on Escape
 * @param {(address: string) => void} own.open shows a conversation
 */
export function addShortcuts(own) {
    commands.unshift(...own.commands);
    Object.assign(withAlt, own.withAlt);
    ({ leave, open } = own);
}

/** `e`, `shift e`, `?`: capitals that are only locked make no difference. */
export function keyName({ key, shiftKey }) {
    const small = key.toLowerCase();
    return shiftKey && /^\p{L}$/u.test(key) ? `shift ${small}` : small;
}

const showSheet = () => sheet.showModal();

async function showMenu() {
    if (document.querySelector("dialog[open]:not(.command-menu)")) return;
    try {
        const { toggleMenu } = await import("./commands/menu.js");
        toggleMenu(commands, open);
    } catch {
        toast("No connection to the server. Try again in a moment.");
    }
}

let beganAt = Number.NEGATIVE_INFINITY;

/** Whether a key was one of two: G, and then where to. */
function wasForPlace(key) {
    const isSecond = performance.now() - beganAt < sequenceMilliseconds;
    beganAt = key === "g" && !isSecond ? performance.now() : Number.NEGATIVE_INFINITY;
    if (isSecond) document.querySelector(`.rail [data-go="${CSS.escape(key)}"]`)?.click();
    return isSecond || key === "g";
}

function pressed(event) {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
        if (event.key.toLowerCase() !== "k" || event.altKey || event.shiftKey) return;
        event.preventDefault();
        showMenu();
        return;
    }
    if (event.altKey) {
        const work = withAlt[event.key];
        if (work) {
            event.preventDefault();
            work();
        }
        return;
    }
    if (document.querySelector("dialog[open], :popover-open")) return;
    if (event.key === "Escape") {
        leave(isField(event.target) ?? null);
        return;
    }
    // Keys that write nothing, such as Shift itself, end no sequence.
    if (isField(event.target) || !choice.checked || event.key.length > 1) return;
    const key = keyName(event);
    if (!wasForPlace(key)) {
        const command = commands.find((one) => one.key === key && one.can?.() !== false);
        if (!command) return;
        command.work();
    }
    event.preventDefault();
}

if (sheet) {
    commands.push({ key: "?", keys: "?", name: "Show all keys", work: showSheet });
    // By these the sheet and the menu open when single keys are off, and where there is no keyboard.
    for (const [id, show] of [
        ["show-shortcuts", showSheet],
        ["show-commands", showMenu],
    ]) {
        const entry = document.getElementById(id);
        entry.hidden = false;
        entry.addEventListener("click", () => {
            entry.closest("[popover]").hidePopover();
            show();
        });
    }
    choice.checked = localStorage.getItem(offKey) === null;
    choice.addEventListener("change", () => {
        if (choice.checked) localStorage.removeItem(offKey);
        else localStorage.setItem(offKey, "true");
    });
    document.addEventListener("keydown", pressed);
}
