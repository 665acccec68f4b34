// What can be done with one message: react, reply, copy, see its details. One menu for all bubbles, fetched on first use.

import { pickEmoji } from "../message-menu.js";
import { toast } from "../toast.js";

/** What was written, without the marks; empty for a file without words. */
const textOf = (bubble) => bubble.querySelector(".body")?.textContent.trim() ?? "";

export class Menu {
    /** @param {{onReply: (bubble: Element) => void, onReact: (bubble: Element, emoji: string) => void, canWrite: () => boolean}} options */
    constructor({ onReply, onReact, canWrite }) {
        this.menu = document.getElementById("message-menu");
        this.canWrite = canWrite;
        this.menu.addEventListener("toggle", (event) => {
            if (event.newState === "closed") this.button?.setAttribute("aria-expanded", "false");
        });
        this.menu.addEventListener("click", (event) => {
            const choice = event.target.closest("button");
            if (!choice) return;
            const { bubble } = this;
            this.menu.hidePopover();
            if (choice.dataset.reaction) onReact(bubble, choice.dataset.reaction);
            else if (choice.dataset.action === "unreact") onReact(bubble, "");
            else if (choice.dataset.action === "more-reactions") pickEmoji(this.button, (emoji) => onReact(bubble, emoji));
            else if (choice.dataset.action === "reply") onReply(bubble);
            else if (choice.dataset.action === "details") this.#details(bubble);
            else this.#copy(bubble);
        });
    }

    open(button) {
        this.button = button;
        this.bubble = button.closest(".message");
        const own = this.bubble.querySelector("[data-ours]")?.dataset.ours;
        for (const element of this.menu.querySelectorAll("[data-when-open]")) element.hidden = !this.canWrite();
        this.menu.querySelector("[data-action=copy]").hidden = !textOf(this.bubble);
        const unreact = this.menu.querySelector("[data-action=unreact]");
        unreact.hidden = !own || unreact.hidden;
        for (const choice of this.menu.querySelectorAll("[data-reaction]"))
            choice.setAttribute("aria-pressed", String(choice.dataset.reaction === own));
        this.menu.showPopover({ source: button });
        button.setAttribute("aria-expanded", "true");
        this.#place(button.getBoundingClientRect(), this.menu.getBoundingClientRect());
        this.menu.querySelector("button:not([hidden])")?.focus();
    }

    /** Below the button, or above where there is no room; always inside the window. */
    #place(button, menu) {
        const top = button.bottom + menu.height + 8 < innerHeight ? button.bottom + 4 : button.top - menu.height - 4;
        const left = Math.min(Math.max(8, button.left + button.width / 2 - menu.width / 2), innerWidth - menu.width - 8);
        this.menu.style.top = `${Math.max(8, top)}px`;
        this.menu.style.left = `${left}px`;
    }

    async #details(bubble) {
        const address = this.button.href;
        try {
            const { showDetails } = await import("./details.js");
            showDetails(address, bubble.dataset.message);
        } catch {
            toast("No connection to the server. Try again in a moment.");
        }
    }

    async #copy(bubble) {
        try {
            await navigator.clipboard.writeText(textOf(bubble));
            toast("Copied");
        } catch {
            toast("The browser doesn't allow copying here");
        }
    }
}
