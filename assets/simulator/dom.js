// Small helpers to build the page without ever parsing text as HTML.

const svgSpace = "http://www.w3.org/2000/svg";

/** Makes an element: attributes, `on…` listeners and children (nodes, texts, or null for none). */
export function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return element;
}

export function icon(name, label) {
    const svg = document.createElementNS(svgSpace, "svg");
    svg.setAttribute("class", "icon");
    if (label) {
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-label", label);
    } else {
        svg.setAttribute("aria-hidden", "true");
    }
    const use = document.createElementNS(svgSpace, "use");
    use.setAttribute("href", `/assets/vendor/icons.svg#${name}`);
    svg.append(use);
    return svg;
}

/** A round picture with the initials and one of eight colours, always the same for a name. */
export function avatar(name) {
    const initials = name
        .split(/\s+/)
        .map((word) => [...word][0] ?? "")
        .slice(0, 2)
        .join("");
    let hash = 0;
    for (const character of name) hash = (hash * 31 + character.codePointAt(0)) % 997;
    return h("span", { class: `avatar tint-${hash % 8}`, "aria-hidden": "true" }, initials.toUpperCase());
}

export function clock(seconds) {
    return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** The time of what is from today, the day of what is older: for lists. */
export function brief(seconds) {
    const date = new Date(seconds * 1000);
    const now = new Date();
    if (date.toDateString() === now.toDateString()) return clock(seconds);
    const isRecent = now - date < 6 * 24 * 60 * 60 * 1000;
    return date.toLocaleDateString([], isRecent ? { weekday: "short" } : { day: "numeric", month: "short" });
}

export function day(seconds) {
    const date = new Date(seconds * 1000);
    const today = new Date();
    const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
    if (date.toDateString() === today.toDateString()) return "Today";
    if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
    return date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

const marks = [
    ["```", "code"],
    ["*", "strong"],
    ["_", "em"],
    ["~", "s"],
];

/** WhatsApp's own marks (*bold*, _italic_, ~struck~, ```code```) and links, as nodes. */
export function formatted(text) {
    const nodes = [];
    for (const part of text.split(/(https?:\/\/[^\s<>]+)/)) {
        if (/^https?:\/\//.test(part)) nodes.push(h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part));
        else nodes.push(...marked(part));
    }
    return nodes;
}

function marked(text) {
    for (const [mark, tag] of marks) {
        const open = text.indexOf(mark);
        if (open < 0 || (open > 0 && /\w/.test(text[open - 1]))) continue;
        const close = text.indexOf(mark, open + mark.length + 1);
        const inner = close < 0 ? "" : text.slice(open + mark.length, close);
        if (!inner || inner !== inner.trim() || /\w/.test(text[close + mark.length] ?? "")) continue;
        return [
            ...marked(text.slice(0, open)),
            h(tag, {}, ...(tag === "code" ? [inner] : marked(inner))),
            ...marked(text.slice(close + mark.length)),
        ];
    }
    return text ? [text] : [];
}
