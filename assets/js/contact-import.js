// Importing contacts: large files leave as they are, and an import that is under way shows how far it is.

import "./page.js";
import { fragment, upload } from "./http.js";

/** How often the page looks, while somebody sees it. */
const lookMilliseconds = 1000;

const form = document.getElementById("import-file");
const state = () => document.getElementById("import-state");

async function send(file) {
    const [error, progress, button] = [
        document.getElementById("file-error"),
        document.getElementById("file-progress"),
        form.querySelector("button"),
    ];
    error.textContent = "";
    progress.hidden = false;
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    try {
        const address = form.getAttribute("action");
        const transfer = upload(`${address}?filename=${encodeURIComponent(file.name)}`, file, (share) => {
            progress.value = share;
        });
        const made = await transfer.done;
        location.assign(`${address}/${made.id}`);
    } catch (problem) {
        error.textContent = problem.detail ?? "There was no connection. Please try again.";
        progress.hidden = true;
        button.removeAttribute("aria-busy");
        button.disabled = false;
    }
}

// Before the page's own listener, which would take the form for sent.
form?.addEventListener(
    "submit",
    (event) => {
        const file = form.elements.namedItem("file").files[0];
        if (!file) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        send(file);
    },
    { capture: true },
);

async function look() {
    const address = state()?.dataset.moving;
    if (!address) return;
    if (!document.hidden) {
        try {
            const fresh = (await fragment(address)).getElementById("import-state");
            const hasFocus = state().contains(document.activeElement);
            if (fresh && !hasFocus) state().replaceWith(fresh);
            // Who is about to cancel keeps the button under their hand.
            else if (fresh && hasFocus) keep(fresh);
        } catch {
            // What is shown stays; the next look shows more.
        }
    }
    setTimeout(look, lookMilliseconds);
}

function keep(fresh) {
    if (!fresh.dataset.moving || !state().querySelector("progress")) {
        state().replaceWith(fresh);
        return;
    }
    for (const part of ["header", "progress", "progress + .aside"]) {
        const [old, next] = [state().querySelector(part), fresh.querySelector(part)];
        if (old && next) old.replaceWith(next);
    }
}

setTimeout(look, lookMilliseconds);
