// The list of templates: while WhatsApp is asked, the page shows how it goes; what is pinned or hidden moves without a new page.

import "./page.js";
import { fragment, request } from "./http.js";
import { latest } from "./latest.js";
import { toast, toastError } from "./toast.js";

/** How often the page looks while WhatsApp is asked, and otherwise. */
const askingMilliseconds = 1000;
const restingMilliseconds = 15_000;

const list = document.getElementById("template-list");
const state = () => list.querySelector(".template-state");
const isUnderWay = () => state().dataset.underWay === "true";

const look = latest(async () => {
    const wasUnderWay = isUnderWay();
    const page = await fragment(state().dataset.part);
    const fresh = page.querySelector(".template-state");
    // Not under the hands of who is reading a text or about to choose.
    const open = new Set([...list.querySelectorAll("details[open]")].map((details) => details.closest("li").id));
    for (const details of fresh.querySelectorAll("details")) details.open = open.has(details.closest("li").id);
    const focused = list.contains(document.activeElement) ? document.activeElement : undefined;
    const entry = focused?.closest("li")?.id;
    const name = focused?.name;
    if (fresh.outerHTML !== state().outerHTML) state().replaceWith(fresh);
    if (entry && name) document.getElementById(entry)?.querySelector(`[name="${name}"]`)?.focus({ preventScroll: true });
    if (wasUnderWay && !isUnderWay() && !list.querySelector(".template-syncs .error")) toast("WhatsApp's templates are here.");
});

async function watch() {
    if (!document.hidden) {
        try {
            await look();
        } catch (error) {
            if (error.status === 401 || error.status === 403) toastError(error);
        }
    }
    setTimeout(watch, isUnderWay() ? askingMilliseconds : restingMilliseconds);
}

document.addEventListener(
    "submit",
    async (event) => {
        const form = event.target;
        if (form.method !== "post" || !form.closest("#template-sync, #template-list")) return;
        // Editing, copying and deleting go on to another page; deleting asks first.
        if (form.hasAttribute("data-leaves")) return;
        event.preventDefault();
        const button = event.submitter;
        button.setAttribute("aria-busy", "true");
        try {
            await request(form.action, { method: "POST", fields: [...new FormData(form, button)] });
            await look();
        } catch (error) {
            toastError(error);
        } finally {
            button.removeAttribute("aria-busy");
        }
    },
    { capture: true },
);

setTimeout(watch, isUnderWay() ? askingMilliseconds : restingMilliseconds);
