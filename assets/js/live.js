// Changes as the server tells them: one stream for all tabs of a browser, because a browser opens only six connections to a host.
//
// The tab that holds a lock has the stream and passes everything on to the others; when it closes, the next takes over from the last id seen.
// Without locks (plain http on another host) each tab that is visible has a stream of its own.

const reopenMilliseconds = 3000;
const asleepMilliseconds = 60_000;
const offlineMilliseconds = 5000;

export class LiveChanges {
    /**
     * @param {Object} options
     * @param {string} options.address of the stream
     * @param {string} options.since id from which this page needs changes
     * @param {(change: {kind: string, conversation?: string, message?: string}) => void} options.onChange
     * @param {(conversation: string) => void} options.onPresence somebody came, went or began to write
     * @param {() => void} options.onGap something may have been missed: fetch anew what is shown
     * @param {(isOnline: boolean) => void} options.onConnection
     * @param {() => void} options.onRefused the server turned the stream down; ask it why
     */
    constructor(options) {
        Object.assign(this, options);
        this.last = this.since;
    }

    start() {
        addEventListener("pagehide", () => this.#close());
        addEventListener("pageshow", (event) => event.persisted && location.reload());
        document.addEventListener("visibilitychange", () => this.#visibilityChanged());
        if (navigator.locks && "BroadcastChannel" in self) this.#share();
        else if (!document.hidden) this.#open();
    }

    #share() {
        this.channel = new BroadcastChannel(`live:${this.address}`);
        this.channel.onmessage = ({ data }) => this.#heard(data);
        this.channel.postMessage({ type: "hello", since: this.last });
        // Held until this tab closes.
        navigator.locks.request(`live:${this.address}`, () => {
            this.isLeader = true;
            this.#open();
            return new Promise(() => {});
        });
    }

    #heard(message) {
        if (message.type === "change") this.#take(message.id, message.change);
        else if (message.type === "presence") this.onPresence(message);
        else if (message.type === "gap") this.onGap();
        else if (message.type === "connection") this.onConnection(message.isOnline);
        // A tab that has just opened: was there anything between its page and its first listening?
        else if (message.type === "hello" && this.isLeader && message.since !== this.last)
            this.channel.postMessage({ type: "welcome", since: message.since });
        else if (message.type === "welcome" && message.since === this.last) this.onGap();
    }

    #open() {
        this.#close();
        const address = new URL(this.address, location.href);
        if (this.last) address.searchParams.set("since", this.last);
        this.stream = new EventSource(address);
        this.stream.onopen = () => this.#connection(true);
        this.stream.addEventListener("change", (event) => {
            const change = JSON.parse(event.data);
            this.channel?.postMessage({ type: "change", id: event.lastEventId, change });
            this.#take(event.lastEventId, change);
        });
        this.stream.addEventListener("presence", (event) => {
            const change = JSON.parse(event.data);
            this.channel?.postMessage({ type: "presence", ...change });
            this.onPresence(change);
        });
        this.stream.addEventListener("resync", (event) => {
            this.last = event.lastEventId || this.last;
            this.channel?.postMessage({ type: "gap" });
            this.onGap();
        });
        this.stream.onerror = () => {
            this.#connection(false);
            // The browser tries again by itself, except after an answer that isn't a stream.
            if (this.stream.readyState === EventSource.CLOSED) {
                this.onRefused();
                setTimeout(() => (this.channel ? this.isLeader : !document.hidden) && this.#open(), reopenMilliseconds);
            }
        };
    }

    #take(id, change) {
        this.last = id;
        this.onChange(change);
        document.dispatchEvent(new CustomEvent("live-change", { detail: change }));
    }

    #close() {
        this.stream?.close();
    }

    /** A hiccup isn't worth a word; five seconds without a stream are, however often the browser tries again in them. */
    #connection(isOnline) {
        const tell = () => {
            this.onConnection(isOnline);
            this.channel?.postMessage({ type: "connection", isOnline });
        };
        if (isOnline) {
            clearTimeout(this.offlineTimer);
            this.offlineTimer = undefined;
            tell();
        } else {
            this.offlineTimer ??= setTimeout(tell, offlineMilliseconds);
        }
    }

    #visibilityChanged() {
        if (document.hidden) {
            this.hiddenAt = Date.now();
            if (!this.channel) this.#close();
            return;
        }
        if (!this.channel || (this.isLeader && this.stream?.readyState === EventSource.CLOSED)) this.#open();
        // The computer may have slept, and a shared stream with it.
        if (this.hiddenAt && Date.now() - this.hiddenAt > asleepMilliseconds) this.onGap();
    }
}
