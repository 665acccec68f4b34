// What is begun and not sent: kept in this browser at once, and on the server after a pause, so that it follows the person to another browser.
// No DOM here; tested by `node --test`.
//
// A text is saved over the version that was seen. When the server has another by then, nothing is saved: both texts stay reachable until the
// person chooses.

import { count } from "./characters.js";

/** Without typing for so long, a draft is saved. */
export const pauseMilliseconds = 1000;
/** After a failed try. */
const retryMilliseconds = 15_000;

/** @typedef {{text: string, version: number, isSaved: boolean, at: number}} LocalDraft */

/** The drafts of one person in this browser. */
export class DraftStore {
    constructor(storage, account) {
        Object.assign(this, { storage, account });
    }

    #key(conversation) {
        return `draft:${this.account}:${conversation}`;
    }

    /** @returns {LocalDraft | undefined} */
    get(conversation) {
        try {
            const draft = JSON.parse(this.storage.getItem(this.#key(conversation)));
            return typeof draft?.text === "string" ? draft : undefined;
        } catch {
            return undefined;
        }
    }

    set(conversation, draft) {
        try {
            if (draft.text.trim() || !draft.isSaved) this.storage.setItem(this.#key(conversation), JSON.stringify(draft));
            else this.storage.removeItem(this.#key(conversation));
        } catch {
            // A full storage costs the draft here, nothing else.
        }
    }
}

export class DraftKeeper {
    /**
     * @param {Object} seams
     * @param {string} seams.conversation
     * @param {DraftStore} seams.store
     * @param {number} seams.limit characters that the server keeps
     * @param {(draft: {text: string, version: number}) => Promise<{text: string, version: number}>} seams.save rejects with status 409 when changed elsewhere
     * @param {() => Promise<{text: string, version: number, updatedAt: string | null}>} seams.load
     * @param {(text: string) => void} seams.onText what is to stand in the field now
     * @param {(other: string | undefined) => void} seams.onConflict the text that isn't in the field
     * @param {(text: string) => void} [seams.onSaved]
     */
    constructor(seams) {
        Object.assign(this, { onSaved: () => {}, schedule: later, unschedule: (timer) => clearTimeout(timer), now: Date.now }, seams);
        Object.assign(this, { text: "", version: 0, savedText: "" });
    }

    /** What to show, given what the server had when it made the page. */
    open({ text, version, at }) {
        const local = this.store.get(this.conversation);
        Object.assign(this, { text, version, savedText: text });
        if (!local || local.text === text) {
            this.#keep();
            return this.text;
        }
        if (local.isSaved) {
            // The page may be older than what was saved last; the server knows.
            if (local.version > version) {
                this.text = this.savedText = local.text;
                this.version = local.version;
                this.check();
            } else this.#keep();
            return this.text;
        }
        if (version === 0 || version === local.version || !text) {
            this.text = local.text;
            this.#later(0);
        } else if (local.at >= at) {
            this.text = local.text;
            this.#conflict(text);
        } else this.#conflict(local.text);
        return this.text;
    }

    get isConflicting() {
        return this.other !== undefined;
    }

    edited(text) {
        if (text === this.text) return;
        this.text = text;
        this.#keep();
        this.#later(pauseMilliseconds);
    }

    /** The version of the draft that is being sent, so that it goes with the message. */
    get sentVersion() {
        return this.isConflicting || !this.savedText ? undefined : this.version;
    }

    /** Saves at once: the person leaves, or has sent it. */
    flush() {
        this.unschedule(this.timer);
        return this.#save();
    }

    close() {
        this.isClosed = true;
        return this.flush();
    }

    /** Takes what another browser saved or sent, unless something is being written here. */
    async check() {
        if (this.isConflicting || this.isSaving || this.text !== this.savedText) return;
        const { text } = this;
        try {
            const draft = await this.load();
            if (this.isClosed || this.isSaving || this.text !== text || draft.version === this.version) return;
            Object.assign(this, { text: draft.text, version: draft.version, savedText: draft.text });
            this.#keep();
            this.onText(this.text);
        } catch {
            // It is looked at again soon.
        }
    }

    // Two texts

    /** Puts the other one into the field, and keeps this one beside it. */
    swap() {
        [this.text, this.other] = [this.other, this.text];
        this.#keep();
        this.onText(this.text);
        this.onConflict(this.other);
    }

    /** The one in the field it is. */
    settle() {
        this.other = undefined;
        this.onConflict(undefined);
        return this.flush();
    }

    #conflict(other) {
        this.other = other;
        this.#keep();
        this.onConflict(other);
    }

    // Saving

    get #isDirty() {
        return this.text.trim() !== this.savedText.trim();
    }

    #keep() {
        const { text, version } = this;
        this.store.set(this.conversation, { text, version, isSaved: !this.#isDirty, at: this.now() });
    }

    #later(milliseconds) {
        this.unschedule(this.timer);
        this.timer = this.schedule(() => this.#save(), milliseconds);
    }

    async #save() {
        if (this.isSaving || this.isConflicting || !this.#isDirty) return;
        // More than a message holds stays in this browser.
        if (count(this.text) > this.limit) return;
        const { text } = this;
        this.isSaving = true;
        try {
            const draft = await this.save({ text, version: this.version });
            Object.assign(this, { version: draft.version, savedText: text });
            this.#keep();
            this.onSaved(text.trim() ? text : "");
        } catch (error) {
            if (error?.status === 409) await this.#changedElsewhere();
            else if (error?.isTemporary !== false && !this.isClosed) this.#later(retryMilliseconds);
            return;
        } finally {
            this.isSaving = false;
        }
        // Something may have been written meanwhile.
        if (this.#isDirty) await this.#save();
    }

    async #changedElsewhere() {
        if (this.isClosed) return;
        try {
            const draft = await this.load();
            Object.assign(this, { version: draft.version, savedText: draft.text });
            if (!this.text.trim()) {
                // Cleared or sent here: what was written elsewhere stands.
                this.text = draft.text;
                this.#keep();
                this.onText(this.text);
            } else if (draft.text.trim() && draft.text !== this.text) this.#conflict(draft.text);
            else this.#later(0);
        } catch {
            this.#later(retryMilliseconds);
        }
    }
}

const later = (work, milliseconds) => setTimeout(work, milliseconds);
