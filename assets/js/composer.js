// Where an agent writes: draft, answering, files, sending, and the end of the window.

import { Attachments } from "./attachments.js";
import { count } from "./characters.js";
import { DraftKeeper } from "./drafts.js";
import { request } from "./http.js";
import { pickEmoji } from "./message-menu.js";
import { span } from "./times.js";
import { toast, toastError } from "./toast.js";

/** Shown when so many characters are left. */
const counterFrom = 200;
const soonMilliseconds = 2 * 60 * 60 * 1000;
/** What is about to leave needs a minute of the window. */
const marginMilliseconds = 60_000;

const number = (count) => count.toLocaleString("en-GB");

export class Composer {
    /**
     * @param {HTMLElement} pane
     * @param {{conversation: string, address: string, drafts: import("./drafts.js").DraftStore, onDraft: (text: string) => void,
     *     onQuoteLast: () => void, onSend: (message: {clientId: string, conversation: string, body: Object}) => void}} options
     */
    constructor(pane, { conversation, address, drafts, onSend, onDraft, onQuoteLast }) {
        Object.assign(this, { pane, conversation, address, onSend, onQuoteLast });
        this.form = pane.querySelector("#composer");
        this.bar = pane.querySelector("#window-bar");
        this.closesAt = Number(this.bar.dataset.closesAt) || 0;
        this.timer = setInterval(() => this.showWindow(), 1000);
        if (!this.form) return;
        this.text = pane.querySelector("#text");
        this.text.required = false;
        this.limit = Number(this.form.dataset.textLimit);
        this.captionLimit = Number(this.form.dataset.captionLimit);
        this.attachments = new Attachments(this.form, { onChange: () => this.#fit(), onSend: () => this.send() });
        this.form.addEventListener("submit", (event) => {
            event.preventDefault();
            const { submitter } = event;
            if (submitter?.closest("#later-sheet")) this.#sendLater(submitter);
            else this.send();
        });
        this.text.addEventListener("input", () => this.#edited());
        this.text.addEventListener("keydown", (event) => this.#key(event));
        this.collision = pane.querySelector("#collision");
        this.collision.querySelector("button").addEventListener("click", () => {
            this.collision.hidden = true;
            this.focus();
        });
        pane.querySelector("#answering button").addEventListener("click", () => this.answer(undefined));
        pane.querySelector("#choose-template").addEventListener("click", (event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            this.chooseTemplate();
        });
        this.#setUpDraft(drafts, onDraft);
        this.#setUpQuickReplies();
        this.#setUpEmoji();
        this.#setUpVoice();
        this.#edited();
        // A draft is gone on with at its end.
        this.text.selectionStart = this.text.value.length;
        this.showWindow();
        if (!this.isOpen) this.chooseTemplate({ focus: false });
    }

    close() {
        this.isClosed = true;
        clearInterval(this.timer);
        this.attachments?.close();
        this.draft?.close();
        this.recorder?.close();
    }

    get isOpen() {
        return Boolean(this.form && !this.form.hidden);
    }

    focus() {
        if (!this.isOpen) return;
        this.#write();
        this.text.focus();
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

    /** Somebody else answered: what is being written may be said already. */
    warn(writer) {
        if (!this.form || !this.text.value.trim()) return;
        const who = document.createElement("bdi");
        who.textContent = writer;
        const words = writer === "You" ? ["You answered in another window"] : [who, " answered"];
        this.collision.querySelector("span").replaceChildren(...words, " while this was being written. Look at it before you send.");
        this.collision.hidden = false;
    }

    /** Hands over what is written, as soon as the files beside it are uploaded. What is written or attached meanwhile stays for the next. */
    async send({ sendAt } = {}) {
        const written = this.text.value;
        const text = written.trim();
        if (this.isBusy || count(text) > this.limit || this.quickReplies?.isUnfilled() || !this.attachments.haveGoodCaptions()) return;
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
            items.map(({ file, caption }) => ({ ...file, caption: file.takesCaption ? caption.value.trim() : "" })),
            text,
        );
        // Answered is with the first of them.
        if (answered && bodies.length > 0) bodies[0].replyTo = answered.id;
        // The draft goes with the message that has its text, which is the first.
        if (text) bodies[0].draft = this.draft.sentVersion;
        for (const body of bodies) body.sendAt = sendAt;
        for (const body of bodies) this.onSend({ clientId: newID(), conversation: this.conversation, body });
        this.attachments.clear(items);
        this.collision.hidden = true;
        const now = this.text.value;
        if (now.startsWith(written)) this.text.value = now.slice(written.length).trimStart();
        this.#edited();
        this.draft.flush();
        if (this.answered === answered) this.answer(undefined);
    }

    /** What is posted: the text is the first file's caption, unless that has one, can't have one or the text is too long for it. */
    #bodies(files, text) {
        const isCaption = files[0]?.takesCaption && !files[0].caption && count(text) <= this.captionLimit;
        const bodies = files.map(({ id, kind, name, caption }) => ({
            media: { kind, id, filename: kind === "document" ? name : undefined, caption: caption || undefined },
        }));
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
        if (this.seeking && !this.quickReplies && ["Enter", "Tab"].includes(event.key)) {
            event.preventDefault();
            this.seeking.then(() => this.quickReplies?.list.chooseSoon());
            return;
        }
        if (event.key === "ArrowUp" && !this.text.value && !event.isComposing && !event.shiftKey && !event.altKey) {
            event.preventDefault();
            this.onQuoteLast();
            return;
        }
        // Enter chooses a word while an input method is composing.
        if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.altKey) return;
        if (matchMedia("(pointer: coarse)").matches) return;
        event.preventDefault();
        this.send();
    }

    #edited() {
        this.draft.edited(this.text.value);
        this.#fit();
        const rest = this.limit - count(this.text.value);
        const counter = this.pane.querySelector("#counter");
        const tooMany = `This is ${number(-rest)} characters too long: a message has at most ${number(this.limit)}.`;
        counter.hidden = rest > counterFrom;
        counter.textContent = rest >= 0 ? `${rest} characters left` : tooMany;
        this.text.setAttribute("aria-invalid", String(rest < 0));
    }

    // Later

    async #sendLater(button) {
        const module = await import("./composer/later.js").catch(toastError);
        if (!module) return;
        const isEmpty = !this.text.value.trim() && this.attachments.items.length === 0;
        const at = module.chosen(this.pane, button, isEmpty);
        if (at) this.send({ sendAt: at.toISOString() });
    }

