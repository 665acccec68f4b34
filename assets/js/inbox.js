// The inbox: puts list, thread, composer, outbox and the stream of changes together.

import "./page.js";
import { summary, writer } from "./bubbles.js";
import { Composer, drafts, newID } from "./composer.js";
import { fragment, parse, request } from "./http.js";
import { ConversationList } from "./list.js";
import { LiveChanges } from "./live.js";
import { MessageMenu } from "./message-menu.js";
import { Outbox } from "./outbox.js";
import { Several } from "./several.js";
import { setUpShortcuts } from "./shortcuts.js";
import { Thread } from "./thread.js";
import { toast, toastError } from "./toast.js";

const inbox = document.getElementById("inbox");
const pane = document.getElementById("main");
const { base, account } = inbox.dataset;
const isNarrow = matchMedia("(max-width: 719px)");

let thread;
let composer;
let opening;
let isOnline = true;

// Which conversation is open

function attach() {
    thread?.close();
    composer?.close();
    thread = composer = undefined;
    const messages = pane.querySelector("#messages");
    list.openConversation = messages?.dataset.conversation;
    if (!messages) return;
    thread = new Thread(pane);
    composer = new Composer(pane, { conversation: thread.conversation, onSend: (message) => outbox.add(message) });
    for (const entry of outbox.entries(thread.conversation)) showUnsent(entry);
    showConnection(isOnline);
    hasUnread = Number(messages.dataset.unread) > 0;
    markRead();
}

async function open(address, { push = true, focus = true } = {}) {
    if (composer?.attachments?.items.length > 0 && !confirm("The files that you attached aren't sent yet. Leave them behind?")) return;
    const target = new URL(address, location.href);
    const attempt = {};
    opening = attempt;
    const part = new URL(target);
    part.searchParams.set("part", "thread");
    try {
        const page = await fragment(part);
        // Another was chosen meanwhile.
        if (opening !== attempt) return;
        pane.replaceChildren(page);
        if (push) history.pushState({}, "", target);
        const isThread = pane.querySelector("#messages") !== null;
        inbox.dataset.pane = isThread ? "thread" : "list";
        attach();
        list.select(thread?.conversation);
        list.decorateAll();
        showTitle();
        if (focus && isThread && !isNarrow.matches) composer.focus();
    } catch (error) {
        if (opening !== attempt) return;
        toastError(error);
    }
}

function openNeighbour(offset) {
    const row = list.neighbour(offset);
    if (row) open(row.querySelector("a").href, { focus: false });
}

function backToList() {
    const back = pane.querySelector(".back");
    if (back && isNarrow.matches) open(back.href);
}

function showTitle() {
    const name = pane.querySelector(".who h2")?.textContent ?? "Inbox";
    const count = list.unreadCount;
    document.title = `${count > 0 ? `(${count}) ` : ""}${name} · Switchboard`;
}

// Reading

let hasUnread = false;

/** Only what a person has before their eyes has been read. */
async function markRead() {
    if (!hasUnread || !thread?.isShown || document.hidden || !document.hasFocus()) return;
    const { conversation } = thread;
    hasUnread = false;
    try {
        await request(`${base}/whatsapp/${conversation}/read`, { method: "POST", fields: {} });
    } catch (error) {
        if (conversation === thread?.conversation) hasUnread = true;
        if (error.status === 401) toastError(error);
    }
}

// Sending

const locks = navigator.locks;

const outbox = new Outbox({
    storage: localStorage,
    // Two people may use one browser, one after the other: nobody sends what another wrote.
    scope: account,
    post: async (entry) => {
        const answer = await request(`${base}/whatsapp/${entry.conversation}/messages`, {
            method: "POST",
            json: { clientId: entry.clientId, ...entry.body },
        });
        return answer.text();
    },
    exclusively: locks ? (name, work) => locks.request(name, work) : undefined,
    onChange: ({ entry, type, answer }) => {
        if (entry.conversation !== thread?.conversation) {
            if (type === "failed")
                toast("A message wasn't sent.", {
                    stays: true,
                    link: { label: "Show", address: `${base}/whatsapp/${entry.conversation}` },
                });
        } else if (type === "sent") {
            for (const bubble of parse(answer).querySelectorAll("[data-message]")) thread.take(bubble);
            thread.removeUnsent(entry.clientId);
        } else if (type === "removed") {
            thread.removeUnsent(entry.clientId);
        } else {
            showUnsent(entry, type === "added");
        }
    },
});

