// What was written and hasn't reached the server yet. No DOM here; tested by `node --test`.
//
// An entry keeps its client id for life, and the server takes a client id once: so sending again after a lost answer, a reload or a second click
// does no harm. Entries of one conversation leave one at a time, in the order in which they were written.

/**
 * @typedef {Object} Entry
 * @property {string} clientId
 * @property {string} conversation
 * @property {Object} body what is posted, without the client id
 * @property {string} [shown] what it says, when that isn't in the body
 * @property {number} at milliseconds
 * @property {"waiting"|"sending"|"failed"} state
 * @property {string} [reason] why it failed
 */

/** Milliseconds until the next try while there is no connection; the last one repeats. */
export const retryDelays = [1000, 2000, 4000, 8000, 15000, 30000];

export class Outbox {
    /**
     * @param {Object} seams
     * @param {Storage} seams.storage
     * @param {string} seams.scope keeps workspaces apart in the storage
     * @param {(entry: Entry) => Promise<unknown>} seams.post rejects with `isTemporary` false when the server refused for good
     * @param {(change: {entry: Entry, type: "added"|"sending"|"waiting"|"failed"|"sent"|"removed", answer?: unknown}) => void} seams.onChange
     * @param {(work: () => void, milliseconds: number) => unknown} [seams.schedule]
     * @param {(name: string, work: () => Promise<void>) => Promise<void>} [seams.exclusively] one at a time over all tabs
     * @param {() => number} [seams.now]
     */
    constructor({ storage, scope, post, onChange, schedule = later, exclusively = (_, work) => work(), now = Date.now }) {
        Object.assign(this, { storage, prefix: `outbox:${scope}:`, post, onChange, schedule, exclusively, now });
        /** Entries that the storage had no room for, and so live in this tab only. */
        this.unstored = new Map();
        this.running = new Set();
        this.failures = new Map();
    }

    /** All entries of a conversation, or of all, in the order in which they were written. */
    entries(conversation) {
        const found = new Map(this.unstored);
        for (let index = 0; index < this.storage.length; index++) {
            const key = this.storage.key(index);
            if (!key?.startsWith(this.prefix)) continue;
            try {
                const entry = JSON.parse(this.storage.getItem(key));
                found.set(entry.clientId, entry);
            } catch {
                this.storage.removeItem(key);
            }
        }
        return [...found.values()].filter((entry) => !conversation || entry.conversation === conversation).sort(byOrder);
    }

    find(clientId) {
        const text = this.storage.getItem(this.prefix + clientId);
        return text ? JSON.parse(text) : this.unstored.get(clientId);
    }

    /** Takes a message in and starts sending. The same client id twice is one message. */
    add({ clientId, conversation, body, shown }) {
        if (this.find(clientId)) return;
        const last = this.entries(conversation).at(-1);
        const entry = { clientId, conversation, body, shown, at: Math.max(this.now(), (last?.at ?? 0) + 1), state: "waiting" };
        this.#store(entry);
        this.onChange({ entry, type: "added" });
        this.pump(conversation);
    }

    /** Sends a failed one again, as the same message. */
    retry(clientId) {
        const entry = this.find(clientId);
        if (entry?.state !== "failed") return;
        this.#change(entry, "waiting");
        this.pump(entry.conversation);
    }

    /** Forgets one: the person deleted it, or the server has it. */
    remove(clientId, type = "removed", answer = undefined) {
        const entry = this.find(clientId);
        if (!entry) return;
        this.storage.removeItem(this.prefix + clientId);
        this.unstored.delete(clientId);
        this.onChange({ entry, type, answer });
    }

    /** Goes on with everything: after a reload, and when the connection is back. */
    resume() {
        this.failures.clear();
        for (const conversation of new Set(this.entries().map((entry) => entry.conversation))) this.pump(conversation);
    }

    /** Sends what waits in a conversation, one after the other. */
    async pump(conversation) {
        if (this.running.has(conversation)) return;
        this.running.add(conversation);
        let pauseMilliseconds = 0;
        try {
            await this.exclusively(this.prefix + conversation, async () => {
                while (pauseMilliseconds === 0) {
                    const entry = this.entries(conversation).find((entry) => entry.state !== "failed");
                    if (!entry) break;
                    pauseMilliseconds = await this.#send(entry);
                }
            });
        } finally {
            this.running.delete(conversation);
        }
        if (pauseMilliseconds > 0) this.schedule(() => this.pump(conversation), pauseMilliseconds);
        // Something may have been added between the last look and the end.
        else if (this.entries(conversation).some((entry) => entry.state !== "failed")) this.pump(conversation);
    }

    /** Milliseconds to wait before going on; 0 to go on at once. */
    async #send(entry) {
        this.#change(entry, "sending");
        try {
            const answer = await this.post(entry);
            this.failures.delete(entry.conversation);
            this.remove(entry.clientId, "sent", answer);
            return 0;
        } catch (error) {
            // Deleted meanwhile, or brought by the stream of changes.
            if (!this.find(entry.clientId)) return 0;
            if (error?.isTemporary === false) {
                this.#change(entry, "failed", error.detail ?? String(error.message ?? error));
                return 0;
            }
            const tries = this.failures.get(entry.conversation) ?? 0;
            this.failures.set(entry.conversation, tries + 1);
            this.#change(entry, "waiting");
            return error?.retryAfterSeconds ? error.retryAfterSeconds * 1000 : retryDelays[Math.min(tries, retryDelays.length - 1)];
        }
    }

    #change(entry, state, reason) {
        entry.state = state;
        entry.reason = reason;
        this.#store(entry);
        this.onChange({ entry, type: state });
    }

    #store(entry) {
        try {
            this.storage.setItem(this.prefix + entry.clientId, JSON.stringify(entry));
            this.unstored.delete(entry.clientId);
        } catch {
            this.unstored.set(entry.clientId, entry);
        }
    }
}

const later = (work, milliseconds) => setTimeout(work, milliseconds);

function byOrder(one, other) {
    return one.at - other.at || (one.clientId < other.clientId ? -1 : 1);
}
