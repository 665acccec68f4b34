// Keys that work outside of fields, and a few that work inside too.

const offKey = "single-keys-off";

const isField = (element) => element?.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

/**
 * @param {Record<string, () => void>} single by key, outside of fields
 * @param {Record<string, () => void>} everywhere by key with Alt, also inside of fields
 * @param {(field: Element | null) => void} leave on Escape
 */
export function setUpShortcuts(single, everywhere, leave) {
    const sheet = document.getElementById("shortcuts");
    const choice = document.getElementById("single-keys");
    const show = () => sheet.showModal();
    // By this the sheet opens when single keys are off, and where there is no keyboard.
    const entry = document.getElementById("show-shortcuts");
    entry.hidden = false;
    entry.addEventListener("click", () => {
        entry.closest("[popover]").hidePopover();
        show();
    });
    choice.checked = localStorage.getItem(offKey) === null;
    choice.addEventListener("change", () => {
        if (choice.checked) localStorage.removeItem(offKey);
        else localStorage.setItem(offKey, "true");
    });
    document.addEventListener("keydown", (event) => {
        if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return;
        if (event.altKey) {
            const work = everywhere[event.key];
            if (work) {
                event.preventDefault();
                work();
            }
            return;
        }
        if (document.querySelector("dialog[open], .menu:popover-open")) return;
        if (event.key === "Escape") {
            leave(isField(event.target) ?? null);
            return;
        }
        if (isField(event.target)) return;
        if (!choice.checked) return;
        const work = event.key === "?" ? show : single[event.key.toLowerCase()];
        if (work) {
            event.preventDefault();
            work();
        }
    });
}
