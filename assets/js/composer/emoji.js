// The emoji picker: groups, search, those used lately. One for the whole page; fetched on first use.

import { toastError } from "../toast.js";

const recentKey = "emoji:recent";
const recentLimit = 27;
const foundLimit = 120;

/** By which sign a group is chosen. */
const signs = ["🙂", "👋", "🐻", "🍎", "🚗", "⚽", "💡", "❤️", "🏳️"];

/** Those whose words begin with every word sought; first those whose name begins with all of it, then those of that name. */
export function findEmoji(groups, sought) {
    const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (text) => words.every((word) => ` ${text}`.includes(` ${word}`));
    const all = groups.flatMap(([, emoji]) => emoji);
    const start = words.join(" ");
    const rank = ([, name, more]) => (name.startsWith(start) ? 0 : matches(name) ? 1 : matches(`${name} ${more}`) ? 2 : 3);
    const found = all.map((emoji) => ({ emoji, rank: rank(emoji) })).filter(({ rank }) => rank < 3);
    return found
        .sort((one, other) => one.rank - other.rank)
        .slice(0, foundLimit)
        .map(({ emoji }) => emoji);
}

let picker;

/**
 * Opens the picker beside a button.
 * @param {HTMLElement} button
 * @param {(emoji: string) => void} onChoice
 */
export async function pickEmoji(button, onChoice) {
    try {
        picker ??= new Picker(await load());
        picker.open(button, onChoice);
    } catch (error) {
        toastError(error);
    }
}

async function load() {
    const answer = await fetch(new URL("../../vendor/emoji.json", import.meta.url));
    if (!answer.ok) throw new TypeError("No list of emoji");
    return answer.json();
}

class Picker {
    constructor(groups) {
        this.groups = groups;
        this.panel = element("div", { className: "emoji-panel", popover: "auto", role: "dialog", ariaLabel: "Emoji" });
        this.search = element("input", {
            type: "search",
            placeholder: "Find an emoji",
            ariaLabel: "Find an emoji",
            role: "combobox",
            ariaAutoComplete: "list",
            ariaExpanded: "true",
            autocomplete: "off",
        });
        this.search.setAttribute("aria-controls", "emoji-grid");
        this.tabs = element("div", { className: "groups", role: "group", ariaLabel: "Groups" });
        this.title = element("p", { role: "status" });
        this.grid = element("ul", { id: "emoji-grid", role: "listbox", ariaLabel: "Emoji" });
        this.panel.append(this.search, this.tabs, this.title, this.grid);
        document.body.append(this.panel);
        const shown = [["Used lately", () => recent()], ...groups.map(([name, emoji]) => [name, () => emoji])];
        for (const [index, [name, emoji]] of shown.entries()) {
            const tab = element("button", { type: "button", ariaLabel: name, title: name, textContent: ["🕘", ...signs][index] });
            tab.addEventListener("click", () => this.#show(name, emoji(), tab));
            this.tabs.append(tab);
        }
        this.search.addEventListener("input", () => this.#find());
        this.search.addEventListener("keydown", (event) => this.#key(event));
        this.grid.addEventListener("pointerdown", (event) => event.preventDefault());
        this.grid.addEventListener("click", (event) => {
            const option = event.target.closest("[role=option]");
            if (option) this.#choose(option);
        });
        this.panel.addEventListener("toggle", (event) => {
            if (event.newState === "closed" && this.panel.contains(document.activeElement)) this.button.focus();
        });
    }

    open(button, onChoice) {
        Object.assign(this, { button, onChoice });
        this.search.value = "";
        this.panel.showPopover();
        this.#place(button.getBoundingClientRect(), this.panel.getBoundingClientRect());
        this.tabs.children[recent().length > 0 ? 0 : 1].click();
        this.search.focus();
    }

    /** Above the button, or below where there is no room; always inside the window. */
    #place(button, panel) {
        const top = button.top > panel.height + 8 ? button.top - panel.height - 4 : button.bottom + 4;
        this.panel.style.top = `${Math.max(8, Math.min(top, innerHeight - panel.height - 8))}px`;
        this.panel.style.left = `${Math.max(8, Math.min(button.left, innerWidth - panel.width - 8))}px`;
    }

    #find() {
        const sought = this.search.value.trim();
        if (sought) this.#show(undefined, findEmoji(this.groups, sought));
        else this.tabs.children[1].click();
    }

    #show(title, emoji, tab) {
        if (tab) this.search.value = "";
        for (const other of this.tabs.children) other.setAttribute("aria-pressed", String(other === tab));
        const found = emoji.length === 0 ? "No emoji of this name." : `${emoji.length} found`;
        this.title.textContent = title ?? found;
        this.grid.replaceChildren(
            ...emoji.map(([sign, name], index) =>
                element("li", { id: `emoji-${index}`, role: "option", ariaLabel: name, title: name, textContent: sign }),
            ),
        );
        this.grid.scrollTop = 0;
        this.#mark(0);
        if (tab) this.search.focus();
    }

    #key(event) {
        if (event.isComposing) return;
        const columns = getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
        const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
        if (event.key in steps) this.#mark(this.marked + steps[event.key]);
        else if (event.key === "Enter") this.#choose(this.grid.children[this.marked]);
        else return;
        event.preventDefault();
    }

    #mark(index) {
        const options = this.grid.children;
        this.grid.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
        this.marked = Math.max(0, Math.min(index, options.length - 1));
        const option = options[this.marked];
        if (!option) return this.search.removeAttribute("aria-activedescendant");
        option.setAttribute("aria-selected", "true");
        option.scrollIntoView({ block: "nearest" });
        this.search.setAttribute("aria-activedescendant", option.id);
    }

    #choose(option) {
        if (!option) return;
        const chosen = [option.textContent, option.ariaLabel];
        try {
            const kept = [chosen, ...recent().filter(([sign]) => sign !== chosen[0])].slice(0, recentLimit);
            localStorage.setItem(recentKey, JSON.stringify(kept));
        } catch {
            // A full storage costs the memory of it, nothing else.
        }
        this.panel.hidePopover();
        this.onChoice(chosen[0]);
    }
}

function recent() {
    try {
        const kept = JSON.parse(localStorage.getItem(recentKey)) ?? [];
        return kept.filter(([sign, name]) => typeof sign === "string" && typeof name === "string");
    } catch {
        return [];
    }
}

const element = (name, properties) => Object.assign(document.createElement(name), properties);