function showUnsent(entry, isNew = false) {
    thread.showUnsent(entry, { isNew, onRetry: (id) => outbox.retry(id), onDelete: (id) => outbox.remove(id) });
}

async function react(bubble, emoji) {
    try {
        await request(`${base}/whatsapp/${thread.conversation}/messages`, {
            method: "POST",
            json: { clientId: newID(), reaction: { message: bubble.dataset.message, emoji } },
        });
    } catch (error) {
        toastError(error);
    }
}

// Changes

const list = new ConversationList({
    inbox,
    onRow: (row) => {
        if (row.dataset.conversation !== thread?.conversation) return;
        thread.setState(row.dataset.state);
        thread.setAssignment(row.dataset);
        thread.setLabels(row);
        composer.setWindow(row.dataset.closesAt);
        hasUnread = Number(row.dataset.unread) > 0;
        markRead();
    },
});
const several = new Several(list);
list.draft = (conversation) => drafts.get(conversation);

function showConnection(isThere) {
    const wasOffline = !isOnline;
    isOnline = isThere;
    const banner = document.getElementById("offline");
    if (banner) banner.hidden = isThere;
    if (isThere && wasOffline) outbox.resume();
}

/** The conversation went to somebody whose conversations this person may not see. */
function withdraw(conversation) {
    list.remove(conversation);
    if (conversation !== thread?.conversation) return;
    toast("Somebody else looks after this conversation now.", { stays: true });
    open(pane.querySelector(".back").href, { focus: false });
}

const live = new LiveChanges({
    address: inbox.dataset.live,
    since: inbox.dataset.since,
    onChange: (change) => {
        if (change.conversation) list.count();
        if (change.kind === "conversation.withdrawn") {
            withdraw(change.conversation);
            return;
        }
        if (change.conversation) list.refresh(change.conversation).then(showTitle);
        if (change.message && change.conversation === thread?.conversation) thread.refresh(change.message);
    },
    onGap: () => {
        list.count();
        list.reload().then(showTitle);
        thread?.reload();
    },
    onConnection: showConnection,
    onRefused: () => list.reload(),
});

// The keys, the pointer, the browser's own buttons

document.addEventListener("click", (event) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest(".conversation, .thread > header .back");
    if (link) {
        event.preventDefault();
        open(link.href);
    }
    const picture = event.target.closest("[data-picture]");
    if (picture) {
        const viewer = document.getElementById("viewer");
        viewer.querySelector("img").src = picture.dataset.picture;
        viewer.showModal();
    }
});

/** By the form that is sent. */
const submissions = {
    closure: () => thread.toggleState(),
    assignment: (_, button) => thread.assign(button?.name === "mine"),
    snoozing: (form, button) => thread.change(form, button),
    labelling: (form, button) => thread.change(form, button),
    archiving: (form, button) => thread.change(form, button),
    several: (form, button) => several.send(form, button),
};

document.addEventListener(
    "submit",
    (event) => {
        const work = submissions[event.target.id];
        if (!work) return;
        event.preventDefault();
        work(event.target, event.submitter);
    },
    { capture: true },
);

addEventListener("popstate", () => open(location.href, { push: false }));
addEventListener("focus", markRead);
addEventListener("online", () => outbox.resume());

new MessageMenu({
    onReply: (bubble) => composer.answer({ id: bubble.dataset.message, writer: writer(bubble), text: summary(bubble) }),
    onReact: react,
    canWrite: () => Boolean(composer?.isOpen),
});

setUpShortcuts(
    {
        j: () => openNeighbour(1),
        k: () => openNeighbour(-1),
        r: () => composer?.focus(),
        a: () => thread?.chooseAssignment(),
        i: () => thread?.assign(true),
        e: () => thread?.toggleState(),
        s: () => thread?.showMore("snoozing"),
        l: () => thread?.showMore("labelling"),
        x: () => several.toggle(list.selected),
    },
    { ArrowDown: () => openNeighbour(1), ArrowUp: () => openNeighbour(-1) },
    (field) => {
        if (composer?.answered) composer.answer(undefined);
        else if (field) field.blur();
        else backToList();
    },
);

setInterval(() => thread?.nameDays(), 60_000);
setInterval(() => thread?.offerDecisions(), 10_000);

attach();
list.select(thread?.conversation);
list.decorateAll();
list.tick();
showTitle();
outbox.resume();
live.start();
