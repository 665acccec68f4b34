// A campaign that is under way shows how far it is.

import "./page.js";
import { fragment } from "./http.js";

/** How often the page looks, while somebody sees it. */
const lookMilliseconds = 1000;

const state = () => document.getElementById("campaign-state");

async function look() {
    const address = state()?.dataset.moving;
    if (!address) return;
    // Who is about to press a button keeps it under their hand.
    if (!document.hidden && !state().contains(document.activeElement) && !document.querySelector("dialog:popover-open, dialog[open]")) {
        try {
            const fresh = (await fragment(address)).getElementById("campaign-state");
            if (fresh && !state().contains(document.activeElement)) state().replaceWith(fresh);
        } catch {
            // What is shown stays; the next look shows more.
        }
    }
    setTimeout(look, lookMilliseconds);
}

setTimeout(look, lookMilliseconds);
