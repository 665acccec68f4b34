// A campaign that is under way shows how far it is.

import "./page.js";
import { fragment } from "./http.js";

const state = () => document.getElementById("campaign-state");

/** Who is about to press a button keeps it under their hand. */
const isHeld = () =>
    document.hidden || state().contains(document.activeElement) || document.querySelector("dialog:popover-open, dialog[open]");

function replace(id, page) {
    const fresh = page.getElementById(id);
    if (fresh) document.getElementById(id)?.replaceWith(fresh);
}

async function look() {
    if (!isHeld()) {
        try {
            const { moving, stage } = state().dataset;
            let page = await fragment(moving);
            // Cost, duration and previews are counted anew only when it stands elsewhere than before.
            const hasTurned = page.getElementById("campaign-state")?.dataset.stage !== stage;
            if (hasTurned) page = await fragment(moving.split("?")[0]);
            if (!isHeld()) {
                replace("campaign-state", page);
                if (hasTurned) replace("campaign-forecast", page);
            }
        } catch {
            // What is shown stays; the next look shows more.
        }
    }
    wait();
}

/** Until the next look; the server says how often, and when there is nothing more to see. */
function wait() {
    const { seconds } = state().dataset;
    if (seconds) setTimeout(look, Number(seconds) * 1000);
}

wait();
