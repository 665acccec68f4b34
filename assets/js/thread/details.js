// All that is known of one message, in a sheet that stays right while reports come in. Fetched on first use.

import { fragment } from "../http.js";
import { latest } from "../latest.js";
import { toastError } from "../toast.js";

let sheet;
let content;
/** Notices of the page lie behind the sheet. */
let says;
let shown;

/** The sheet, made once, with its styles. */
function makeSheet() {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = new URL("../../css/message-details.css", import.meta.url).href;
    document.head.append(style);
    // The list of keys has the head that every sheet has.
    const head = document.querySelector("#shortcuts > header").cloneNode(true);
    Object.assign(head.querySelector("h2"), { id: "details-title", textContent: "Message" });
    const made = document.createElement("dialog");
    Object.assign(made, { className: "sheet", id: "message-details" });
    made.setAttribute("aria-labelledby", "details-title");
    content = document.createElement("div");
    content.tabIndex = 0;
    says = Object.assign(document.createElement("p"), { role: "status" });
    made.append(head, content, says);
    document.body.append(made);
    made.addEventListener("click", (event) => {
        const button = event.target.closest("[data-copied]");
        if (button) copy(button.dataset.copied);
        // Beside the sheet.
        else if (event.target === made) made.close();
    });
    made.addEventListener("close", () => {
        shown = undefined;
        says.textContent = "";
    });
    document.addEventListener("live-change", (event) => {
        // Without a connection the next report brings it.
        if (shown && event.detail.message === shown.message) fill().catch(() => {});
    });
    return made;
}

async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        says.textContent = "Copied";
    } catch {
        says.textContent = "The browser doesn't allow copying here";
    }
}

const fill = latest(async () => {
    const wanted = shown;
    if (!wanted) return;
    const page = await fragment(wanted.address);
    // Another was opened meanwhile, or none is wanted any more.
    if (shown !== wanted) return;
    for (const button of page.querySelectorAll("[data-copied]")) button.hidden = false;
    const place = stops().indexOf(document.activeElement);
    content.replaceChildren(page);
    // The focus stays where it was.
    if (place >= 0) (stops()[place] ?? content).focus({ preventScroll: true });
});

const stops = () => [...content.querySelectorAll("a, button, summary")];

/** Shows the details that are at this address, which is about this message. */
export async function showDetails(address, message) {
    sheet ??= makeSheet();
    shown = { address, message };
    try {
        await fill();
        if (shown?.message === message && !sheet.open) sheet.showModal();
    } catch (error) {
        shown = undefined;
        toastError(error);
    }
}
