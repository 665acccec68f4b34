// The inbox: puts list, thread, composer, outbox and the stream of changes together.

import "./page.js";
import { summary, writer } from "./bubbles.js";
import { Composer, newID } from "./composer.js";
import { Details } from "./details.js";
import { DraftStore } from "./drafts.js";
import { fragment, parse, request } from "./http.js";
import { inboxCommands } from "./inbox-commands.js";
import { ConversationList } from "./list.js";
import { LiveChanges } from "./live.js";
import { MessageMenu } from "./message-menu.js";
import { Notes } from "./notes.js";
import { Outbox } from "./outbox.js";
import { PresenceSigns } from "./presence.js";
import { Several } from "./several.js";
import { addShortcuts } from "./shortcuts.js";
import { Thread } from "./thread.js";
import { toast, toastError } from "./toast.js";
import { Undo } from "./undo.js";

const inbox = document.getElementById("inbox");
const pane = document.getElementById("main");
const { base, account } = inbox.dataset;
const isNarrow = matchMedia("(max-width: 719px)");

const drafts = new DraftStore(localStorage, account);

let thread;
let composer;
let notes;
let presence;
let opening;
/** The address of what the pane shows. */
let shownAt = location.href;
let isOnline = true;

// Which conversation is open

function attach() {
    thread?.close();
    composer?.close();
    presence?.close();
    thread = composer = notes = presence = undefined;
    const messages = pane.querySelector("#messages");
    list.openConversation = messages?.dataset.conversation;
    if (!messages) {
        details.show(undefined);
        return;
    }
    thread = new Thread(pane, (bubble) => {
        // By a colleague, or in another window of one's own.
        if (bubble.dataset.side === "out") composer.warn(writer(bubble));
    });
    const { conversation, address } = thread;
    composer = new Composer(pane, {
        conversation,
        address,
        drafts,
        onSend: (message) => {
            outbox.add(message);
            presence.stopWriting();
        },
        onDraft: (text) => list.setDraft(conversation, text),
        onQuoteLast: () => thread.lastOwn && answer(thread.lastOwn),
    });
    const own = thread;
    notes = new Notes(pane, {
        key: `note:${account}:${thread.conversation}`,
        // Another may be open by the time that it is saved.
        onNote: (bubble) => own.isClosed || own.take(bubble, { isMine: true }),
        onReply: () => composer.focus(),
    });
    presence = new PresenceSigns(pane, thread.address);
    thread.onEnd = markRead;
    thread.onJump = jump;
    details.show(thread);
    for (const entry of outbox.entries(thread.conversation)) showUnsent(entry);
    showConnection(isOnline);
    hasUnread = Number(messages.dataset.unread) > 0;
    seenAt = messages.dataset.at;
    markRead();
}

async function open(address, { push = true, focus = true } = {}) {
    if (composer?.hasUnsentFiles && !confirm("What you attached or recorded isn't sent yet. Leave it behind?")) {
        stay(push);
        return;
    }
    const target = new URL(address, location.href);
    const attempt = { address: target.pathname, changes: [] };
    opening = attempt;
    const part = new URL(target);
    part.searchParams.set("part", "thread");
    try {
        const page = await fragment(part);
        // Another was chosen meanwhile.
        if (opening !== attempt) return;
        opening = undefined;
        pane.replaceChildren(page);
        if (push) history.pushState({}, "", target);
        shownAt = target.href;
        const isThread = pane.querySelector("#messages") !== null;
        inbox.dataset.pane = isThread ? "thread" : "list";
        attach();
        // What was told while it was on its way may not be in it.
        for (const change of attempt.changes) hear(change);
        list.select(thread?.conversation);
        list.decorateAll();
        showTitle();
        if (focus && isThread && !isNarrow.matches) composer.focus();
    } catch (error) {
        if (opening !== attempt) return;
        opening = undefined;
        toastError(error);
        stay(push);
    }
}

/** The browser's own buttons have changed the address already. */
function stay(push) {
    if (!push) history.pushState({}, "", shownAt);
}

