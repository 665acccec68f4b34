// The command menu: a field and a list of what can be done here, where one can go, and conversations by name. Fetched on first use.

import { request } from "../http.js";
import { fitting, isSearchable } from "./find.js";

/** Without typing for so long, the server is asked for conversations. */
const askMilliseconds = 150;
/** Longer than any name. */
const textLimit = 100;
const conversationLimit = 6;

/** @typedef {{name: string, detail?: string, keys?: string, onlySought?: boolean, work: () => void}} Entry */

let menu;

/**
 * Opens it, or closes it when it is open.
 * @param {import("../shortcuts.js").Command[]} commands
 * @param {(address: string) => void} open
 */
export function toggleMenu(commands, open) {
    menu ??= new CommandMenu(commands, open);
    menu.toggle();
}

class CommandMenu {
    constructor(commands, open) {
        Object.assign(this, { commands, open, found: [], shown: [], active: 0 });
        this.inbox = document.querySelector('.rail [data-go="i"]').pathname;
        this.#build();
        this.field.addEventListener("input", () => this.#typed());
        this.dialog.addEventListener("keydown", (event) => this.#key(event));
        // A press on the list doesn't take the focus out of the field.
        this.list.addEventListener("pointerdown", (event) => event.preventDefault());
        this.list.addEventListener("click", (event) => this.#choose(event.target.closest("[role=option]")));
        this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    }

    #build() {
        this.dialog = element("dialog", { className: "command-menu", ariaLabel: "Commands" });
        this.field = element("input", {
            type: "text",
            role: "combobox",
            id: "command-field",
            placeholder: "What do you want to do?",
            ariaLabel: "Command, page or name of a customer",
            autocomplete: "off",
            spellcheck: false,
            maxLength: textLimit,
            dir: "auto",
            ariaExpanded: "true",
        });
        this.field.setAttribute("aria-autocomplete", "list");
        this.field.setAttribute("aria-controls", "command-list");
        this.list = element("div", { id: "command-list", role: "listbox", ariaLabel: "Commands", tabIndex: -1 });
        this.says = element("p", { role: "status" });
        this.dialog.append(this.field, this.list, this.says);
        document.body.append(this.dialog);
    }

    toggle() {
        if (this.dialog.open) return this.dialog.close();
        // A sheet would lie below it, and keep its own keys.
        for (const sheet of document.querySelectorAll(":popover-open")) sheet.hidePopover();
        this.field.value = "";
        this.found = [];
        clearTimeout(this.timer);
        this.seeking = undefined;
        this.isChoosing = false;
        this.here = [...this.#here(), ...this.#about()];
        this.dialog.showModal();
        this.field.focus();
        this.#draw();
        this.#askForPlaces();
    }

    // What there is

    /** @returns {Entry[]} */
    #here() {
        return this.commands
            .flatMap((command) => (command.more ? command.more() : [command]))
            .filter((command) => command.name && command.can?.() !== false)
            .map(({ name, keys, work, onlySought }) => ({ name: typeof name === "function" ? name() : name, keys, work, onlySought }));
    }

    /** What stands in the account menu. */
    #about() {
        const menu = document.getElementById("account-menu");
        const entry = (selector, name, onlySought) => {
            const button = menu.querySelector(selector);
            return button && button.ariaPressed !== "true" ? [{ name, onlySought, work: () => button.click() }] : [];
        };
        return [
            ...entry("[value=available]", "Set me as available"),
            ...entry("[value=away]", "Set me as away"),
            ...entry("[data-theme-choice=light]", "Light colours", true),
            ...entry("[data-theme-choice=dark]", "Dark colours", true),
            ...entry("[data-theme-choice=system]", "Colours as the device has them", true),
        ];
    }

    async #askForPlaces() {
        try {
            const answer = await (await request(`${this.inbox.replace(/\/whatsapp$/, "")}/places`)).json();
            const entries = (places) => places.map(({ name, address }) => ({ name, work: () => location.assign(address) }));
            Object.assign(this, { places: entries(answer.places), views: entries(answer.views) });
            this.#draw(this.#goneTo());
        } catch (error) {
            this.#say(error.detail ?? "No connection to the server. Try again in a moment.");
        }
    }

    #typed() {
        const text = this.field.value.trim();
        clearTimeout(this.timer);
        // Until the server has answered, those stay that fit what is typed now.
        this.found = text ? this.found.filter(({ name, detail }) => fitting([{ name: `${name} ${detail}` }], text).length > 0) : [];
        this.seeking = isSearchable(text) ? text : undefined;
        if (this.seeking) this.timer = setTimeout(() => this.#seek(text), askMilliseconds);
        this.isChoosing = false;
        this.#draw();
    }

