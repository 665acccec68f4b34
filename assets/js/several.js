// What is done with several conversations of the list at once.

import { request } from "./http.js";
import { toast, toastError } from "./toast.js";

/** By action: what is said when it is done. */
const words = {
    unread: "marked as unread",
    close: "closed",
    archive: "archived",
    reopen: "open again",
    snooze: "snoozed",
    assign: "assigned",
    "add-label": "labelled",
    "remove-label": "without the label",
};

const count = (number) => (number === 1 ? "1 conversation" : `${number} conversations`);

export class Several {
    /**
     * @param {import("./list.js").ConversationList} list
     * @param {import("./undo.js").Undo} undo
     */
    constructor(list, undo) {
        Object.assign(this, { list, undo });
        this.form = document.getElementById("several");
        if (!this.form) return;
        list.element.addEventListener("change", () => this.#show());
        // Also when a chosen row leaves the list.
        new MutationObserver(() => this.#show()).observe(list.element, { childList: true });
        // The boxes stand outside of the form, and are back only after this event.
        this.form.addEventListener("reset", () => setTimeout(() => this.#show()));
        this.#show();
    }

    get #boxes() {
        return [...this.list.element.querySelectorAll(".choice input")];
    }

    #show() {
        const chosen = this.#boxes.filter((box) => box.checked).length;
        const text = chosen > 0 ? `${count(chosen)} chosen` : "";
        const place = document.getElementById("several-count");
        if (place.textContent !== text) place.textContent = text;
    }

    /** Chooses a row, or takes it back. */
    toggle(conversation) {
        const box = this.form && this.list.row(conversation)?.querySelector(".choice input");
        if (!box) return;
        box.checked = !box.checked;
        this.#show();
    }

    send(form, button) {
        const fields = [...new FormData(form, button)];
        const { label } = Object.fromEntries(fields);
        const chosen = fields.filter(([name]) => name === "conversations").map(([, conversation]) => conversation);
        return this.undo.around(button.value, chosen, () => this.#send(form, fields, chosen, button.value), { label });
    }

    /** Gives what is said of it. */
    async #send(form, fields, chosen, action) {
        const error = document.getElementById("several-error");
        error.hidden = true;
        try {
            // Its buttons are named action, too, and would stand for the address.
            const answer = await request(form.getAttribute("action"), { method: "POST", fields });
            const { changed } = await answer.json();
            document.getElementById("several-sheet").hidePopover();
            // Others may have been chosen meanwhile.
            for (const box of this.#boxes) if (chosen.includes(box.value)) box.checked = false;
            this.#show();
            if (changed > 0) return `${count(changed)} ${words[action]}`;
            toast("Nothing to change: all of them were so already");
        } catch (problem) {
            if (problem.detail && document.getElementById("several-sheet").matches(":popover-open")) {
                error.textContent = problem.detail;
                error.hidden = false;
            } else {
                toastError(problem);
            }
        }
    }
}
