// Tells colleagues that this conversation is before somebody's eyes and whether they write, and shows who else is there.

import { newID } from "./composer.js";
import { fragment, request } from "./http.js";

const viewingMilliseconds = 20_000;
/** While keys are pressed, it is said this often. */
const writingMilliseconds = 3000;

export class PresenceSigns {
    /** @param {HTMLElement} pane @param {string} address of the conversation */
    constructor(pane, address) {
        this.pane = pane;
        this.address = `${address}/presence`;
        /** Tells this window from others, and this visit from the one before. */
        this.page = newID();
        this.shown = pane.querySelector("#presence");
        this.writtenAt = 0;
        this.timer = setInterval(() => this.#say("viewing"), viewingMilliseconds);
        this.onInput = (event) => event.target.matches?.("#text") && this.#wrote(event.target.value);
        this.onVisibility = () => this.#say(document.hidden ? "left" : "viewing");
        this.onLeave = () => this.#leave();
        pane.addEventListener("input", this.onInput);
        document.addEventListener("visibilitychange", this.onVisibility);
        addEventListener("pagehide", this.onLeave);
        this.#say("viewing");
    }

    close() {
        this.isClosed = true;
        clearInterval(this.timer);
        this.pane.removeEventListener("input", this.onInput);
        document.removeEventListener("visibilitychange", this.onVisibility);
        removeEventListener("pagehide", this.onLeave);
        this.#leave();
    }

    /** The conversation isn't there any more: nothing is said or asked about it. */
    abandon() {
        this.isAbandoned = true;
    }

    /** Somebody came, went or began to write. */
    async refresh() {
        if (!this.isAbandoned) await this.#ask();
    }

    /** What was written has been sent. */
    stopWriting() {
        this.writtenAt = 0;
        this.#say("viewing");
    }

    #wrote(text) {
        const now = Date.now();
        if (!text.trim()) return this.#say("viewing");
        if (now - this.writtenAt < writingMilliseconds) return;
        this.writtenAt = now;
        this.#say("writing");
    }

    async #say(activity) {
        if (this.isAbandoned || (document.hidden && activity !== "left")) return;
        await this.#ask({ method: "POST", fields: { activity, page: this.page } });
    }

    /** Shows who is there. One request after the other: what was done later must not be told before. */
    #ask(options) {
        this.asking = (this.asking ?? Promise.resolve()).then(async () => {
            try {
                const people = await fragment(this.address, options);
                if (!this.isClosed) this.shown?.replaceChildren(people);
            } catch {
                // Nobody misses a sign that is given again soon.
            }
        });
        return this.asking;
    }

    #leave() {
        if (this.isAbandoned) return;
        request(this.address, { method: "POST", fields: { activity: "left", page: this.page }, keepalive: true }).catch(() => {});
    }
}
