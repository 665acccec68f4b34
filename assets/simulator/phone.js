// One phone: its frame, its list of chats, the chat that is open, and the switches below.

import * as api from "./api.js";
import { bubble, preview } from "./bubble.js";
import { Composer } from "./composer.js";
import { avatar, brief, clock, day, h, icon } from "./dom.js";
import { listSheet, menu } from "./sheets.js";

export class PhoneFrame {
    #summary;
    #open = null;
    #messages = [];
    #drawn = new Map();
    #typingEnds = 0;
    #typingTimer;
    #loads = 0;
    /** Whether the end of the chat stays in sight; someone who scrolls up reads in peace. */
    #sticks = true;

    constructor(summary, remove) {
        this.#summary = summary;
        this.screen = h("div", { class: "screen" });
        this.time = h("span", { class: "status-time" }, clock(Date.now() / 1000));
        this.signal = h("span", { class: "status-signal" });
        this.notice = h("p", { class: "notice", role: "alert" });
        this.switches = h("div", { class: "switches" });
        this.title = h("h2", { class: "phone-title", dir: "auto" });
        this.element = h(
            "section",
            { class: "phone", "data-phone": summary.id, "aria-label": `Phone of ${summary.name}` },
            h(
                "header",
                { class: "phone-head" },
                this.title,
                h("button", { type: "button", class: "icon-button", "aria-label": "Put this phone away", onclick: remove }, icon("x")),
            ),
            h("div", { class: "device" }, h("div", { class: "status" }, this.time, this.signal), this.screen, this.notice),
            this.switches,
        );
        this.timer = setInterval(() => {
            this.time.textContent = clock(Date.now() / 1000);
        }, 10_000);
        const used = summary.chats.filter((chat) => chat.last);
        const first = used.length > 1 ? null : (used[0] ?? summary.chats[0]);
        if (first) this.#show(first.number);
        else this.#drawList();
    }

    update(summary) {
        this.#summary = summary;
        this.title.replaceChildren(summary.name, h("small", {}, summary.display ?? `@${summary.username}`));
        this.signal.replaceChildren(summary.online ? "5G" : icon("wifi-off", "Offline"));
        this.#drawSwitches();
        if (!this.#open) this.#drawList();
        else this.#drawChatHead();
    }

    reload() {
        if (this.#open) this.#load();
    }

    /** The phone is put away: nobody looks at the chat any more. */
    close() {
        clearInterval(this.timer);
        clearTimeout(this.#typingTimer);
        if (this.#open) api.change(this.#summary.id, { openChat: null }).catch(() => {});
    }

    get #chat() {
        return this.#summary.chats.find((chat) => chat.number === this.#open);
    }

    async #try(work) {
        try {
            this.notice.textContent = "";
            await work();
            return true;
        } catch (error) {
            this.notice.textContent = error.message;
            setTimeout(() => {
                this.notice.textContent = "";
            }, 5_000);
            return false;
        }
    }

    #drawList() {
        this.screen.replaceChildren(
            h("header", { class: "list-head" }, h("h3", {}, "Chats")),
            h(
                "div",
                { class: "chat-list", tabindex: "-1" },
                ...this.#summary.chats.map((chat) =>
                    h(
                        "button",
                        { type: "button", class: "chat-row", onclick: () => this.#show(chat.number) },
                        avatar(chat.name),
                        h(
                            "span",
                            { class: "person-text" },
                            h("span", { class: "person-name", dir: "auto" }, chat.name),
                            h(
                                "span",
                                { class: "person-line", dir: "auto" },
                                chat.isTyping ? "typing…" : chat.last ? preview(chat.last) : chat.display,
                            ),
                        ),
                        h(
                            "span",
                            { class: "person-side" },
                            chat.last ? h("span", { class: "person-time" }, brief(chat.last.at)) : null,
                            chat.unread > 0
                                ? h("span", { class: "badge", "aria-label": `${chat.unread} unread` }, String(chat.unread))
                                : null,
                        ),
                    ),
                ),
            ),
        );
    }

    #show(number) {
        this.#open = number;
        this.#messages = [];
        this.#drawn.clear();
        this.chatHead = h("header", { class: "chat-head" });
        this.wall = h("div", { class: "wall", tabindex: "0", role: "log", "aria-label": "Messages" });
        this.#sticks = true;
        this.wall.addEventListener("scroll", () => {
            this.#sticks = this.wall.scrollHeight - this.wall.scrollTop - this.wall.clientHeight < 80;
        });
        this.composer = new Composer({
            send: (message) => this.#try(() => api.send(this.#summary.id, number, message)),
            say: (text) => this.#try(() => Promise.reject(new Error(text))),
            within: () => this.screen,
        });
        this.screen.replaceChildren(this.chatHead, this.wall, this.composer.element);
        this.#drawChatHead();
        this.#try(() => api.change(this.#summary.id, { openChat: number }));
        this.#load();
    }

    #leave() {
        this.#open = null;
        clearTimeout(this.#typingTimer);
        this.#try(() => api.change(this.#summary.id, { openChat: null }));
        this.#drawList();
    }

