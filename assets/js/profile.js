// The profile of a number: the preview follows what is written, lengths are counted, the logo is cut.

import "./page.js";
import { count } from "./characters.js";
import { setUpCutting } from "./profile/cut.js";

/** What the preview shows of a field. */
function shown(field) {
    if (field instanceof HTMLSelectElement) return field.value === "UNDEFINED" ? "" : field.selectedOptions[0].textContent;
    const text = field.value.trim();
    // Of several addresses customers see the first.
    return field.name === "emails" ? text.split("\n")[0].trim() : text;
}

function follow(field) {
    const part = document.querySelector(`[data-shows="${field.id}"]`);
    if (!part) return;
    part.textContent = shown(field);
    part.hidden = part.textContent === "";
}

function countLeft(field) {
    const words = document.querySelector(`[data-left="${field.id}"]`);
    if (!words) return;
    const limit = Number(field.dataset.limit);
    const used = count(field.value.trim());
    words.textContent = used === 0 ? `${limit} characters` : `${limit} characters, ${used} used`;
    words.classList.toggle("over", used > limit);
}

for (const field of document.querySelectorAll("#profile-form input[id], #profile-form textarea, #profile-form select, #displayName")) {
    countLeft(field);
    field.addEventListener("input", () => {
        follow(field);
        countLeft(field);
    });
}

const picture = document.getElementById("picture-form");
if (picture) setUpCutting(picture, document.getElementById("cut"));
