// What stands beside a thread: fetched when it is shown, and kept right while things change. Fetched on first use.

import { fragment, request } from "../http.js";
import { toastError } from "../toast.js";

/** Several changes at once become one fetch. */
const settleMilliseconds = 250;

/** They may be about what is shown without naming the conversation. */
const changesOfAll = new Set([
    "label.updated",
    "member.updated",
    "team.updated",
    "lead.updated",
    "client.updated",
    "lead-settings.updated",
]);

export class Panel {
    /** @param {HTMLElement} element */
    constructor(element) {
        this.element = element;
        this.body = element.querySelector("#details-body");
        /** What the server said last of each part. */
        this.told = new Map();
        this.body.addEventListener("click", (event) => {
            const link = event.target.closest("[data-more]");
            if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            this.#more(link);
        });
        this.body.addEventListener("submit", (event) => {
            if (!event.target.matches("[data-inline]")) return;
            event.preventDefault();
            this.#submit(event.target);
        });
        document.addEventListener("live-change", ({ detail }) => {
            const isElsewhere = detail.conversation !== this.thread?.conversation;
            // Another conversation with the same person may stand here too.
            const isNamed = isElsewhere && detail.conversation && this.body.querySelector(`[href*="${CSS.escape(detail.conversation)}"]`);
            const isOfAll = changesOfAll.has(detail.kind);
            if (this.thread && (!isElsewhere || isNamed || isOfAll)) this.#soon();
        });
        document.addEventListener("live-gap", () => this.thread && this.#soon());
    }

    /** @param {{conversation: string, address: string} | undefined} thread whose details are shown; none while it is closed */
    async show(thread) {
        if (thread && thread === this.thread) return;
        this.thread = thread;
        if (!thread) return;
        if (this.body.firstElementChild?.dataset.details !== thread.conversation) {
            this.body.replaceChildren();
            this.told.clear();
            this.body.scrollTop = 0;
        }
        await this.#fill();
    }

    #soon() {
        // A timer that runs isn't begun anew, or changes without a pause would put it off for ever.
        this.timer ??= setTimeout(() => {
            this.timer = undefined;
            this.#fill();
        }, settleMilliseconds);
    }

    async #fill() {
        const { thread } = this;
        if (!thread) return;
        if (this.isFilling) {
            this.isOutdated = true;
            return;
        }
        this.isFilling = true;
        this.isOutdated = false;
        this.body.setAttribute("aria-busy", "true");
        try {
            const page = await fragment(`${thread.address}/details`);
            if (this.thread === thread) this.#take(page.querySelector("[data-details]"));
        } catch (error) {
            // The list tells of what is gone; without a connection the next change brings it.
            if (this.thread === thread && error.status !== 404 && !this.body.firstElementChild) toastError(error);
        } finally {
            this.isFilling = false;
            this.body.removeAttribute("aria-busy");
            if (this.thread && (this.isOutdated || this.thread !== thread)) this.#fill();
        }
    }

    /** Only the parts that are different come anew: what somebody reads there stays where it is. */
    #take(fetched) {
        const shown = this.body.firstElementChild;
        const isAnother = shown?.dataset.details !== fetched.dataset.details;
        for (const part of fetched.querySelectorAll(":scope > [data-part]")) {
            const { outerHTML: text, dataset } = part;
            const old = isAnother ? undefined : shown.querySelector(`:scope > [data-part="${dataset.part}"]`);
            if (old && this.told.get(dataset.part) !== text) this.#replace(old, part);
            this.told.set(dataset.part, text);
        }
        if (isAnother) this.body.replaceChildren(fetched);
    }

    #replace(old, part) {
        const list = old.querySelector("[data-list]");
        const fetched = part.querySelector("[data-list]");
        // Earlier ones were fetched: they stay, and what is new goes on top of them.
        if (old.dataset.isLong && list && fetched) {
            const before = new Map([...list.children].map((row) => [row.dataset.key, row]));
            const anchor = list.firstElementChild;
            for (const row of [...fetched.children]) {
                const known = before.get(row.dataset.key);
                if (known) known.replaceWith(row);
                else list.insertBefore(row, anchor?.isConnected ? anchor : list.firstElementChild);
            }
            return;
        }
        const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
        old.replaceWith(part);
        if (!focused) return;
        const address = focused.getAttribute("href") ?? focused.dataset.picture;
        const same = [...part.querySelectorAll("a, button")].find((one) => (one.getAttribute("href") ?? one.dataset.picture) === address);
        (same ?? this.element).focus({ preventScroll: true });
    }

    /** Without scripts a form leads to a page; here what stands beside the thread comes anew. */
    async #submit(form) {
        const button = form.querySelector("button");
        button.disabled = true;
        try {
            await request(form.action, { method: "POST", fields: new FormData(form) });
        } catch (error) {
            toastError(error);
        } finally {
            button.disabled = false;
        }
        this.#soon();
    }

    /** Puts the page before below what is there. */
    async #more(link) {
        if (link.getAttribute("aria-busy") === "true") return;
        link.setAttribute("aria-busy", "true");
        try {
            const page = await fragment(link.href);
            if (!link.isConnected) return;
            const part = link.closest("[data-part]");
            part.dataset.isLong = "true";
            const rows = [...(page.querySelector("[data-list]")?.children ?? [])];
            part.querySelector("[data-list]").append(...rows);
            const next = page.querySelector("[data-more]");
            const hadFocus = link === document.activeElement;
            if (next) link.replaceWith(next);
            else link.remove();
            if (hadFocus) (next ?? rows[0]?.querySelector("a, button") ?? this.body).focus({ preventScroll: Boolean(next) });
        } catch (error) {
            link.removeAttribute("aria-busy");
            toastError(error);
        }
    }
}
