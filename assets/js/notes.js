// Notes for colleagues: where they are written, and whom they call.

import { count } from "./characters.js";
import { parse, request } from "./http.js";
import { toastError } from "./toast.js";

export class Notes {
    /**
     * @param {HTMLElement} pane
     * @param {{key: string, onNote: (bubble: Element) => void, onReply: () => void}} options `key` names the draft in the browser's storage
     */
    constructor(pane, { key, onNote, onReply }) {
        Object.assign(this, { key, onNote });
        this.form = pane.querySelector("#noting");
        if (!this.form) return;
        this.choice = pane.querySelector("#compose-note");
        this.text = this.form.elements.text;
        this.error = pane.querySelector("#note-error");
        this.limit = Number(this.form.dataset.textLimit);
        this.text.required = false;
        this.text.value = localStorage.getItem(key) ?? "";
        const names = [...pane.querySelectorAll("#callable option")].map((option) => option.value);
        const panel = pane.querySelector("#callables");
        const offer = async () => (await import("./composer/mentions.js")).offerNames(this.text, panel, names);
        this.text.addEventListener("focus", offer, { once: true });
        this.text.addEventListener("input", () => this.#edited());
        this.text.addEventListener("keydown", (event) => this.#key(event));
        this.form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.save();
        });
        this.choice.addEventListener("change", () => this.focus());
        this.reply = pane.querySelector("#compose-reply");
        this.reply.addEventListener("change", onReply);
    }

    focus() {
        if (!this.form) return;
        this.choice.checked = true;
        this.text.focus();
    }

    /** Back to writing to the customer. */
    leave() {
        if (this.reply) this.reply.checked = true;
    }

    async save() {
        const text = this.text.value.trim();
        if (!text) return;
        if (this.isBusy) {
            this.isWanted = true;
            return;
        }
        if (count(text) > this.limit) {
            this.#refuse(`The note has ${count(text)} characters, and ${this.limit} is the most. Shorten it, or make two of it.`);
            return;
        }
        this.isBusy = true;
        try {
            const answer = await request(this.form.action, { method: "POST", fields: { text } });
            if (this.text.value.trim() === text) this.text.value = "";
            this.#edited();
            for (const bubble of parse(await answer.text()).querySelectorAll("[data-message]")) this.onNote(bubble);
        } catch (problem) {
            if (problem.detail) this.#refuse(problem.detail);
            else toastError(problem);
        } finally {
            this.isBusy = false;
            // What was written meanwhile was to be saved too, unless it is what has just failed.
            const isWanted = this.isWanted && this.text.value.trim() !== text;
            this.isWanted = false;
            if (isWanted) this.save();
        }
    }

    #refuse(sentence) {
        this.error.textContent = sentence;
        this.error.hidden = false;
    }

    #edited() {
        this.error.hidden = true;
        try {
            if (this.text.value.trim()) localStorage.setItem(this.key, this.text.value);
            else localStorage.removeItem(this.key);
        } catch {
            // A full storage costs the draft, nothing else.
        }
    }

    #key(event) {
        if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.altKey) return;
        if (event.defaultPrevented || matchMedia("(pointer: coarse)").matches) return;
        event.preventDefault();
        this.save();
    }
}
