// Bubbles of what is in the outbox: made from the server's own bubble, and filled here.

import { summary, writer } from "./bubbles.js";
import { clock, dayKey } from "./times.js";

const states = {
    sending: ["Sending", "clock"],
    waiting: ["Waiting for the connection", "clock"],
    failed: ["Not sent", "circle-alert"],
};

/**
 * @param {HTMLTemplateElement} template
 * @param {import("./outbox.js").Entry} entry
 * @param {Element | null} quoted the bubble that it answers
 */
export function unsentBubble(template, entry, quoted) {
    const bubble = template.content.querySelector("li").cloneNode(true);
    const at = new Date(entry.at);
    bubble.id = `m-${entry.clientId}`;
    delete bubble.dataset.message;
    Object.assign(bubble.dataset, { client: entry.clientId, at: entry.at, day: dayKey(at) });
    const body = bubble.querySelector(".body");
    body.textContent = entry.body.text?.body ?? entry.body.media?.caption ?? entry.shown ?? "";
    if (entry.body.media) body.before(element("span", "kind", entry.body.media.filename ?? "File"));
    const time = bubble.querySelector("time");
    time.textContent = clock(at);
    time.dateTime = at.toISOString();
    if (quoted) {
        const quote = element("span", "quote");
        quote.append(element("b", "", writer(quoted)), element("span", "", summary(quoted)));
        body.parentElement.prepend(quote);
    }
    return bubble;
}

/** Says how an entry stands; a refused one can be sent again or deleted. */
export function showState(bubble, entry, { onRetry, onDelete }) {
    const [word, icon] = states[entry.state];
    const isFailed = entry.state === "failed";
    bubble.classList.toggle("failed", isFailed);
    bubble.querySelector(".status").textContent = word;
    const sign = bubble.querySelector(".stamp .icon");
    sign.classList.toggle("failed", isFailed);
    const use = sign.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
    bubble.querySelector(".failure")?.remove();
    if (!isFailed) return;
    const line = element("div", "failure");
    line.setAttribute("role", "alert");
    line.append(
        element("span", "", `Not sent. ${entry.reason ?? ""}`),
        button("Retry", () => onRetry(entry.clientId)),
        button("Delete", () => onDelete(entry.clientId)),
    );
    bubble.append(line);
}

function element(name, className, text = "") {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
}

function button(label, work) {
    const made = element("button", "", label);
    made.type = "button";
    made.addEventListener("click", work);
    return made;
}
