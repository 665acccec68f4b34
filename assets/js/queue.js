// The queue of a number: what it shows stays current, and long changes show how far they are.

import "./page.js";
import { fragment, request } from "./http.js";
import { toast, toastError } from "./toast.js";

/** How often the page looks, while somebody sees it. */
const lookMilliseconds = 2000;
/** Before the next step, when the last changed nothing because others hold what is left. */
const restMilliseconds = 500;

const queue = document.getElementById("queue");
const state = () => queue.querySelector(".queue-state");
let isBusy = false;
let shown = state().outerHTML;

const isOpen = (dialog) => dialog.matches(":popover-open");
const figures = (number) => number.toLocaleString("en-GB");
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Fetches how the queue stands; not under the eyes of who is being asked something. */
async function look() {
    if (document.hidden || isBusy || [...queue.querySelectorAll("dialog")].some(isOpen)) return;
    isBusy = true;
    try {
        const page = await fragment(state().dataset.part);
        show(page);
    } catch (error) {
        // An outage passes, and the next look shows it; a refusal stays.
        if (error.status === 401 || error.status === 403) toastError(error);
    } finally {
        isBusy = false;
    }
}

function show(page) {
    const fresh = page.querySelector(".queue-state");
    if (!fresh || fresh.outerHTML === shown || [...queue.querySelectorAll("dialog")].some(isOpen)) return;
    shown = fresh.outerHTML;
    const focused = queue.contains(document.activeElement) ? document.activeElement : undefined;
    // Pausing makes way for resuming, so whoever uses the keyboard stays where they were.
    const names = focused?.matches("#queue-pause, #queue-resume") ? "#queue-pause, #queue-resume" : focused?.id && `#${focused.id}`;
    const link = focused?.getAttribute("href");
    state().replaceWith(fresh);
    const target = names ? queue.querySelector(names) : link && queue.querySelector(`a[href="${CSS.escape(link)}"]`);
    target?.focus({ preventScroll: true });
}

async function change(form) {
    const button = form.querySelector("button");
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    try {
        await request(form.action, { method: "POST", fields: {} });
        show(await fragment(state().dataset.part));
    } catch (error) {
        toastError(error);
        button.removeAttribute("aria-busy");
    }
}

/** Repeats the form's request until nothing remains or somebody says that it is enough. */
async function goOn(form) {
    const dialog = form.closest("dialog");
    const [start, stop] = [form.querySelector("[data-start]"), form.querySelector("[data-stop]")];
    const steps = form.querySelector(".steps");
    const bar = steps.querySelector("progress");
    const fields = Object.fromEntries(new FormData(form));
    const verb = form.dataset.steps;
    // How many there are of one lane, nobody has counted for this.
    const count = fields.lane ? 0 : Number(form.dataset.count);
    let done = 0;
    let refused = 0;
    let hasMore = true;
    if (count > 0) bar.max = count;
    start.hidden = true;
    stop.textContent = "Stop";
    for (const choice of form.querySelectorAll("fieldset")) choice.disabled = true;
    steps.hidden = false;
    isBusy = true;
    try {
        while (hasMore && isOpen(dialog)) {
            const answer = await (await request(form.action, { method: "POST", fields, timeoutSeconds: 60 })).json();
            done += answer[verb];
            refused += answer.refused ?? 0;
            hasMore = answer.hasMore ?? Boolean(answer.next);
            if (answer.upTo) fields.upTo = answer.upTo;
            if (answer.next) fields.after = answer.next;
            if (count > 0) bar.value = Math.min(done, count);
            steps.querySelector("p").textContent = `${figures(done)}${count > 0 ? ` of ${figures(count)}` : ""} so far`;
            if (hasMore && answer[verb] === 0) await wait(restMilliseconds);
        }
        const messages = `${figures(done)} message${done === 1 ? "" : "s"}`;
        const rest = refused > 0 ? ` ${figures(refused)} can't be sent any more as they are.` : "";
        toast(`${messages} ${verb === "cancelled" ? "cancelled" : "put back into the queue"}.${rest}`);
    } catch (error) {
        toastError(error);
    } finally {
        isBusy = false;
        if (isOpen(dialog)) dialog.hidePopover();
        // The dialog has to be made anew even when nothing else has changed.
        shown = "";
        await look();
    }
}

queue.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-queue-change]")) change(form);
    else if (form.matches("[data-steps]")) goOn(form);
    else return;
    event.preventDefault();
});

setInterval(look, lookMilliseconds);
document.addEventListener("visibilitychange", look);
