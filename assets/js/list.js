// The list of conversations: keeps rows current, in order, and under the pointer.

import { fragment, request } from "./http.js";
import { shortTime, span } from "./times.js";
import { toastError } from "./toast.js";

/** After this long without moving, a pointer over the list isn't about to click. */
const stillMilliseconds = 1500;
/** Rows fetched at once, at most; the server takes no more. */
const batchSize = 50;
/** After a change, before the views are counted again. */
const countMilliseconds = 1000;

/** As the server lists them: also those of one moment. */
function newestFirst(one, other) {
    const byTime = Number(other.dataset.at) - Number(one.dataset.at);
    return byTime || (one.dataset.conversation < other.dataset.conversation ? 1 : -1);
}

export class ConversationList {
    /** @param {{inbox: HTMLElement, onRow: (row: HTMLElement) => void}} options */
    constructor({ inbox, onRow }) {
        this.element = document.getElementById("conversations");
        this.empty = document.getElementById("no-conversations");
        this.onRow = onRow;
        Object.assign(this, { base: inbox.dataset.base, query: inbox.dataset.query });
        this.changed = new Set();
        this.#watchPointer();
        this.#watchEnd();
        setInterval(() => this.tick(), 30_000);
    }

    get rows() {
        return [...this.element.querySelectorAll(":scope > [data-conversation]")];
    }

    row(conversation) {
        return document.getElementById(`c-${conversation}`);
    }

    get selected() {
        return this.element.querySelector("[aria-current]")?.closest("li")?.dataset.conversation;
    }

    get unreadCount() {
        return this.rows.filter((row) => Number(row.dataset.unread) > 0).length;
    }

    select(conversation) {
        for (const link of this.element.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
        const link = this.row(conversation)?.querySelector("a");
        link?.setAttribute("aria-current", "true");
        link?.scrollIntoView({ block: "nearest" });
    }

    /** An address of ours about what the list shows. */
    #address(path, own = {}) {
        const query = new URLSearchParams(this.query);
        for (const [name, value] of Object.entries(own)) query.set(name, value);
        return `${this.base}/${path}?${query}`;
    }

    /** The row so many places further on, or the first. */
    neighbour(offset) {
        const rows = this.rows;
        const index = rows.findIndex((row) => row.dataset.conversation === this.selected);
        return index < 0 ? rows[0] : rows[index + offset];
    }

