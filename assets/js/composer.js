// Where an agent writes: draft, answering, files, sending, and the end of the window.

import { Attachments } from "./attachments.js";
import { span } from "./times.js";
import { toast } from "./toast.js";

/** Shown when so many characters are left. */
const counterFrom = 200;
const soonMilliseconds = 2 * 60 * 60 * 1000;
/** What is about to leave needs a minute of the window. */
const marginMilliseconds = 60_000;

/** Characters as the server counts them. */
const count = (text) => [...text].length;

export const drafts = {
    key: (conversation) => `draft:${document.getElementById("inbox").dataset.account}:${conversation}`,
    get: (conversation) => localStorage.getItem(drafts.key(conversation)) ?? "",
    set(conversation, text) {
        try {
            if (text.trim()) localStorage.setItem(drafts.key(conversation), text);
            else localStorage.removeItem(drafts.key(conversation));
        } catch {
            // A full storage costs the draft, nothing else.
        }
    },
};

export class Composer {
    /**
     * @param {HTMLElement} pane
     * @param {{conversation: string, onSend: (message: {clientId: string, conversation: string, body: Object}) => void, onDraft: () => void}} options
     */
    constructor(pane, { conversation, onSend }) {
        Object.assign(this, { pane, conversation, onSend });
        this.form = pane.querySelector("#composer");
        this.bar = pane.querySelector("#window-bar");
        this.closesAt = Number(this.bar.dataset.closesAt) || 0;
        this.timer = setInterval(() => this.showWindow(), 1000);
        if (!this.form) return;
        this.text = pane.querySelector("#text");
        this.text.required = false;
        this.limit = Number(this.form.dataset.textLimit);
        this.captionLimit = Number(this.form.dataset.captionLimit);
        this.attachments = new Attachments(this.form, () => this.#fit());
        this.form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.send();
        });
        this.text.addEventListener("input", () => this.#edited());
        this.text.addEventListener("keydown", (event) => this.#key(event));
        pane.querySelector("#answering button").addEventListener("click", () => this.answer(undefined));
        this.text.value = drafts.get(conversation);
        this.#fit();
        this.showWindow();
    }

    close() {
        this.isClosed = true;
        clearInterval(this.timer);
        this.attachments?.close();
    }

    get isOpen() {
        return Boolean(this.form && !this.form.hidden);
    }

    focus() {
        if (this.isOpen) this.text.focus();
    }

    /** The message that is answered, or none: `{id, writer, text}`. */
    answer(quoted) {
        this.answered = quoted;
        const strip = this.pane.querySelector("#answering");
        strip.hidden = !quoted;
        if (quoted) {
            strip.querySelector("b").textContent = quoted.writer;
            strip.querySelector(".quote span").textContent = quoted.text;
        }
        this.focus();
    }

    /** Hands over what is written, as soon as the files beside it are uploaded. What is written or attached meanwhile stays for the next. */
    async send() {
        const written = this.text.value;
        const text = written.trim();
        if (this.isBusy || count(text) > this.limit) return;
        const chosen = [...this.attachments.items];
        const { answered } = this;
        let items = [];
        if (chosen.length > 0) {
            this.#busy(true);
            items = await this.attachments.finish(chosen);
            this.#busy(false);
            if (this.isClosed) return;
            if (!items.every((item) => item.file)) {
                toast("A file couldn't be uploaded, so nothing was sent yet. Remove that file and send again.", { stays: true });
                return;
            }
        }
        const bodies = this.#bodies(
            items.map((item) => item.file),
            text,
        );
        // Answered is with the first of them.
        if (answered && bodies.length > 0) bodies[0].replyTo = answered.id;
        for (const body of bodies) this.onSend({ clientId: newID(), conversation: this.conversation, body });
        this.attachments.clear(items);
        const now = this.text.value;
        if (now.startsWith(written)) this.text.value = now.slice(written.length).trimStart();
        this.#edited();
        if (this.answered === answered) this.answer(undefined);
    }

    /** What is posted: the text is the first file's caption, unless that can't have one or the text is too long for it. */
    #bodies(files, text) {
        const isCaption = files[0]?.takesCaption && count(text) <= this.captionLimit;
        const bodies = files.map(({ id, kind, name }) => ({ media: { kind, id, filename: kind === "document" ? name : undefined } }));
        if (!text) return bodies;
        if (!isCaption) return [{ text: { body: text } }, ...bodies];
        bodies[0].media.caption = text;
        return bodies;
    }

    #busy(isBusy) {
        this.isBusy = isBusy;
        this.form.querySelector(".send").setAttribute("aria-busy", String(isBusy));
    }

    #key(event) {
        // Enter chooses a word while an input method is composing.
        if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.altKey || event.ctrlKey) return;
        if (matchMedia("(pointer: coarse)").matches) return;
        event.preventDefault();
        this.send();
    }

    #edited() {
        drafts.set(this.conversation, this.text.value);
        this.#fit();
        const rest = this.limit - count(this.text.value);
        const counter = this.pane.querySelector("#counter");
        counter.hidden = rest > counterFrom;
        counter.textContent = rest >= 0 ? `${rest} characters left` : `${-rest} characters too many`;
    }

    /** Grows with the text where CSS alone can't. */
    #fit() {
        if (CSS.supports("field-sizing", "content")) return;
        this.text.style.height = "auto";
        this.text.style.height = `${this.text.scrollHeight + 2}px`;
    }

    // The window

    setWindow(closesAt) {
        this.closesAt = Number(closesAt) || 0;
        this.showWindow();
    }

    showWindow(now = Date.now()) {
        const rest = this.closesAt - now;
        const isOpen = rest > marginMilliseconds;
        const text = `Reply window closes in ${span(rest)}`;
        const words = this.bar.querySelector("span");
        if (isOpen && words.textContent !== text) words.textContent = text;
        this.bar.hidden = !isOpen;
        this.bar.classList.toggle("soon", rest < soonMilliseconds);
        if (!this.form || this.form.hidden === !isOpen) return;
        this.form.hidden = !isOpen;
        this.pane.querySelector("#window-closed").hidden = isOpen;
    }
}

/** A UUID; `crypto.randomUUID` is missing on plain http. */
export function newID() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
