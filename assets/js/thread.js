// One conversation: its bubbles in order, day lines, scrolling, older pages.

import { arrange, before, nameDays, summary, writer } from "./bubbles.js";
import { fragment, request } from "./http.js";
import { toastError } from "./toast.js";
import { showState, unsentBubble } from "./unsent.js";

/** Within so many pixels of the end, a person is reading the end. */
const nearEndPixels = 100;
/** More than these make a page slow; the oldest are let go and can be fetched again. */
const bubbleLimit = 300;

let voices;

export class Thread {
    /**
     * @param {HTMLElement} pane holds the thread's head, messages and composer
     * @param {(bubble: Element) => void} onArrival a bubble that nobody here sent
     */
    constructor(pane, onArrival) {
        Object.assign(this, { pane, onArrival });
        this.element = pane.querySelector("#messages");
        this.conversation = this.element.dataset.conversation;
        this.state = this.element.dataset.state;
        this.address = `${document.getElementById("inbox").dataset.base}/whatsapp/${this.conversation}`;
        this.jump = pane.querySelector("#jump");
        // What is under way goes on with its own, also when the pane shows another conversation.
        const find = (id) => pane.querySelector(`#${id}`);
        this.closure = find("closure");
        this.assignment = { form: find("assignment"), sheet: find("assign-sheet"), error: find("assign-error") };
        this.more = { sheet: find("more-sheet"), error: find("more-error") };
        this.unseen = 0;
        /** Came while the end of the thread wasn't here. */
        this.missed = new Set();
        this.fetching = new Map();
        this.jump.addEventListener("click", () => this.goToEnd());
        this.element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
        this.element.addEventListener("submit", (event) => this.#sendInPlace(event));
        this.element.addEventListener("click", (event) => this.#followQuote(event));
        this.#watchStart();
        this.#watchEnd();
        this.#showVoices();
        this.#scrollAtFirst();
        // Pictures and fonts may still change heights while the end is in view.
        this.observer = new ResizeObserver(() => this.wasNearEnd && this.#toEnd());
        this.observer.observe(this.element);
    }

    close() {
        this.observer.disconnect();
        this.olderObserver.disconnect();
        this.newerObserver?.disconnect();
        this.isClosed = true;
    }

    get bubbles() {
        return [...this.element.querySelectorAll(":scope > [data-message], :scope > [data-client]")];
    }

    /** False after a jump to an old message, until the newest are fetched. */
    get hasEnd() {
        return !this.element.querySelector(":scope > .newer");
    }

    get isNearEnd() {
        return this.hasEnd && this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < nearEndPixels;
    }

    get isShown() {
        return this.pane.offsetParent !== null;
    }

    bubble(message) {
        return document.getElementById(`m-${message}`);
    }

    // Bubbles that come and change

    /** Fetches a message or note that is new or changed; several changes on the way become one more fetch. */
    async refresh(message) {
        if (this.fetching.has(message)) {
            this.fetching.set(message, true);
            return;
        }
        this.fetching.set(message, false);
        try {
            const page = await fragment(`${this.address}/${message.startsWith("nte_") ? "notes" : "messages"}/${message}`);
            if (this.isClosed) return;
            for (const bubble of page.querySelectorAll("[data-message]")) this.take(bubble);
        } catch (error) {
            if (error.status === 404) this.drop(message);
            else if (error.status) toastError(error);
        } finally {
            const again = this.fetching.get(message);
            this.fetching.delete(message);
            if (again && !this.isClosed) this.refresh(message);
        }
    }

    /** Fetches the lines about what was done, of which there may be a new one; several changes on the way become one more fetch. */
    async refreshActivity() {
        // They come with the end of the thread.
        if (!this.hasEnd) return;
        if (this.isFetchingActivity) {
            this.hasMoreActivity = true;
            return;
        }
        this.isFetchingActivity = true;
        this.hasMoreActivity = false;
        try {
            const page = await fragment(`${this.address}/messages`);
            if (this.isClosed) return;
            for (const line of page.querySelectorAll("[data-covers]")) this.take(line);
        } catch (error) {
            if (error.status && error.status !== 404) toastError(error);
        } finally {
            this.isFetchingActivity = false;
        }
        if (this.hasMoreActivity && !this.isClosed) this.refreshActivity();
    }

    /** Whether a line that is here tells all that this one does; lines that tell a part of it make room for it. */
    #isTold(line) {
        const told = line.dataset.covers.split(" ");
        for (const old of this.element.querySelectorAll(":scope > [data-covers]")) {
            const before = new Set(old.dataset.covers.split(" "));
            if (told.every((one) => before.has(one))) return true;
            if (old.id !== line.id && told.some((one) => before.has(one))) old.remove();
        }
        return false;
    }

    /** Fetches the newest page, after a gap in the stream. */
    async reload() {
        // The newest page has nothing in common with what is read here, which stays.
        if (!this.hasEnd) return;
        try {
            const page = await fragment(`${this.address}/messages`);
            if (this.isClosed) return;
            const fetched = [...page.querySelectorAll("[data-message]")];
            // Nothing in common: more was missed than a page holds, or the page has grown too long.
            if (!fetched.some((bubble) => this.bubble(bubble.dataset.message)) || this.bubbles.length > bubbleLimit) {
                const unsent = this.bubbles.filter((bubble) => !bubble.dataset.message);
                this.element.replaceChildren(page, ...unsent);
                this.#watchStart();
                this.arrange();
                this.scrollToEnd();
            } else {
                for (const bubble of fetched) this.take(bubble);
            }
        } catch (error) {
            if (error.status) toastError(error);
        }
    }

    /** Puts a bubble from the server where it belongs, instead of what stood for it. */
    take(bubble, { isMine = false, isForced = false } = {}) {
        const isLine = bubble.dataset.side === "activity";
        if (isLine && this.#isTold(bubble)) return;
        const stick = this.isNearEnd || isMine;
        const old = this.bubble(bubble.dataset.message);
        const unsent = bubble.dataset.client ? document.getElementById(`m-${bubble.dataset.client}`) : null;
        if (old) {
            if (old.outerHTML === bubble.outerHTML) return;
            // Not under the hands of who is changing it.
            if (!isForced && bubble.dataset.at === old.dataset.at && old.querySelector(":is(.schedule, .note-actions) details[open]"))
                return;
            const hadFocus = old.contains(document.activeElement);
            old.replaceWith(bubble);
            // It left before its time, or got another.
            if (old.dataset.at !== bubble.dataset.at) this.element.insertBefore(bubble, this.#place(bubble));
            if (hadFocus) bubble.querySelector(".message-actions")?.focus({ preventScroll: true });
            unsent?.remove();
        } else {
            if (unsent) unsent.remove();
            else if (this.#isOlderThanLoaded(bubble)) return;
            else if (!this.hasEnd && this.#isNewerThanLoaded(bubble)) return this.#missed(bubble);
            else bubble.classList.add("fresh");
            this.element.insertBefore(bubble, this.#place(bubble));
            if (bubble.dataset.side === "in") this.#announce(bubble);
            if (!unsent) this.onArrival?.(bubble);
            if (bubble.dataset.side === "in" && !stick) this.#arrivedBelow();
        }
        // What somebody did here themselves they know.
        if (isLine && bubble.dataset.own === undefined) this.#announce(bubble);
        this.arrange();
        if (stick) this.#toEnd();
        if (this.bubbles.length > bubbleLimit * 1.5 && stick) this.reload();
    }

    /** A note was deleted. */
    drop(message) {
        this.bubble(message)?.remove();
        this.arrange();
    }

    /** It belongs behind the part that is here, and comes with the end. */
    #missed(bubble) {
        if (bubble.dataset.side !== "in" || this.missed.has(bubble.dataset.message)) return;
        this.missed.add(bubble.dataset.message);
        this.#announce(bubble);
        this.#arrivedBelow();
    }

    /** Tells who can't see it: the bubbles themselves are too many and change too often to be announced. */
    #announce(bubble) {
        const isActivity = bubble.dataset.side === "activity";
        const words = isActivity ? bubble.firstElementChild.textContent : `${writer(bubble)}: ${summary(bubble)}`;
        this.pane.querySelector("#arrivals").textContent = words;
    }

    #arrivedBelow() {
        this.unseen += 1;
        this.#showJump();
    }

    #isOlderThanLoaded(bubble) {
        const first = this.bubbles.find((other) => other.dataset.message);
        return Boolean(this.element.querySelector(":scope > .older") && first && before(bubble, first));
    }

    #isNewerThanLoaded(bubble) {
        const last = this.bubbles.findLast((other) => other.dataset.message);
        return !last || before(last, bubble);
    }

    /** Thread order is time, then sequence; what isn't sent yet stands last. */
    #place(bubble) {
        return this.bubbles.find((other) => other !== bubble && (!other.dataset.message || before(bubble, other))) ?? null;
    }

    arrange() {
        arrange(this.element, this.bubbles);
        this.#showVoices();
    }

    /** Players for voice messages; after the first time at once, so that what plays isn't cut off when its bubble comes anew. */
    #showVoices() {
        if (!this.element.querySelector("[data-sound]:not([data-ready])")) return;
        if (voices) voices.enhance(this.element);
        // Without it the browser's own players are there.
        else
            import("./thread/voice-player.js").then((module) => {
                voices = module;
                voices.enhance(this.element);
            }, console.debug);
    }