    /** Something about a conversation is new: fetches its row, together with others that come meanwhile. */
    refresh(conversation) {
        this.changed.add(conversation);
        this.fetching ??= this.#fetchChanged().finally(() => {
            this.fetching = undefined;
        });
        return this.fetching;
    }

    async #fetchChanged() {
        while (this.changed.size > 0) {
            const batch = [...this.changed].slice(0, batchSize);
            for (const id of batch) this.changed.delete(id);
            try {
                const rows = await fragment(this.#address("whatsapp/rows", { of: batch.join(",") }));
                const gone = new Set(batch);
                for (const row of rows.querySelectorAll("[data-conversation]")) {
                    gone.delete(row.dataset.conversation);
                    this.#take(row);
                }
                for (const id of gone) this.row(id)?.remove();
                this.#showWhetherEmpty();
            } catch (error) {
                // Without a connection the next gap brings everything; a refusal is worth knowing.
                if (error.status) toastError(error);
                return;
            }
        }
    }

    /** Fetches the first page anew, after a gap in the stream, and asks what became of the rows that aren't on it. */
    async reload() {
        try {
            const page = await fragment(this.#address("whatsapp", { part: "rows" }));
            const rows = [...page.querySelectorAll("[data-conversation]")];
            const fetched = new Set(rows.map((row) => row.dataset.conversation));
            // Whatever has news stands above a row that has none. Without such a row there may be a hole behind the page.
            const isWhole = rows.some((row) => this.row(row.dataset.conversation)?.dataset.at === row.dataset.at);
            if (isWhole) for (const row of rows) this.#take(row);
            else this.#replaceAll(page, rows);
            const others = [...this.rows.map((row) => row.dataset.conversation), this.openConversation];
            const unsure = others.filter((id) => id && !fetched.has(id));
            await Promise.all(unsure.map((id) => this.refresh(id)));
        } catch (error) {
            if (error.status) toastError(error);
        }
    }

    #replaceAll(page, rows) {
        for (const row of rows) {
            this.onRow(row);
            this.#decorate(row);
        }
        const more = page.querySelector(".more");
        this.element.replaceChildren(page);
        if (more) this.observer.observe(more);
        this.select(this.openConversation);
        this.#showWhetherEmpty();
    }

    #take(row) {
        const id = row.dataset.conversation;
        const old = this.row(id);
        const belongs = "inView" in row.dataset;
        if (this.openConversation === id) row.querySelector("a").setAttribute("aria-current", "true");
        this.onRow(row);
        this.#decorate(row);
        if (old?.querySelector(".choice input")?.checked) row.querySelector(".choice input").checked = true;
        if (!belongs) {
            old?.remove();
        } else if (old) {
            const hadFocus = old.contains(document.activeElement);
            old.replaceWith(row);
            if (hadFocus) row.querySelector("a").focus({ preventScroll: true });
            this.#order();
        } else {
            // Rows behind the last one loaded come with their page.
            const last = this.rows.at(-1);
            const more = this.element.querySelector(":scope > .more");
            if (more && last && Number(row.dataset.at) < Number(last.dataset.at)) return;
            this.element.insertBefore(row, this.#place(row));
        }
        this.#showWhetherEmpty();
    }

    /** How many the views have; a burst of changes asks once. */
    count() {
        this.counting ??= setTimeout(async () => {
            try {
                const counts = await (await request(this.#address("whatsapp/counts"))).json();
                for (const [view, count] of Object.entries(counts)) {
                    const place = document.querySelector(`[data-count="${view}"]`);
                    if (place) place.textContent = ` ${count}`;
                }
            } catch {
                // The next change asks again.
            } finally {
                this.counting = undefined;
            }
        }, countMilliseconds);
    }

    /** It went to somebody else. */
    remove(conversation) {
        this.row(conversation)?.remove();
        this.#showWhetherEmpty();
    }

    #showWhetherEmpty() {
        this.empty.hidden = this.rows.length > 0;
    }

    /** The row before which this one stands: newest first. */
    #place(row) {
        return this.rows.find((other) => other !== row && newestFirst(row, other) < 0) ?? this.element.querySelector(":scope > .more");
    }

    #order() {
        if (this.pointerIsBusy) {
            this.orderIsStale = true;
            return;
        }
        this.orderIsStale = false;
        const rows = this.rows;
        const sorted = [...rows].sort(newestFirst);
        const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
        const more = this.element.querySelector(":scope > .more");
        for (const [index, row] of sorted.entries()) {
            const inPlace = this.element.children[index];
            if (inPlace !== row) this.element.insertBefore(row, inPlace ?? more);
        }
        if (focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
    }

    #watchPointer() {
        const settle = () => {
            this.pointerIsBusy = false;
            if (this.orderIsStale) this.#order();
        };
        this.element.addEventListener("pointermove", () => {
            this.pointerIsBusy = true;
            clearTimeout(this.pointerTimer);
            this.pointerTimer = setTimeout(settle, stillMilliseconds);
        });
        this.element.addEventListener("pointerleave", () => {
            clearTimeout(this.pointerTimer);
            settle();
        });
    }

    #watchEnd() {
        this.observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.#fetchMore(), {
            root: this.element,
            rootMargin: "400px",
        });
        const more = this.element.querySelector(":scope > .more");
        if (more) this.observer.observe(more);
    }

    async #fetchMore() {
        const more = this.element.querySelector(":scope > .more");
        if (!more || this.fetchingMore) return;
        this.fetchingMore = true;
        try {
            const address = new URL(more.dataset.more, location.href);
            address.searchParams.set("part", "rows");
            const page = await fragment(address);
            for (const row of page.querySelectorAll("[data-conversation]")) {
                if (this.row(row.dataset.conversation)) row.remove();
                else this.#decorate(row);
            }
            const next = page.querySelector(".more");
            more.replaceWith(page);
            if (next) this.observer.observe(next);
        } catch (error) {
            toastError(error);
        } finally {
            this.fetchingMore = false;
        }
    }

    /** Shows what was begun and not sent instead of what was said last. */
    #decorate(row) {
        const local = this.drafts?.get(row.dataset.conversation);
        const draft = local && !local.isSaved ? local.text.trim() : row.dataset.draft;
        if (row.undecorated) {
            row.querySelector(".last").replaceWith(row.undecorated);
            row.undecorated = undefined;
        }
        if (!draft || row.dataset.conversation === this.openConversation || row.querySelector(".writing")) return;
        row.undecorated = row.querySelector(".last").cloneNode(true);
        const preview = row.querySelector(".preview");
        const word = document.createElement("span");
        word.className = "draft";
        word.textContent = "Draft: ";
        preview.replaceChildren(word, draft);
        for (const sign of row.querySelectorAll(".last > :not(.preview)")) sign.remove();
    }

    /** The server has this draft now. */
    setDraft(conversation, text) {
        const row = this.row(conversation);
        if (!row) return;
        row.dataset.draft = text;
        this.#decorate(row);
    }

    decorateAll() {
        for (const row of this.rows) this.#decorate(row);
    }

    /** Times and what is left of windows go on by themselves. */
    tick(now = new Date()) {
        for (const time of this.element.querySelectorAll("[data-list-time]")) {
            const text = shortTime(new Date(Number(time.closest("li").dataset.at)), now);
            if (time.textContent !== text) time.textContent = text;
        }
        for (const chip of this.element.querySelectorAll("[data-closing]")) {
            const rest = Number(chip.dataset.closing) - now.getTime();
            if (rest > 0) chip.textContent = `${span(rest)} left`;
            else chip.remove();
        }
    }
}
