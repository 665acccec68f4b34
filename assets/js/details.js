// Whether what stands beside a thread is shown: as a column where the window has the room, else over the thread until it is closed.

import { remember } from "./page.js";
import { toast } from "./toast.js";

const cookie = "details";

export class Details {
    /**
     * @param {HTMLElement} inbox
     * @param {Object} options
     * @param {(address: string) => void} options.onConversation another conversation was chosen
     * @param {(message: string) => void} options.onPlace somebody wants to see this place of the thread
     * @param {() => void} options.onClose
     */
    constructor(inbox, { onConversation, onPlace, onClose }) {
        Object.assign(this, { inbox, onConversation, onPlace, onClose });
        this.element = document.getElementById("details");
        this.isWide = matchMedia("(min-width: 1200px)");
        /** Whether the column is wanted; what slides over isn't remembered. */
        this.isKept = inbox.dataset.details === "column";
        this.isWide.addEventListener("change", () => {
            this.isOver = false;
            this.#apply();
        });
        for (const button of this.element.querySelectorAll("header button")) button.addEventListener("click", () => this.close());
        this.element.addEventListener("click", (event) => this.#clicked(event));
    }

    /** Which conversation it is about; none when no thread is open. */
    show(thread) {
        this.thread = thread;
        this.isOver = false;
        const button = this.button;
        button?.addEventListener("click", (event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            // Without scripts it leads to a page.
            event.preventDefault();
            this.toggle();
        });
        button?.addEventListener("keydown", (event) => {
            if (event.key !== " ") return;
            event.preventDefault();
            this.toggle();
        });
        this.#apply();
    }

    get button() {
        return document.getElementById("show-details");
    }

    get isShown() {
        return Boolean(this.thread) && (this.isWide.matches ? this.isKept : this.isOver);
    }

    toggle() {
        if (this.isShown) return this.close();
        if (!this.thread) return;
        if (this.isWide.matches) this.#keep(true);
        else this.isOver = true;
        this.#apply();
        // A column stands beside what is done; what covers the thread is where one goes on.
        if (this.isOver) this.element.focus();
    }

    /** Returns whether there was something to close. */
    close() {
        if (!this.isShown) return false;
        const hadFocus = this.element.contains(document.activeElement);
        if (this.isWide.matches) this.#keep(false);
        this.isOver = false;
        this.#apply();
        if (hadFocus) this.button?.focus();
        this.onClose();
        return true;
    }

    #keep(isKept) {
        this.isKept = isKept;
        // By a cookie, so that the next page has its column from the beginning and nothing moves.
        remember(cookie, isKept ? "column" : "closed");
    }

    async #apply() {
        this.inbox.dataset.details = this.isOver ? "over" : this.isKept ? "column" : "closed";
        this.button?.setAttribute("aria-expanded", String(this.isShown));
        if (!this.isShown) {
            this.panel?.show(undefined);
            return;
        }
        const thread = this.thread;
        try {
            const { Panel } = await import("./details/panel.js");
            this.panel ??= new Panel(this.element);
        } catch {
            toast("No connection to the server. Try again in a moment.");
            return;
        }
        if (this.thread === thread && this.isShown) this.panel.show(thread);
    }

    #clicked(event) {
        const link = event.target.closest("[data-conversation-link], [data-place]");
        if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        if (!this.isWide.matches) this.close();
        if (link.dataset.place) this.onPlace(link.dataset.place);
        else this.onConversation(link.href);
    }
}
