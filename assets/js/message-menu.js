// The way to the menu of one message, and to the picker of emoji: both are fetched on first use.

import { toast } from "./toast.js";

const offline = "No connection to the server. Try again in a moment.";

export async function pickEmoji(button, onChoice) {
    try {
        (await import("./composer/emoji.js")).pickEmoji(button, onChoice);
    } catch {
        toast(offline);
    }
}

export class MessageMenu {
    /** @param {object} options of the menu itself */
    constructor(options) {
        this.options = options;
        document.addEventListener("click", (event) => {
            const button = event.target.closest(".message-actions");
            if (!button || event.metaKey || event.ctrlKey || event.shiftKey) return;
            // Without scripts it leads to the details.
            event.preventDefault();
            this.#open(button);
        });
        document.addEventListener("keydown", (event) => {
            if (event.key !== " " || !event.target.matches(".message-actions")) return;
            event.preventDefault();
            event.target.click();
        });
    }

    async #open(button) {
        try {
            const { Menu } = await import("./thread/menu.js");
            this.menu ??= new Menu(this.options);
        } catch {
            toast(offline);
            return;
        }
        // Its bubble may have been replaced meanwhile, as when it was delivered.
        const message = button.closest(".message").id;
        const now = button.isConnected ? button : document.getElementById(message)?.querySelector(".message-actions");
        if (now) this.menu.open(now);
    }
}
