// How numbers stand, kept current while somebody looks.

import "./page.js";
import { fragment } from "./http.js";

/** Several things that happen at once need one look. */
const restMilliseconds = 300;

let timer;

function lookSoon() {
    clearTimeout(timer);
    timer = setTimeout(look, restMilliseconds);
}

async function look() {
    let fresh;
    try {
        // Not the page's own address, which after a refusal is that of a form.
        fresh = await fragment(document.querySelector("[data-live-part]").dataset.livePart);
    } catch {
        // What is shown stays; the next change asks again.
        return;
    }
    for (const part of document.querySelectorAll("[data-live-part]")) {
        const next = fresh.querySelector(`#${part.id}`);
        if (!next || next.outerHTML === part.outerHTML) continue;
        const place = focusIn(part);
        part.replaceWith(next);
        if (place) next.querySelector(place)?.focus({ preventScroll: true });
    }
}

/** How to find what has the focus in a part, once that is replaced. */
function focusIn(part) {
    const focused = document.activeElement;
    if (!part.contains(focused)) return undefined;
    const action = focused.closest("form")?.getAttribute("action");
    return action ? `form[action="${CSS.escape(action)}"] button` : `a[href="${CSS.escape(focused.getAttribute("href") ?? "")}"]`;
}

document.addEventListener("live-change", (event) => {
    if (["sender.updated", "connection.updated", "sign-up.updated"].includes(event.detail.kind)) lookSoon();
});
document.addEventListener("live-gap", lookSoon);