    /** Fetches anew those about which somebody may decide from now on. */
    offerDecisions() {
        for (const bubble of this.bubbles) if (Number(bubble.dataset.decideAt) < Date.now()) this.refresh(bubble.dataset.message);
    }

    nameDays() {
        nameDays(this.element);
    }

    // What isn't sent yet

    /** Shows an entry of the outbox as a bubble, or brings that up to date. */
    showUnsent(entry, { isNew, ...actions }) {
        if (this.element.querySelector(`:scope > [data-message][data-client="${CSS.escape(entry.clientId)}"]`)) return;
        let bubble = document.getElementById(`m-${entry.clientId}`);
        if (!bubble) {
            bubble = unsentBubble(this.pane.querySelector("#bubble"), entry, this.bubble(entry.body.replyTo));
            // Whoever answers has read what was new.
            if (isNew) this.element.querySelector(":scope > .unread-line")?.remove();
            this.element.append(bubble);
            this.arrange();
            if (isNew) this.goToEnd();
        }
        showState(bubble, entry, actions);
        if (this.isNearEnd) this.#toEnd();
    }

    removeUnsent(clientId) {
        const bubble = document.getElementById(`m-${clientId}`);
        if (!bubble || bubble.dataset.message) return;
        bubble.remove();
        this.arrange();
    }