/** To a message of this conversation that isn't on the page. */
function jump(message) {
    const address = new URL(shownAt);
    address.searchParams.set("at", message);
    address.hash = `m-${message}`;
    open(address, { focus: false });
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
    // Nothing of a name may turn what follows it.
    document.title = `${count > 0 ? `(${count}) ` : ""}${name.replace(/\p{Bidi_Control}/gu, "")} · Switchboard`;
}

// Reading

let hasUnread = false;
/** When the newest message that is known here was written. */
let seenAt;
let reading;
let isNotified = () => false;

/** The bell knows of what more than unread messages a person wants to be rid of by looking. */
import("./bell.js").then(({ unread }) => {
    isNotified = (conversation) => unread.has(conversation);
});
document.addEventListener("bell-count", markRead);

/** Only what a person has before their eyes has been read. */
function markRead() {
    if (!(hasUnread || isNotified(thread?.conversation)) || !thread?.isShown || !thread.hasEnd || document.hidden || !document.hasFocus())
        return;
    hasUnread = false;
    reading = sendRead(thread.conversation);
}

async function sendRead(conversation) {
    try {
        await request(`${base}/whatsapp/${conversation}/read`, { method: "POST", fields: {} });
    } catch (error) {
        if (conversation === thread?.conversation) hasUnread = true;
        if (error.status === 401) toastError(error);
    }
}

/** Of what was seen here nothing becomes unread by itself: somebody marked it so, and it stays until it is opened again. */
function takeUnread({ unread, at }) {
    hasUnread = Number(unread) > 0 && (hasUnread || at !== seenAt);
    seenAt = at;
    markRead();
}

async function markUnread() {
    const { address, conversation } = thread;
    const isDone = await undo.around("unread", [conversation], async () => {
        // What is still on its way would undo it.
        await reading;
        return thread?.conversation === conversation && sendUnread(address);
    });
    if (isDone && thread?.conversation === conversation) backToList();
}

async function sendUnread(address) {
    try {
        pane.querySelector("#more-sheet")?.hidePopover();
        await request(`${address}/unread`, { method: "POST", fields: {} });
        return true;
    } catch (error) {
        toastError(error);
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
        thread.setAI(row.dataset.ai === "true");
        thread.setAssignment(row.dataset);
        thread.setLabels(row);
        composer.setWindow(row.dataset.closesAt);
        takeUnread(row.dataset);
    },
});
const undo = new Undo(list);
const details = new Details(inbox, {
    onConversation: (address) => open(address),
    onPlace: (message) => thread.goTo(message),
    // What came while the thread was covered is before somebody's eyes again.
    onClose: markRead,
});
const several = new Several(list, undo);
list.drafts = drafts;

function showConnection(isThere) {
    const wasOffline = !isOnline;
    isOnline = isThere;
    const banner = document.getElementById("offline");
    if (banner) banner.hidden = isThere;
    if (isThere && wasOffline) outbox.resume();
}

/** The conversation isn't there any more for this person. */
function withdraw(conversation, why) {
    list.remove(conversation);
    if (conversation !== thread?.conversation) return;
    presence.abandon();
    toast(why, { stays: true });
    open(pane.querySelector(".back").href, { focus: false });
}

/** What concerns the conversation that is open. */
function hear(change) {
    if (change.conversation !== thread?.conversation) return;
    if (change.isActivity) thread.refreshActivity();
    if (change.message) {
        thread.refresh(change.message);
        composer.checkDraft();
    } else if (change.kind === "note.deleted") thread.drop(change.note);
    else if (change.note) thread.refresh(change.note);
}

