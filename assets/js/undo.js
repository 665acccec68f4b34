// Takes back what was done with conversations. How they were before is known from their rows, and the same calls bring them there again.

import { fragment, request } from "./http.js";
import { toast, toastError } from "./toast.js";

/** After so long others may have gone on from there. */
const limitMilliseconds = 5 * 60 * 1000;

/** How a conversation stands, as its row says. */
export function standing({ conversation, state, snoozedUntil, assignee, team, labels, unread, ai }) {
    return { conversation, state, snoozedUntil, assignee, team, labels: labels ? labels.split(" ") : [], unread: Number(unread), ai };
}

const restoringState = {
    open: () => ({ action: "reopen" }),
    closed: () => ({ action: "close" }),
    archived: () => ({ action: "archive" }),
    snoozed: ({ snoozedUntil }) => ({ action: "snooze", at: snoozedUntil }),
};

/** One form for all that are brought back in the same way. */
function grouped(before, way) {
    const groups = new Map();
    for (const one of before) {
        const fields = Object.entries(way(one));
        const key = JSON.stringify(fields);
        groups.set(key, [...(groups.get(key) ?? fields), ["conversations", one.conversation]]);
    }
    return [...groups.values()];
}

/**
 * The forms that bring conversations back to how they stood.
 * @param {string} action as the server names it, or `labels` when one gets exactly those
 * @param {ReturnType<typeof standing>[]} before
 * @param {{label?: string, labels?: string[]}} [given]
 * @returns {[string, string][][]}
 */
export function inverse(action, before, { label, labels = [] } = {}) {
    const having = (one) => one.labels.includes(label);
    switch (action) {
        case "assign":
            return grouped(before, ({ assignee, team }) => ({ action, assignee, team }));
        case "unread":
            return grouped(
                before.filter((one) => one.unread === 0),
                () => ({ action: "read" }),
            );
        case "add-label":
            return grouped(
                before.filter((one) => !having(one)),
                () => ({ action: "remove-label", label }),
            );
        case "remove-label":
            return grouped(before.filter(having), () => ({ action: "add-label", label }));
        case "ai":
            return before.map(({ conversation, ai }) => [
                ["action", action],
                ["ai", ai === "true" ? "active" : "disabled"],
                ["conversations", conversation],
            ]);
        case "labels":
            // Those first that make room.
            return before.flatMap((one) => [
                ...labels.filter((id) => !one.labels.includes(id)).flatMap((id) => inverse("add-label", [one], { label: id })),
                ...one.labels.filter((id) => !labels.includes(id)).flatMap((id) => inverse("remove-label", [one], { label: id })),
            ]);
        default:
            return grouped(before, (one) => restoringState[one.state](one));
    }
}

/** Of what is done with one conversation. */
const words = {
    close: "Conversation closed",
    archive: "Conversation archived",
    reopen: "Conversation open again",
    snooze: "Conversation snoozed",
    assign: "Conversation assigned",
    labels: "Labels saved",
    unread: "Conversation marked as unread",
};

export class Undo {
    /** @param {import("./list.js").ConversationList} list */
    constructor(list) {
        this.list = list;
        this.address = `${list.base}/whatsapp`;
    }

    /**
     * Does something that can be taken back, and offers that.
     * @param {string} action as in {@link inverse}
     * @param {string[]} conversations
     * @param {() => Promise<string | boolean | undefined>} work gives what is said of it, true for the usual words, or nothing when nothing was done
     * @param {{label?: string, labels?: string[]}} [given]
     */
    async around(action, conversations, work, given) {
        // Without a connection the work itself says so.
        const before = await this.#before(conversations).catch(() => []);
        const said = await work();
        if (!said) return false;
        this.last?.dismiss();
        const forms = inverse(action, before, given);
        const dismiss = toast(said === true ? words[action] : said, {
            action: forms.length > 0 ? { label: "Undo", title: "Undo (Z)", work: () => this.takeBack() } : undefined,
        });
        this.last = { forms, dismiss, at: Date.now() };
        return true;
    }

    get isPossible() {
        return this.last?.forms.length > 0 && Date.now() - this.last.at < limitMilliseconds;
    }

    /** Takes the last change back, once; when that doesn't go through, it can be tried again. */
    async takeBack() {
        const { last, isPossible } = this;
        if (this.isTakingBack) return;
        if (!isPossible) {
            last?.dismiss();
            toast("There is nothing to undo");
            return;
        }
        this.isTakingBack = true;
        try {
            for (const fields of last.forms) await this.#send(fields);
            last.dismiss();
            // Something else may have been done meanwhile.
            if (this.last === last) this.last = undefined;
            toast("Undone");
        } catch (error) {
            toastError(error);
        } finally {
            this.isTakingBack = false;
        }
    }

    #send(form) {
        const { action, ai, conversations } = Object.fromEntries(form);
        if (action !== "ai") return request(`${this.address}/changes`, { method: "POST", fields: form });
        // Of one conversation only, and at an address of its own.
        return request(`${this.address}/${conversations}/ai`, { method: "POST", fields: { ai } });
    }

    async #before(conversations) {
        const missing = conversations.filter((id) => !this.list.row(id));
        const fetched = missing.length > 0 ? await fragment(`${this.address}/rows?of=${missing.join(",")}`) : undefined;
        const rows = [...conversations.map((id) => this.list.row(id)), ...(fetched?.querySelectorAll("[data-conversation]") ?? [])];
        return rows.filter(Boolean).map((row) => standing(row.dataset));
    }
}