    // Drafts

    #setUpDraft(store, onSaved) {
        const { dataset } = this.form;
        const address = `${this.address}/draft`;
        const bar = this.pane.querySelector("#draft-conflict");
        this.draft = new DraftKeeper({
            conversation: this.conversation,
            store,
            limit: this.limit,
            // Also while the page is being left.
            save: async (draft) => (await request(address, { method: "POST", json: draft, keepalive: true })).json(),
            load: async () => (await request(address)).json(),
            onText: (text) => {
                this.text.value = text;
                this.#edited();
            },
            onConflict: (other) => {
                bar.hidden = other === undefined;
                bar.querySelector("q").textContent = (other ?? "").slice(0, 200);
            },
            onSaved,
        });
        bar.querySelector("[value=swap]").addEventListener("click", () => this.draft.swap());
        bar.querySelector("[value=keep]").addEventListener("click", () => this.draft.settle());
        this.text.value = this.draft.open({ text: this.text.value, version: Number(dataset.draftVersion), at: Number(dataset.draftAt) });
    }

    /** Something happened in this conversation: perhaps what is begun here was sent elsewhere. */
    checkDraft() {
        if (this.isOpen && this.text.value) this.draft.check();
    }

    // Voice messages

    #setUpVoice() {
        const button = this.pane.querySelector("#record");
        button.hidden = false;
        button.addEventListener("click", async () => {
            const module = await import("./composer/voice.js").catch(toastError);
            if (!module || this.isClosed) return;
            this.recorder ??= new module.Recorder(this.form, (media) => {
                const body = { media, replyTo: this.answered?.id };
                this.onSend({ clientId: newID(), conversation: this.conversation, body });
                this.answer(undefined);
            });
            this.recorder.start();
        });
    }

    /** Files or a recording that would be lost by leaving. */
    get hasUnsentFiles() {
        return this.attachments?.items.length > 0 || Boolean(this.recorder?.isBusy);
    }

    #setUpEmoji() {
        const button = this.pane.querySelector("#emoji");
        button.hidden = false;
        button.addEventListener("click", () =>
            pickEmoji(button, (emoji) => {
                this.text.focus();
                this.text.setRangeText(emoji, this.text.selectionStart, this.text.selectionEnd, "end");
                this.#edited();
            }),
        );
    }

    // Quick replies

    #setUpQuickReplies() {
        const button = this.pane.querySelector("#quick-reply");
        button.hidden = false;
        button.addEventListener("pointerdown", (event) => event.preventDefault());
        button.addEventListener("click", () => {
            this.focus();
            const { selectionStart: start, selectionEnd: end, value } = this.text;
            this.text.setRangeText(start > 0 && !/\s/u.test(value[start - 1]) ? " /" : "/", start, end, "end");
            this.text.dispatchEvent(new Event("input", { bubbles: true }));
        });
        for (const kind of ["input", "click", "keyup"]) this.text.addEventListener(kind, () => this.#seekQuickReply());
    }

    /** Fetches them with the first slash; from then on they see by themselves. */
    #seekQuickReply() {
        if (/(?:^|\s)\/\S*$/u.test(this.text.value.slice(0, this.text.selectionStart))) this.seeking ??= this.#fetchQuickReplies();
    }

    async #fetchQuickReplies() {
        try {
            const { QuickReplies } = await import("./composer/quick-replies.js");
            this.quickReplies = new QuickReplies(this.text, this.pane.querySelector("#quick-replies"), {
                address: `${this.address}/quick-replies`,
                note: this.pane.querySelector("#unfilled"),
            });
        } catch {
            // Without a connection a slash is a slash.
            this.seeking = undefined;
        }
    }

    /** Grows with the text where CSS alone can't. */
    #fit() {
        if (CSS.supports("field-sizing", "content")) return;
        this.text.style.height = "auto";
        this.text.style.height = `${this.text.scrollHeight + 2}px`;
    }

    // Templates

    /** Shows the templates in place of the text. */
    async chooseTemplate({ focus = true } = {}) {
        const element = this.pane.querySelector("#template-picker");
        if (!this.form) return;
        const attempt = {};
        this.choosing = attempt;
        // What is there stays until this has come.
        const module = await import("./template-picker.js").catch(toastError);
        if (!module || this.isClosed || this.choosing !== attempt) return;
        this.area = element.parentElement;
        this.area.classList.add("picking");
        this.pane.querySelector("[data-without-picker]").hidden = true;
        this.picker ??= new module.TemplatePicker(element, {
            onSend: (message) => this.onSend({ ...message, conversation: this.conversation }),
            onLeave: () => (this.isOpen ? this.focus() : this.chooseTemplate({ focus: false })),
        });
        await this.picker.show({ canLeave: this.isOpen, focus });
    }

    /** Back to free text; what was filled in stays for when the templates are shown again. */
    #write() {
        this.choosing = undefined;
        this.area?.classList.remove("picking");
        this.picker?.hide();
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
        if (isOpen) this.#write();
        else this.chooseTemplate({ focus: false });
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
