// The editor of a template: what breaks a rule and what customers see follow what is typed; another kind of part builds the form anew.

import "./page.js";
import { fragment } from "./http.js";
import { latest } from "./latest.js";
import { toastError } from "./toast.js";

/** After the last key, before the server is asked. */
const pauseMilliseconds = 300;

const form = document.getElementById("template-editor");
const check = document.getElementById("template-check");
let isDirty = form.dataset.kept !== "true";
let waiting;

/** Fields without files: those go only when somebody sends them. */
const fields = () => [...new FormData(form)].filter(([, value]) => typeof value === "string");

const names = (samples) => [...samples.querySelectorAll("input")].map((input) => input.name).join(" ");

const look = latest(async () => {
    const page = await fragment(`${form.getAttribute("action")}?part=check`, { method: "POST", fields: fields() });
    const fresh = page.querySelector(".template-fresh-samples").content;
    for (const samples of form.querySelectorAll("[data-samples]")) {
        const next = fresh.querySelector(`[data-samples="${samples.dataset.samples}"]`);
        // Not under the hands of who is writing an example, unless there are others now.
        if (next && names(next) !== names(samples)) samples.replaceChildren(...next.childNodes);
    }
    check.replaceChildren(...page.childNodes);
});

form.addEventListener("input", (event) => {
    isDirty = true;
    clearTimeout(waiting);
    if (event.target.matches("[data-rebuilds]")) return;
    waiting = setTimeout(() => look().catch(toastError), pauseMilliseconds);
});

form.addEventListener("change", (event) => {
    if (!event.target.matches("[data-rebuilds]")) return;
    // The form's own way to be built anew, which keeps all that is in it.
    const button = document.createElement("button");
    Object.assign(button, { type: "submit", name: "action", value: "check", hidden: true });
    form.append(button);
    form.requestSubmit(button);
});

form.addEventListener("change", (event) => {
    const adding = form.querySelector('[value="add-sample"]');
    if (event.target.id === "header-file" && event.target.files.length > 0) form.requestSubmit(adding);
});

form.addEventListener("submit", () => {
    isDirty = false;
});

check.addEventListener("click", (event) => {
    const link = event.target.closest(".template-faults a");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
});

addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
});
