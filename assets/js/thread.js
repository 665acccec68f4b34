// One conversation: its bubbles in order, day lines, scrolling, older pages.

import { arrange, before, nameDays, summary, writer } from "./bubbles.js";
import { fragment, request } from "./http.js";
import { toastError } from "./toast.js";
import { showState, unsentBubble } from "./unsent.js";

/** Within so many pixels of the end, a person is reading the end. */
const nearEndPixels = 100;
/** More than these make a page slow; the oldest are let go and can be fetched again. */
const bubbleLimit = 300;

export class Thread {
    /** @param {HTMLElement} pane holds the thread's head, messages and composer */
    constructor(pane) {
        this.pane = pane;
        this.element = pane.querySelector("#messages");
        this.conversation = this.element.dataset.conversation;
        this.state = this.element.dataset.state;
        this.address = `${document.getElementById("inbox").dataset.base}/whatsapp/${this.conversation}`;
        this.jump = pane.querySelector("#jump");
        this.unseen = 0;
        this.fetching = new Map();
        this.jump.addEventListener("click", () => this.scrollToEnd());
        this.element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
        this.element.addEventListener("submit", (event) => this.#retry(event));
        this.element.addEventListener("click", (event) => this.#followQuote(event));
        this.#watchStart();
        this.#scrollAtFirst();
        // Pictures and fonts may still change heights while the end is in view.
        this.observer = new ResizeObserver(() => this.wasNearEnd && this.#toEnd());
        this.observer.observe(this.element);
    }

    close() {
        this.observer.disconnect();
        this.olderObserver.disconnect();
        this.isClosed = true;
    }

    get bubbles() {
        return [...this.element.querySelectorAll(":scope > [data-message], :scope > [data-client]")];
    }

    get isNearEnd() {
        return this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < nearEndPixels;
    }

    get isShown() {
        return this.pane.offsetParent !== null;
    }

    bubble(message) {
        return document.getElementById(`m-${message}`);
    }

    // Bubbles that come and change

    /** Fetches a message that is new or changed; several changes on the way become one more fetch. */
    async refresh(message) {
        if (this.fetching.has(message)) {
            this.fetching.set(message, true);
            return;
        }
        this.fetching.set(message, false);
        try {
            const page = await fragment(`${this.address}/messages/${message}`);
            if (this.isClosed) return;
            for (const bubble of page.querySelectorAll("[data-message]")) this.take(bubble);
        } catch (error) {
            if (error.status && error.status !== 404) toastError(error);
        } finally {
            const again = this.fetching.get(message);
            this.fetching.delete(message);
            if (again && !this.isClosed) this.refresh(message);
        }
    }

    /** Fetches the newest page, after a gap in the stream. */
    async reload() {
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
    take(bubble, { isMine = false } = {}) {
        const stick = this.isNearEnd || isMine;
        const old = this.bubble(bubble.dataset.message);
        const unsent = bubble.dataset.client && document.getElementById(`m-${bubble.dataset.client}`);
        if (old) {
            if (old.outerHTML === bubble.outerHTML) return;
            const hadFocus = old.contains(document.activeElement);
            old.replaceWith(bubble);
            if (hadFocus) bubble.querySelector(".message-actions")?.focus({ preventScroll: true });
            unsent?.remove();
        } else {
            if (unsent) unsent.remove();
            else if (this.#isOlderThanLoaded(bubble)) return;
            else bubble.classList.add("fresh");
            this.element.insertBefore(bubble, this.#place(bubble));
            if (bubble.dataset.side === "in") this.#announce(bubble);
            if (bubble.dataset.side === "in" && !stick) this.#arrivedBelow();
        }
        this.arrange();
        if (stick) this.#toEnd();
        if (this.bubbles.length > bubbleLimit * 1.5 && stick) this.reload();
    }

    /** Tells who can't see it: the bubbles themselves are too many and change too often to be announced. */
    #announce(bubble) {
        this.pane.querySelector("#arrivals").textContent = `${writer(bubble)}: ${summary(bubble)}`;
    }

    #arrivedBelow() {
        this.unseen += 1;
        this.#showJump();
    }

    #isOlderThanLoaded(bubble) {
        const first = this.bubbles.find((other) => other.dataset.message);
        return Boolean(this.element.querySelector(":scope > .older") && first && before(bubble, first));
    }

    /** Thread order is time, then sequence; what isn't sent yet stands last. */
    #place(bubble) {
        return this.bubbles.find((other) => other !== bubble && (!other.dataset.message || before(bubble, other))) ?? null;
    }

    arrange() {
        arrange(this.element, this.bubbles);
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
            this.element.append(bubble);
            this.arrange();
            if (isNew) this.scrollToEnd();
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

    async #retry(event) {
        const form = event.target.closest("[data-retry]");
        if (!form) return;
        event.preventDefault();
        // What asks first on other pages would ask a second time.
        event.stopPropagation();
        const button = form.querySelector("button");
        if (button.getAttribute("aria-busy") === "true") return;
        if (form.dataset.confirm && !confirm(form.dataset.confirm)) return;
        button.setAttribute("aria-busy", "true");
        try {
            const page = await fragment(form.action, { method: "POST", fields: Object.fromEntries(new FormData(form)) });
            for (const bubble of page.querySelectorAll("[data-message]")) this.take(bubble);
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
        const target = this.bubble(quote.dataset.quote);
        if (target) this.#show(target);
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
        const form = this.pane.querySelector("#closure");
        if (!form) return;
        const isClosed = state !== "open";
        const button = form.querySelector("button");
        form.elements.change.value = isClosed ? "reopen" : "close";
        button.classList.toggle("main", !isClosed);
        button.querySelector(".label").textContent = isClosed ? "Reopen" : "Close";
        button.title = isClosed ? "Reopen (E)" : "Close (E)";
        const icon = button.querySelector("use");
        icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, isClosed ? "#rotate-ccw" : "#check"));
    }

    /** Closes the conversation, or opens it again. */
    async toggleState() {
        const form = this.pane.querySelector("#closure");
        if (!form || this.isChangingState) return;
        this.isChangingState = true;
        try {
            const change = form.elements.change.value;
            await request(form.action, { method: "POST", fields: { change } });
            this.setState(change === "close" ? "closed" : "open");
        } catch (error) {
            toastError(error);
        } finally {
            this.isChangingState = false;
        }
    }

    // Out of the way, and found again

    /** Labels as the row of the list says. */
    setLabels(row) {
        const head = this.pane.querySelector("#thread-labels");
        head?.replaceChildren(...[...row.querySelectorAll(".chip.label")].map((chip) => chip.cloneNode(true)));
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

    /** Sends a form of that sheet. */
    async change(form, submitter) {
        const error = this.pane.querySelector("#more-error");
        error.hidden = true;
        try {
            await request(form.action, { method: "POST", fields: [...new FormData(form, submitter)] });
            this.pane.querySelector("#more-sheet").hidePopover();
        } catch (problem) {
            if (!problem.detail) return toastError(problem);
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

    chooseAssignment() {
        this.pane.querySelector("#assign-sheet")?.showPopover();
        this.pane.querySelector("#assignee")?.focus();
    }

    async assign(isMine) {
        const form = this.pane.querySelector("#assignment");
        if (!form || this.isAssigning) return;
        const error = this.pane.querySelector("#assign-error");
        this.isAssigning = true;
        error.hidden = true;
        try {
            const fields = { assignee: form.elements.assignee.value, team: form.elements.team?.value ?? "" };
            if (isMine) fields.mine = "true";
            await request(form.action, { method: "POST", fields });
            this.pane.querySelector("#assign-sheet").hidePopover();
        } catch (problem) {
            // A refusal stands beside the fields when they are open.
            if (problem.detail && this.pane.querySelector("#assign-sheet").matches(":popover-open")) {
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
