// A telephone number while it is typed: how it is read, which country it belongs to, and what is wrong with it.

import "./page.js";
import { fragment } from "./http.js";

const restMilliseconds = 250;

const field = document.getElementById("phoneNumber");
const help = document.getElementById("number-help");

let timer;
let asked = 0;

async function ask() {
    const number = ++asked;
    try {
        const fresh = await fragment(`${field.dataset.help}?phoneNumber=${encodeURIComponent(field.value)}`);
        // Only the newest answer counts.
        if (number === asked) help.replaceChildren(fresh);
    } catch {
        // The form itself says it later.
    }
}

field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, restMilliseconds);
});

help.addEventListener("click", (event) => {
    const button = event.target.closest("[data-takes]");
    if (!button) return;
    field.value = button.dataset.takes;
    field.focus();
    ask();
});
