// Quick replies: a list over the field while a word that begins with a slash is written. Fetched on first use.

import { request } from "../http.js";
import { PickList } from "./pick-list.js";

/** Without typing for so long, the server is asked when it has more than it gave. */
const askMilliseconds = 150;
/** The server gives no more at once. */
const answerLimit = 50;

/** The word before the caret when it begins with a slash: where it begins, and what stands behind the slash. */
export function soughtWord(text, caret) {
    const found = /(?:^|\s)\/([^\s/]*)$/u.exec(text.slice(0, caret));
    return found ? { start: caret - found[1].length - 1, part: found[1] } : undefined;
}

/** Those that have the part in shortcut or text; first those whose shortcut begins with it. */
export function matching(replies, part) {
    const sought = part.toLowerCase();
    const found = replies.filter((reply) => reply.shortcut.includes(sought) || reply.text.toLowerCase().includes(sought));
    const isFirst = (reply) => reply.shortcut.startsWith(sought);
    return [...found.filter(isFirst), ...found.filter((reply) => !isFirst(reply))];
}

export class QuickReplies {
    /**
     * @param {HTMLTextAreaElement} field
     * @param {HTMLElement} panel
     * @param {{address: string, note: HTMLElement}} options the note says what is to be filled in by hand
     */
    constructor(field, panel, { address, note }) {
        Object.assign(this, { field, address, note, unfilled: [] });
        this.list = new PickList(field, panel, {
            word: soughtWord,
            find: (part, show) => this.#find(part, show),
            draw,
            insert: (reply) => reply.text,
            inserted: (reply, start) => {
                this.unfilled = [...new Set([...this.unfilled, ...reply.missing.map((name) => `{${name}}`)])];
                this.isUnfilled(start);
            },
            says: (count) => this.#says(count),
        });
    }

    /** They were changed: fetches them anew at the next use. */
    forget() {
        this.replies = undefined;
    }

    async #find(part, show) {
        clearTimeout(this.timer);
        try {
            if (!this.replies) {
                this.loading ??= this.#ask("").finally(() => {
                    this.loading = undefined;
                });
                this.replies = await this.loading;
            }
            const known = matching(this.replies, part);
            show(known);
            if (this.replies.length < answerLimit || !part) return;
            this.timer = setTimeout(() => this.#ask(part).then(show, (error) => show(known, sentence(error))), askMilliseconds);
        } catch (error) {
            show([], sentence(error));
        }
    }

    async #ask(part) {
        const answer = await request(`${this.address}?find=${encodeURIComponent(part)}`);
        return (await answer.json()).data;
    }

    #says(count) {
        if (count > 0) return `${count} quick ${count === 1 ? "reply" : "replies"}`;
        return this.replies.length === 0 ? "There are no quick replies yet." : "No quick reply has this in its shortcut or text.";
    }

    /** Selects a place that is to be filled by hand, and says so; nothing is sent with one. */
    isUnfilled(from = 0) {
        const { field } = this;
        this.unfilled = this.unfilled.filter((name) => field.value.includes(name));
        const place = this.unfilled.find((name) => field.value.includes(name, from));
        this.note.hidden = !place;
        if (!place) return false;
        this.note.textContent = `Nothing is known for ${place}: write what belongs there.`;
        const at = field.value.indexOf(place, from);
        field.focus();
        field.setSelectionRange(at, at + place.length);
        return true;
    }
}

const sentence = (error) => error.detail ?? "No connection to the server. Try again in a moment.";

function draw(item, reply) {
    const name = document.createElement("code");
    name.dir = "auto";
    name.textContent = `/${reply.shortcut}`;
    const preview = document.createElement("span");
    preview.dir = "auto";
    preview.textContent = reply.preview;
    item.append(name, preview);
}