const live = new LiveChanges({
    address: inbox.dataset.live,
    since: inbox.dataset.since,
    onChange: (change) => {
        // The bell hears these by itself.
        if (change.kind.startsWith("notification.")) return;
        if (change.conversation) list.count();
        if (change.kind === "conversation.withdrawn") {
            withdraw(change.conversation, "Somebody else looks after this conversation now.");
            return;
        }
        if (change.kind === "conversation.deleted") {
            withdraw(change.conversation, "This conversation was deleted.");
            return;
        }
        // Also within the second of the one before.
        if (change.kind === "message.received" && change.conversation === thread?.conversation) seenAt = undefined;
        if (change.conversation) list.refresh(change.conversation).then(showTitle);
        if (change.named) {
            list.reload();
            thread?.reload();
        }
        if (change.kind === "quick-reply.updated") composer?.quickReplies?.forget();
        if (opening?.address.endsWith(`/${change.conversation}`)) opening.changes.push(change);
        hear(change);
    },
    onPresence: ({ conversation, writing }) => {
        if (conversation === thread?.conversation) presence.refresh();
        if (writing && list.row(conversation)) list.refresh(conversation);
    },
    onGap: () => {
        document.dispatchEvent(new Event("live-gap"));
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

async function saveView(form) {
    const error = document.getElementById("view-error");
    error.hidden = true;
    try {
        await request(form.action, { method: "POST", fields: Object.fromEntries(new FormData(form)) });
        location.reload();
    } catch (problem) {
        if (!problem.detail) return toastError(problem);
        error.textContent = problem.detail;
        error.hidden = false;
    }
}

// What is done with the open conversation, and can be taken back: also when another is open by the time that it is done

function around(action, work, given) {
    const own = thread;
    return undo.around(action, [own.conversation], () => work(own), given);
}

const toggleState = () => around(thread.state === "open" ? "close" : "reopen", (own) => own.toggleState());

const assign = (isMine) => around("assign", (own) => own.assign(isMine));

function change(action, form, button) {
    const labels = new FormData(form).getAll("labels");
    return around(action, (own) => own.change(form, button), { labels });
}

/** On to the next, also when what is closed leaves the list. */
async function closeAndNext() {
    const own = thread;
    const next = list.neighbour(1) ?? list.neighbour(-1);
    if (own.state === "open" && !(await toggleState())) return;
    if (next && thread === own) open(next.querySelector("a").href, { focus: false });
}

/** By the form that is sent. */
const submissions = {
    closure: toggleState,
    "answering-ai": (form) => undo.around("ai", [thread.conversation], () => thread.toggleAI(form)),
    assignment: (_, button) => assign(button?.name === "mine"),
    snoozing: (form, button) => change("snooze", form, button),
    labelling: (form, button) => change("labels", form, button),
    archiving: (form, button) => change("archive", form, button),
    unreading: markUnread,
    deletion: (form, button) => thread.change(form, button),
    several: (form, button) => several.send(form, button),
    "saving-view": saveView,
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

addEventListener("popstate", () => {
    const [page, place = ""] = location.href.split("#");
    // A place in this page, like the one that the skip link leads to, is the browser's own to go to.
    if (page === shownAt.split("#")[0] && !place.startsWith("m-")) return;
    open(location.href, { push: false });
});
addEventListener("focus", () => {
    markRead();
    composer?.draft?.check();
});
addEventListener("online", () => outbox.resume());

function answer(bubble) {
    notes.leave();
    composer.answer({ id: bubble.dataset.message, writer: writer(bubble), text: summary(bubble) });
}

new MessageMenu({
    onReply: answer,
    onReact: react,
    canWrite: () => Boolean(composer?.isOpen),
});

addShortcuts({
    commands: inboxCommands({
        ...{ pane, list, several, undo, details, toggleState, closeAndNext, assign, markUnread, openNeighbour },
        get thread() {
            return thread;
        },
        get composer() {
            return composer;
        },
        get notes() {
            return notes;
        },
    }),
    withAlt: { ArrowDown: () => openNeighbour(1), ArrowUp: () => openNeighbour(-1) },
    leave: (field) => {
        if (!field && details.isOver) details.close();
        else if (composer?.answered) composer.answer(undefined);
        else if (field) field.blur();
        else backToList();
    },
    open,
});

// In the list arrows go from row to row, and Enter opens, as it does with every link.
list.element.addEventListener("keydown", (event) => {
    const offset = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!offset || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const rows = list.rows;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = at < 0 ? rows[0] : rows[at + offset];
    next?.querySelector("a").focus();
});

setInterval(() => thread?.nameDays(), 60_000);
setInterval(() => thread?.offerDecisions(), 10_000);

attach();
list.select(thread?.conversation);
list.decorateAll();
list.tick();
showTitle();
outbox.resume();
live.start();
