// Short notices at the bottom left.

const secondsShown = 8;

/**
 * Shows a notice; one of the same text replaces the older.
 * @param {string} text
 * @param {{stays?: boolean, link?: {label: string, address: string}}} [options] an error stays until it is closed
 */
export function toast(text, { stays = false, link } = {}) {
    const place = document.getElementById("toasts");
    if (!place) return;
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
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Close";
    close.addEventListener("click", () => item.remove());
    item.append(close);
    place.append(item);
    if (!stays) setTimeout(() => item.remove(), secondsShown * 1000);
}

/** Tells of an error that the person can see the reason of. */
export function toastError(error) {
    if (error?.name === "AbortError") return;
    const isOutage = !error?.detail;
    const link = error?.status === 401 ? { label: "Sign in", address: "/sign-in" } : undefined;
    toast(isOutage ? "No connection to the server. Try again in a moment." : error.detail, { stays: !isOutage, link });
}
