// The board of leads: cards go to another column by mouse, by keys, or by the choice on them. One change is one request; the board comes anew.

import "./page.js";
import { fragment, request } from "./http.js";
import { toast, toastError } from "./toast.js";

/** Several changes at once become one fetch. */
const settleMilliseconds = 300;

const kind = "application/x-switchboard-lead";
let timer;
/** Fetches that were begun: only the newest is shown. */
let turn = 0;
/** Whether the choice in use is gone through by keys, each of which changes it. */
let byKeys = false;
/** The choice that was changed by keys and waits until it is left, or Enter. */
let waiting;

const board = () => document.getElementById("board");
const columns = () => [...board().querySelectorAll(".column")];
const card = (lead) => document.getElementById(`card-${lead}`);

async function look() {
    const own = ++turn;
    let fresh;
    try {
        fresh = (await fragment(board().dataset.board)).getElementById("board");
    } catch {
        // What is shown stays; the next change asks again.
        return;
    }
    // What is being chosen would be lost; leaving the choice looks again.
    if (own !== turn || !fresh || waiting?.isConnected) return;
    const focused = document.activeElement.closest?.(".lead-card")?.dataset.lead;
    const isChoice = document.activeElement.matches("select");
    board().replaceWith(fresh);
    if (focused) (isChoice ? card(focused)?.querySelector("select") : card(focused))?.focus();
}

async function move(lead, status) {
    const moved = card(lead);
    const former = moved?.closest(".column");
    const next = columns().find((column) => column.dataset.status === status);
    if (!moved || !next || former === next) return;
    const hadFocus = moved.contains(document.activeElement);
    next.querySelector("ul").prepend(moved);
    if (hadFocus) moved.focus();
    try {
        await request(moved.querySelector("form").action, { method: "POST", fields: { status } });
        toast(`${moved.querySelector("b").textContent} is now in ${next.querySelector(".chip").textContent}.`, {
            action: { label: "Undo", work: () => move(lead, former.dataset.status) },
        });
    } catch (error) {
        toastError(error);
    }
    await look();
}

document.addEventListener("change", (event) => {
    const choice = event.target.closest(".lead-card select");
    if (!choice) return;
    if (byKeys) waiting = choice;
    else settle(choice);
});

function settle(choice) {
    waiting = undefined;
    move(choice.closest(".lead-card").dataset.lead, choice.value);
    lookSoon();
}

document.addEventListener("pointerdown", () => {
    byKeys = false;
});
document.addEventListener("focusout", ({ target }) => {
    byKeys = false;
    if (target === waiting && target.isConnected) settle(target);
});
document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.(".lead-card select")) return;
    byKeys = true;
    if (event.key !== "Enter" || event.target !== waiting) return;
    event.preventDefault();
    settle(event.target);
});

document.addEventListener("submit", (event) => {
    const form = event.target.closest(".lead-card form");
    if (!form) return;
    event.preventDefault();
    move(form.closest(".lead-card").dataset.lead, form.elements.status.value);
});

document.addEventListener("keydown", (event) => {
    const lead = event.target.closest?.(".lead-card");
    if (!lead || !event.shiftKey || event.target.matches("select") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    if (!lead.querySelector("form")) return;
    event.preventDefault();
    const all = columns();
    const next = all[all.indexOf(lead.closest(".column")) + (event.key === "ArrowRight" ? 1 : -1)];
    if (next) move(lead.dataset.lead, next.dataset.status);
});

document.addEventListener("dragstart", (event) => {
    const lead = event.target.closest?.(".lead-card");
    if (!lead) return;
    event.dataTransfer.setData(kind, lead.dataset.lead);
    event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes(kind)) return;
    const over = event.target.closest?.(".column");
    for (const column of columns()) column.classList.toggle("target", column === over);
    if (over) event.preventDefault();
});

document.addEventListener("dragend", () => {
    for (const column of columns()) column.classList.remove("target");
});

document.addEventListener("drop", (event) => {
    const lead = event.dataTransfer.getData(kind);
    const over = event.target.closest?.(".column");
    if (!lead || !over) return;
    event.preventDefault();
    move(lead, over.dataset.status);
});

function lookSoon() {
    // A timer that runs isn't begun anew, or changes without a pause would put it off for ever.
    if (timer) return;
    timer = setTimeout(() => {
        timer = undefined;
        look();
    }, settleMilliseconds);
}

document.addEventListener("live-change", ({ detail }) => {
    if (["lead.updated", "lead-settings.updated"].includes(detail.kind)) lookSoon();
});
document.addEventListener("live-gap", lookSoon);