    /** Sends a form of a bubble; what comes back takes its place, and nothing means that it is gone. */
    async #sendInPlace(event) {
        const form = event.target.closest("[data-in-place]");
        if (!form) return;
        event.preventDefault();
        // What asks first on other pages would ask a second time.
        event.stopPropagation();
        const button = event.submitter ?? form.querySelector("button");
        if (button.getAttribute("aria-busy") === "true") return;
        if (form.dataset.confirm && !confirm(form.dataset.confirm)) return;
        button.setAttribute("aria-busy", "true");
        try {
            const page = await fragment(form.action, { method: "POST", fields: Object.fromEntries(new FormData(form, button)) });
            const bubbles = [...page.querySelectorAll("[data-message]")];
            for (const bubble of bubbles) this.take(bubble, { isForced: true });
            if (bubbles.length === 0) this.drop(form.closest("[data-message]").dataset.message);
        } catch (error) {
            toastError(error);
            button.removeAttribute("aria-busy");
        }
    }

    // Scrolling

    #scrollAtFirst() {
        const target = location.hash.startsWith("#m-") && document.getElementById(location.hash.slice(1));
        const line = this.element.querySelector(".unread-line");
        if (target) this.#show(target);
        else if (line) this.element.scrollTop = line.offsetTop - this.element.offsetTop - 80;
        else this.#toEnd();
        this.wasNearEnd = this.isNearEnd;
    }

    /** To the newest message, which may have to be fetched. */
    async goToEnd() {
        if (!this.hasEnd) {
            try {
                const page = await fragment(`${this.address}/messages`);
                if (this.isClosed) return;
                const unsent = this.bubbles.filter((bubble) => !bubble.dataset.message);
                this.element.replaceChildren(page, ...unsent);
                this.#watchStart();
                this.arrange();
                this.onEnd?.();
            } catch (error) {
                toastError(error);
                return;
            }
        }
        this.scrollToEnd();
    }

    scrollToEnd() {
        this.#toEnd();
        this.#seen();
    }

    #toEnd() {
        this.element.scrollTop = this.element.scrollHeight;
        this.wasNearEnd = true;
    }

    #scrolled() {
        this.wasNearEnd = this.isNearEnd;
        if (this.wasNearEnd && this.unseen > 0) this.#seen();
    }

    #seen() {
        this.unseen = 0;
        this.#showJump();
    }

    #showJump() {
        this.jump.hidden = this.unseen === 0;
        this.jump.querySelector("span").textContent = `${this.unseen} new`;
    }

    #watchStart() {
        this.olderObserver?.disconnect();
        this.olderObserver = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.#fetchOlder(), {
            root: this.element,
            rootMargin: "600px 0px 0px",
        });
        const older = this.element.querySelector(":scope > .older");
        if (older) this.olderObserver.observe(older);
    }

    #watchEnd() {
        this.newerObserver?.disconnect();
        const newer = this.element.querySelector(":scope > .newer");
        if (!newer) return;
        this.newerObserver = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.#fetchNewer(), {
            root: this.element,
            rootMargin: "0px 0px 300px",
        });
        this.newerObserver.observe(newer);
        newer.querySelector("a:last-child").addEventListener("click", (event) => {
            event.preventDefault();
            this.goToEnd();
        });
    }

    /** Puts the page after below. With the last of them the end of the thread is here, and what comes is shown again as it comes. */
    async #fetchNewer() {
        const newer = this.element.querySelector(":scope > .newer");
        if (!newer || this.fetchingNewer) return;
        this.fetchingNewer = true;
        try {
            const page = await fragment(newer.dataset.newer);
            if (this.isClosed) return;
            newer.replaceWith(page);
            this.arrange();
            if (this.hasEnd) {
                // Between that page and this moment something may have come.
                this.#seen();
                await this.reload();
                this.onEnd?.();
            }
        } catch (error) {
            toastError(error);
        } finally {
            this.fetchingNewer = false;
        }
        this.#watchEnd();
    }

    /** Puts the page before on top, without moving what is read. */
    async #fetchOlder() {
        const older = this.element.querySelector(":scope > .older");
        if (!older || this.fetchingOlder) return;
        this.fetchingOlder = true;
        try {
            const page = await fragment(older.dataset.older);
            if (this.isClosed) return;
            const fromEnd = this.element.scrollHeight - this.element.scrollTop;
            older.replaceWith(page);
            this.arrange();
            this.element.scrollTop = this.element.scrollHeight - fromEnd;
        } catch (error) {
            toastError(error);
        } finally {
            this.fetchingOlder = false;
        }
        const next = this.element.querySelector(":scope > .older");
        if (next) this.olderObserver.observe(next);
    }

    #followQuote(event) {
        const quote = event.target.closest("[data-quote]");
        if (!quote) return;
        event.preventDefault();
        if (quote.dataset.quote) this.goTo(quote.dataset.quote);
    }

    /** To a message or note of this conversation, which may have to be fetched with what stands around it. */
    goTo(message) {
        const target = this.bubble(message);
        if (target) this.#show(target);
        else this.onJump?.(message);
    }

    #show(bubble) {
        bubble.scrollIntoView({ block: "center" });
        bubble.classList.remove("found");
        requestAnimationFrame(() => bubble.classList.add("found"));
    }

    // State

    /** Open or closed, as the row of the list says. */
    setState(state) {
        if (state === this.state) return;
        this.state = state;
        const form = this.closure;
        if (!form) return;
        const isClosed = state !== "open";
        const button = form.querySelector("button");
        form.elements.change.value = isClosed ? "reopen" : "close";
        button.classList.toggle("main", !isClosed);
        button.querySelector(".label").textContent = isClosed ? "Reopen" : "Close";
        button.title = isClosed ? "Reopen (E)" : "Close (E), and open the next (Shift E)";
        const icon = button.querySelector("use");
        icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, isClosed ? "#rotate-ccw" : "#check"));
    }

    /** Whether bots and assistants may answer, as the row of the list says. */
    setAI(isActive) {
        const form = this.pane.querySelector("#answering-ai");
        if (!form) return;
        form.elements.ai.value = isActive ? "disabled" : "active";
        const button = form.querySelector("button");
        button.setAttribute("aria-pressed", String(isActive));
        button.querySelector(".label").textContent = isActive ? "AI active" : "AI disabled";
        button.title = isActive
            ? "AI active: bots and assistants may answer here until you do"
            : "AI disabled: bots and assistants don’t answer here";
    }

    /** Lets bots and assistants answer, or no longer; what is said of it. */
    async toggleAI(form) {
        const ai = form.elements.ai.value;
        try {
            await request(form.action, { method: "POST", fields: { ai } });
            this.setAI(ai === "active");
            return ai === "active" ? "AI may answer here" : "AI doesn’t answer here any more";
        } catch (error) {
            toastError(error);
        }
    }

    /** Closes the conversation, or opens it again; whether that was done. */
    async toggleState() {
        const form = this.closure;
        if (!form || this.isChangingState) return;
        this.isChangingState = true;
        try {
            const change = form.elements.change.value;
            await request(form.action, { method: "POST", fields: { change } });
            this.setState(change === "close" ? "closed" : "open");
            return true;
        } catch (error) {
            toastError(error);
        } finally {
            this.isChangingState = false;
        }
    }

    // Out of the way, and found again

    /** Labels, and why it isn't open, as the row of the list says. */
    setLabels(row) {
        const head = this.pane.querySelector("#thread-labels");
        head?.replaceChildren(...[...row.querySelectorAll(".chip:is(.label, .state)")].map((chip) => chip.cloneNode(true)));
        const sheet = this.pane.querySelector("#more-sheet");
        // Not under the hands of who is choosing.
        if (!sheet || sheet.matches(":popover-open")) return;
        const labels = new Set(row.dataset.labels.split(" "));
        for (const box of sheet.querySelectorAll("[name=labels]")) box.checked = labels.has(box.value);
    }

    /** Opens the sheet with what is done seldom, at the first field that fits. */
    showMore(form) {
        const sheet = this.pane.querySelector("#more-sheet");
        sheet?.showPopover();
        sheet?.querySelector(`#${form} :is(button, input:not([type=hidden]))`)?.focus();
    }

    /** Sends a form of that sheet; whether it was done. */
    async change(form, submitter) {
        const { sheet, error } = this.more;
        error.hidden = true;
        try {
            await request(form.action, { method: "POST", fields: [...new FormData(form, submitter)] });
            sheet.hidePopover();
            return true;
        } catch (problem) {
            if (!problem.detail || !sheet.matches(":popover-open")) return toastError(problem);
            error.textContent = problem.detail;
            error.hidden = false;
        }
    }

    // Who looks after it

    setAssignment({ assignee, team, assignedTo }) {
        const button = this.pane.querySelector("#assign");
        if (!button) return;
        button.querySelector(".label").textContent = assignedTo || "Unassigned";
        const sheet = this.pane.querySelector("#assign-sheet");
        // Not under the hands of who is choosing.
        if (sheet.matches(":popover-open")) return;
        const form = this.pane.querySelector("#assignment");
        form.elements.assignee.value = assignee;
        if (form.elements.team) form.elements.team.value = team;
    }

    /** The newest message that was written here by this person. */
    get lastOwn() {
        return this.bubbles.findLast((bubble) => bubble.dataset.message && bubble.dataset.side === "out" && writer(bubble) === "You");
    }

    chooseAssignment() {
        this.pane.querySelector("#assign-sheet")?.showPopover();
        this.pane.querySelector("#assignee")?.focus();
    }

    async assign(isMine) {
        const { form, sheet, error } = this.assignment;
        if (!form || this.isAssigning) return;
        this.isAssigning = true;
        error.hidden = true;
        try {
            const fields = { assignee: form.elements.assignee.value, team: form.elements.team?.value ?? "" };
            if (isMine) fields.mine = "true";
            await request(form.action, { method: "POST", fields });
            sheet.hidePopover();
            return true;
        } catch (problem) {
            // A refusal stands beside the fields when they are open.
            if (problem.detail && sheet.matches(":popover-open")) {
                error.textContent = problem.detail;
                error.hidden = false;
            } else {
                toastError(problem);
            }
        } finally {
            this.isAssigning = false;
        }
    }
}
