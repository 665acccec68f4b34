// The page: who there is at the side, and the phones that were picked next to each other.

import * as api from "./api.js";
import { preview } from "./bubble.js";
import { avatar, brief, h, icon } from "./dom.js";
import { OwnNumbers } from "./own-numbers.js";
import { PhoneFrame } from "./phone.js";

const storageKey = "simulator.phones";
const people = document.getElementById("people");
const stage = document.getElementById("stage");
const frames = new Map();
let summaries = [];
let picked = remembered();

function remembered() {
    const asked = new URLSearchParams(location.search).get("phones");
    if (asked) return asked.split(",");
    try {
        return JSON.parse(localStorage.getItem(storageKey));
    } catch {
        return null;
    }
}

function pick(id, isOn) {
    picked = picked.filter((other) => other !== id);
    if (isOn) picked.push(id);
    localStorage.setItem(storageKey, JSON.stringify(picked));
    draw();
    const frame = frames.get(id);
    if (isOn && frame) frame.element.scrollIntoView({ inline: "center", block: "nearest" });
}

function draw() {
    drawPeople();
    for (const [id, frame] of frames) {
        if (picked.includes(id)) continue;
        frame.close();
        frame.element.remove();
        frames.delete(id);
    }
    for (const id of picked) {
        const summary = summaries.find((one) => one.id === id);
        if (!summary) continue;
        let frame = frames.get(id);
        if (!frame) {
            frame = new PhoneFrame(summary, () => pick(id, false));
            frames.set(id, frame);
            stage.append(frame.element);
        }
        frame.update(summary);
    }
    stage.querySelector(".empty")?.remove();
    if (frames.size === 0) stage.append(h("p", { class: "empty" }, "Choose a customer to see their phone."));
}

function drawPeople() {
    const focused = document.activeElement?.closest?.("[data-person]")?.dataset.person;
    people.replaceChildren(
        ...summaries.map((summary) => {
            const isPicked = picked.includes(summary.id);
            const last = summary.chats.map((chat) => chat.last).filter(Boolean);
            last.sort((left, right) => right.at - left.at);
            const unread = summary.chats.reduce((count, chat) => count + chat.unread, 0);
            return h(
                "button",
                {
                    type: "button",
                    class: "person",
                    "data-person": summary.id,
                    "aria-pressed": String(isPicked),
                    onclick: () => pick(summary.id, !isPicked),
                },
                avatar(summary.name),
                h(
                    "span",
                    { class: "person-text" },
                    h("span", { class: "person-name", dir: "auto" }, summary.name),
                    h(
                        "span",
                        { class: "person-line", dir: "auto" },
                        last[0] ? preview(last[0]) : (summary.display ?? `@${summary.username}`),
                    ),
                ),
                h(
                    "span",
                    { class: "person-side" },
                    last[0] ? h("span", { class: "person-time" }, brief(last[0].at)) : null,
                    unread > 0 ? h("span", { class: "badge", "aria-label": `${unread} unread` }, String(unread)) : null,
                    summary.online ? null : icon("wifi-off", "Offline"),
                ),
            );
        }),
    );
    if (focused) people.querySelector(`[data-person="${CSS.escape(focused)}"]`)?.focus();
}

const wanted = new Set();
let isLoading = false;

/** Loads what changed; what changes meanwhile is loaded right after. */
async function load(id) {
    wanted.add(id);
    if (isLoading) return;
    isLoading = true;
    while (wanted.size > 0) {
        const ids = [...wanted];
        wanted.clear();
        try {
            if (ids.includes("") || ids.length > 3) {
                summaries = await api.phones();
                picked ??= summaries.slice(0, innerWidth < 900 ? 1 : 2).map((summary) => summary.id);
                for (const frame of frames.values()) frame.reload();
            } else {
                for (const one of ids) {
                    const summary = await api.phone(one);
                    const place = summaries.findIndex((other) => other.id === one);
                    if (place < 0) summaries.push(summary);
                    else summaries[place] = summary;
                    frames.get(one)?.reload();
                }
            }
            draw();
        } catch (error) {
            say(error.message);
        }
    }
    isLoading = false;
}

function say(text) {
    document.getElementById("state").textContent = text;
}

const dialog = document.getElementById("add-dialog");
const form = document.getElementById("add-form");
document.getElementById("add").addEventListener("click", () => {
    form.reset();
    document.getElementById("add-error").textContent = "";
    dialog.showModal();
});
document.getElementById("add-cancel").addEventListener("click", () => dialog.close());
form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const entries = [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
    try {
        const phone = await api.addPhone(Object.fromEntries(entries));
        dialog.close();
        await load("");
        pick(phone.id, true);
    } catch (error) {
        document.getElementById("add-error").textContent = error.message;
    }
});

const own = new OwnNumbers(say);
api.follow(
    load,
    () => own.load(),
    (isOpen) => say(isOpen ? "" : "Connection lost. Trying again."),
);
addEventListener("pagehide", () => {
    for (const frame of frames.values()) frame.close();
});
