// The bell on the rail: how many notifications are unread, as they come; and the sound and the marked tab, where this browser has chosen them.

import { fragment, request } from "./http.js";
import { latest } from "./latest.js";

const bell = document.getElementById("bell");
const badge = bell.querySelector(".badge");
const name = bell.querySelector(".visually-hidden");

/** Conversations with something unread, for the inbox: reading one of them is worth telling. */
export const unread = new Set();

const count = latest(async () => {
    try {
        const { text, conversations } = await (await request(bell.dataset.count)).json();
        unread.clear();
        for (const conversation of conversations) unread.add(conversation);
        show(text);
    } catch {
        // The next change, or the next page, asks again.
    }
});

function show(text) {
    const isThere = text !== "0";
    badge.textContent = text;
    badge.hidden = !isThere;
    name.textContent = isThere ? `Notifications, ${text} unread` : "Notifications";
    document.dispatchEvent(new CustomEvent("bell-count"));
    if (preferences().badge) import("./alerts.js").then(({ markTab }) => markTab(isThere ? text : ""));
}

function preferences() {
    try {
        return JSON.parse(localStorage.getItem(`alerts:${bell.dataset.account}`)) ?? {};
    } catch {
        return {};
    }
}

function heard(change) {
    if (!change.kind.startsWith("notification.")) return;
    count();
    refreshList();
    if (change.kind === "notification.read" || !preferences().sound) return;
    const isBeforeEyes = !document.hidden && document.getElementById("messages")?.dataset.conversation === change.conversation;
    import("./alerts.js").then(({ ring }) => ring(change.conversation, isBeforeEyes));
}

/** The page of notifications shows what comes, unless somebody is in the middle of it with the keyboard. */
const refreshList = latest(async () => {
    const list = document.getElementById("notifications");
    if (!list || list.contains(document.activeElement)) return;
    const part = new URL(location.href);
    part.searchParams.set("part", "list");
    try {
        const fresh = await fragment(part);
        if (!list.contains(document.activeElement)) list.replaceChildren(fresh);
    } catch {
        // What is shown stays; the next change asks again.
    }
});

async function listen() {
    // The inbox has a stream already, and passes on what it hears.
    if (document.getElementById("inbox")) {
        document.addEventListener("live-change", (event) => heard(event.detail));
        document.addEventListener("live-gap", count);
        return;
    }
    const { LiveChanges } = await import("./live.js");
    const again = () => {
        count();
        refreshList();
        document.dispatchEvent(new CustomEvent("live-gap"));
    };
    const change = (detail) => {
        heard(detail);
        document.dispatchEvent(new CustomEvent("live-change", { detail }));
    };
    new LiveChanges({
        address: bell.dataset.live,
        since: "",
        onChange: change,
        onPresence: () => {},
        onGap: again,
        // What came between the page and its stream is asked for.
        onConnection: (isOnline) => isOnline && again(),
        onRefused: () => {},
    }).start();
}

count();
listen();