    /** Conversations with customers of this name or number. */
    async #seek(text) {
        const headers = { "Switchboard-Workspace": this.inbox.split("/")[2] };
        const query = new URLSearchParams({ in: "contacts", text, limit: String(conversationLimit) });
        try {
            const { data } = await (await request(`/api/v1/search?${query}`, { headers })).json();
            if (this.field.value.trim() !== text) return;
            this.found = data
                .flatMap((hit) => hit.conversations)
                .slice(0, conversationLimit)
                .map((one) => this.#conversation(one));
            this.#draw(this.#goneTo());
        } catch (error) {
            if (this.field.value.trim() === text) this.#say(error.detail ?? "No connection to the server. Try again in a moment.");
        } finally {
            if (this.seeking === text) this.#sought();
        }
    }

    /** The server has answered, or can't. */
    #sought() {
        this.seeking = undefined;
        if (this.isChoosing && this.dialog.open) this.#chooseActive();
    }

    #conversation({ id, contact: { name, phoneNumber, username } }) {
        const number = phoneNumber ?? (username && `@${username}`) ?? "";
        return { name: name ?? number, detail: name ? number : "", work: () => this.open(`${this.inbox}/${id}`) };
    }

    // The list

    /** What somebody has gone to already; the first is chosen by itself. */
    #goneTo() {
        return this.active > 0 ? this.shown[this.active] : undefined;
    }

    /** @param {Entry} [chosen] what stays chosen, although the rest came meanwhile */
    #draw(chosen) {
        const text = this.field.value;
        const sought = text.trim();
        const search = { name: `Search messages for “${sought}”`, work: () => this.#search(sought) };
        const groups = [
            ["Here", fitting(this.here, text)],
            ["Conversations", this.found],
            ["Go to", fitting(this.places ?? [], text)],
            ["Views", fitting(this.views ?? [], text)],
            ["Search", isSearchable(sought) ? [search] : []],
        ].filter(([, entries]) => entries.length > 0);
        this.shown = groups.flatMap(([, entries]) => entries);
        let index = 0;
        this.list.replaceChildren(
            ...groups.map(([title, entries]) => {
                const group = element("div", { role: "group", ariaLabel: title });
                const heading = element("p", { textContent: title, ariaHidden: "true" });
                group.append(heading, ...entries.map((entry) => option(entry, index++)));
                return group;
            }),
        );
        const again = this.shown.findIndex(({ name, detail }) => name === chosen?.name && detail === chosen?.detail);
        this.#mark(Math.max(again, 0));
        const count = this.shown.length;
        this.#say(count === 0 ? "Nothing fits." : `${count} ${count === 1 ? "choice" : "choices"}`);
    }

    #search(text) {
        location.assign(`${this.inbox}/search?${new URLSearchParams({ text })}`);
    }

    #say(sentence) {
        this.says.textContent = sentence;
    }

    #mark(index) {
        const options = [...this.list.querySelectorAll("[role=option]")];
        this.active = options.length === 0 ? 0 : (index + options.length) % options.length;
        for (const [number, item] of options.entries()) item.ariaSelected = String(number === this.active);
        const item = options[this.active];
        if (item) this.field.setAttribute("aria-activedescendant", item.id);
        else this.field.removeAttribute("aria-activedescendant");
        // With the first one its heading, too.
        if (this.active === 0) this.list.scrollTop = 0;
        else item?.scrollIntoView({ block: "nearest" });
    }

    #key(event) {
        if (event.isComposing) return;
        if (event.key === "ArrowDown") this.#mark(this.active + 1);
        else if (event.key === "ArrowUp") this.#mark(this.active - 1);
        else if (event.key === "Enter") this.#chooseSoon();
        else return;
        event.preventDefault();
    }

    /** Whoever types fast is faster than the server: what it may yet put in the first place is waited for, unless somebody went to another. */
    #chooseSoon() {
        const isSettled = this.active > 0 || this.here.includes(this.shown[0]);
        if (this.seeking && !isSettled) this.isChoosing = true;
        else this.#chooseActive();
    }

    #chooseActive() {
        this.isChoosing = false;
        this.#choose(this.list.querySelector("[aria-selected=true]"));
    }

    #choose(item) {
        if (!item) return;
        const entry = this.shown[Number(item.dataset.index)];
        this.dialog.close();
        entry.work();
    }
}

function option({ name, detail, keys }, index) {
    const item = element("div", { role: "option", id: `command-${index}` });
    item.dataset.index = String(index);
    item.append(element("span", { textContent: name, dir: "auto" }));
    if (detail) item.append(element("small", { textContent: detail, dir: "auto" }));
    if (keys) {
        const signs = element("span", { className: "signs", ariaHidden: "true" });
        signs.append(...keys.split(" ").map((key) => element("kbd", { textContent: key })));
        item.append(signs);
    }
    return item;
}

function element(name, properties) {
    return Object.assign(document.createElement(name), properties);
}
