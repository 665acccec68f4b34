// Short notices at the bottom left.

/** How long a notice stays that asks for nothing. */
export const secondsShown = 8;

/**
 * Shows a notice; one of the same text replaces the older.
 * @param {string} text
 * @param {{stays?: boolean, link?: {label: string, address: string}, action?: {label: string, title?: string, work: () => void}}} [options]
 *     an error stays until it is closed
 * @returns {() => void} takes it away
 */
export function toast(text, { stays = false, link, action } = {}) {
    const place = document.getElementById("toasts");
    if (!place) return () => {};
    for (const old of place.children) if (old.dataset.text === text) old.remove();
    const item = document.createElement("div");
    item.className = "toast";
    item.dataset.text = text;
    if (stays) item.setAttribute("role", "alert");
    const words = document.createElement("span");
    words.textContent = text;
    item.append(words);
    if (link) {
        const anchor = document.createElement("a");
        anchor.href = link.address;
        anchor.textContent = link.label;
        item.append(anchor);
    }
    const dismiss = () => item.remove();
    if (action) item.append(button(action.label, action.work, action.title));
    const cross = button("×", dismiss);
    cross.className = "dismiss";
    cross.setAttribute("aria-label", "Dismiss");
    item.append(cross);
    place.append(item);
    if (!stays) setTimeout(dismiss, secondsShown * 1000);
    return dismiss;
}

function button(label, work, title = "") {
    const element = document.createElement("button");
    Object.assign(element, { type: "button", textContent: label, title });
    element.addEventListener("click", work);
    return element;
}

/** Tells of an error that the person can see the reason of. */
export function toastError(error) {
    if (error?.name === "AbortError") return;
    const isOutage = !error?.detail;
    const link = error?.status === 401 ? { label: "Sign in", address: "/sign-in" } : undefined;
    toast(isOutage ? "No connection to the server. Try again in a moment." : error.detail, { stays: !isOutage, link });
}