    #drawChatHead() {
        const chat = this.#chat;
        if (!chat) return;
        const isTyping = Date.now() / 1000 < this.#typingEnds;
        const line = isTyping ? "typing…" : "Business account";
        this.chatHead.replaceChildren(
            h(
                "button",
                { type: "button", class: "icon-button", "aria-label": "Back to the chats", onclick: () => this.#leave() },
                icon("chevron-left"),
            ),
            avatar(chat.name),
            h(
                "span",
                { class: "chat-name" },
                h("strong", { dir: "auto" }, chat.name),
                h("small", { class: isTyping ? "typing" : "" }, line),
            ),
        );
        this.composer.setEnabled(
            this.#summary.online && !chat.isBlocked,
            chat.isBlocked ? "You blocked this business" : "This phone is offline",
        );
    }

    async #load() {
        const number = this.#open;
        const turn = ++this.#loads;
        try {
            const page = await api.chat(this.#summary.id, number);
            if (number !== this.#open || turn < this.#loads) return;
            this.#messages = page.data;
            this.#followTyping(page);
            this.#drawMessages();
        } catch (error) {
            this.notice.textContent = error.message;
        }
    }

    #followTyping(page) {
        this.#typingEnds = page.isTyping ? Date.now() / 1000 + 25 : 0;
        clearTimeout(this.#typingTimer);
        if (page.isTyping) {
            this.#typingTimer = setTimeout(() => {
                this.#typingEnds = 0;
                this.#drawChatHead();
            }, 25_000);
        }
        this.#drawChatHead();
    }

    /** Keeps what is drawn already, so that a new message neither flickers nor stops a sound. */
    #drawMessages() {
        const nodes = [];
        let lastDay = "";
        for (const message of this.#messages) {
            if (day(message.at) !== lastDay) {
                lastDay = day(message.at);
                nodes.push(h("p", { class: "day" }, lastDay));
            }
            const key = JSON.stringify(message);
            let drawn = this.#drawn.get(message.id);
            if (drawn?.key !== key) {
                drawn = { key, node: this.#bubble(message) };
                this.#drawn.set(message.id, drawn);
            }
            nodes.push(drawn.node);
        }
        this.wall.replaceChildren(...nodes);
        this.#scrollToEnd();
        for (const picture of this.wall.querySelectorAll("img")) {
            if (!picture.complete) picture.addEventListener("load", () => this.#scrollToEnd(), { once: true });
        }
    }

    #scrollToEnd() {
        if (this.#sticks) this.wall.scrollTop = this.wall.scrollHeight;
    }

    #bubble(message) {
        const { id } = this.#summary;
        const number = this.#open;
        const tap = (choice) => this.#try(() => api.tap(id, number, message.id, choice));
        return bubble(
            message,
            this.#messages.find((other) => other.id === message.context),
            {
                tap,
                list: () => listSheet(this.screen, message.content.action, tap),
                play: () => this.#try(() => api.played(id, message.id)),
                location: (context) => this.composer.sendLocation(context),
                menu: (button) => this.#menu(button, message),
                jump: (target) => this.wall.querySelector(`[data-message="${CSS.escape(target)}"]`)?.scrollIntoView({ block: "center" }),
            },
        );
    }

    #menu(button, message) {
        const send = (content) => this.#try(() => api.send(this.#summary.id, this.#open, content));
        const react = (emoji) =>
            send({ type: "reaction", reaction: { message_id: message.id, emoji: emoji === message.ownReaction ? "" : emoji } });
        const own = message.fromCustomer && !message.revoked;
        menu(this.screen, button, {
            emojis: ["👍", "❤️", "😂", "😮", "😢", "🙏"],
            react,
            entries: [
                ["Reply", "reply", () => this.composer.replyTo(message)],
                message.type === "text" ? ["Copy", "copy", () => navigator.clipboard?.writeText(message.content.body)] : null,
                own && message.type === "text" ? ["Edit", "clock", () => this.composer.edit(message)] : null,
                own
                    ? ["Delete for everyone", "trash-2", () => send({ type: "revoke", revoke: { original_message_id: message.id } })]
                    : null,
            ].filter(Boolean),
        });
    }

    #drawSwitches() {
        const { id, online, readsAtOnce } = this.#summary;
        const chat = this.#chat ?? this.#summary.chats[0];
        const focused = document.activeElement?.dataset?.switch;
        const toggle = (name, label, isOn, change) =>
            h(
                "button",
                {
                    type: "button",
                    role: "switch",
                    class: "switch",
                    "data-switch": name,
                    "aria-checked": String(isOn),
                    onclick: () => this.#try(change),
                },
                h("span", { class: "switch-knob", "aria-hidden": "true" }),
                label,
            );
        this.switches.replaceChildren(
            ...[
                toggle("online", "Online", online, () => api.change(id, { online: !online })),
                toggle("reads", "Reads at once", readsAtOnce, () => api.change(id, { readsAtOnce: !readsAtOnce })),
                chat &&
                    toggle("blocked", "Blocks business", chat.isBlocked, () =>
                        api.change(id, { blocked: { [chat.number]: !chat.isBlocked } }),
                    ),
                chat &&
                    toggle("offers", "Wants offers", !chat.isMarketingOff, () =>
                        api.marketing(id, chat.number, chat.isMarketingOff ? "resume" : "stop"),
                    ),
            ].filter(Boolean),
        );
        if (focused && !document.activeElement?.dataset?.switch && document.activeElement === document.body) {
            this.switches.querySelector(`[data-switch="${focused}"]`)?.focus();
        }
    }
}
