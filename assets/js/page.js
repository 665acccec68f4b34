// What every page does: keys, theme, time zone, copy buttons, forms that ask first or send only once.

import { secondsShown, toast } from "./toast.js";

const year = 365 * 24 * 60 * 60;

/** For the server's next page. */
export function remember(name, value) {
    // biome-ignore lint/suspicious/noDocumentCookie: the server reads it with the next page; cookieStore is missing in some browsers and on plain http.
    document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${year}; SameSite=Lax`;
}

function setUpTheme() {
    const root = document.documentElement;
    const buttons = [...document.querySelectorAll("[data-theme-choice]")];
    const show = () => {
        for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === root.dataset.theme));
    };
    for (const button of buttons) {
        button.addEventListener("click", () => {
            root.dataset.theme = button.dataset.themeChoice;
            remember("theme", root.dataset.theme);
            show();
        });
    }
    show();
}

/** The server writes times in the zone of this cookie. When it had another, the page is fetched once more. */
function setUpZone() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!zone || document.documentElement.dataset.zone === zone) return;
    remember("zone", zone);
    const hasTimes = document.querySelector("time") !== null;
    if (hasTimes && sessionStorage.getItem("zone") !== zone) {
        sessionStorage.setItem("zone", zone);
        location.reload();
    }
}

/** A path of ours that is to be given to somebody needs the rest of the address. */
function setUpLinks() {
    for (const field of document.querySelectorAll("input[data-path]")) field.value = new URL(field.value, location.href).href;
}

function setUpCopying() {
    document.addEventListener("click", async (event) => {
        const button = event.target.closest("[data-copy]");
        if (!button) return;
        const field = document.getElementById(button.dataset.copy);
        field.select();
        try {
            await navigator.clipboard.writeText(field.value);
            toast("Copied");
        } catch {
            toast("Press Ctrl+C to copy the marked text");
        }
    });
}

function setUpForms() {
    for (const element of document.querySelectorAll("[data-without-script]")) element.hidden = true;
    document.addEventListener("change", (event) => {
        if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
    });
    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (form.dataset.confirm && !confirm(form.dataset.confirm)) {
            event.preventDefault();
            return;
        }
        if (form.method !== "post" || event.defaultPrevented) return;
        if (form.dataset.sent) {
            event.preventDefault();
            return;
        }
        form.dataset.sent = "true";
        const button = event.submitter;
        if (!button) return;
        button.setAttribute("aria-busy", "true");
        if (!button.dataset.busy) return;
        button.dataset.idle = button.textContent;
        button.textContent = button.dataset.busy;
    });
    // Coming back by the back button finds the form as it was left: it can be sent again.
    addEventListener("pageshow", (event) => {
        if (!event.persisted) return;
        for (const form of document.forms) delete form.dataset.sent;
        for (const button of document.querySelectorAll("button[aria-busy]")) {
            button.removeAttribute("aria-busy");
            if (button.dataset.idle) button.textContent = button.dataset.idle;
        }
    });
}

/** What the last step came to lies over the page: it can be put away, and good news goes by itself. */
function setUpNotice() {
    const notice = document.querySelector(".notices > .notice");
    if (!notice) return;
    const cross = document.createElement("button");
    Object.assign(cross, { type: "button", className: "dismiss", textContent: "×" });
    cross.setAttribute("aria-label", "Dismiss");
    cross.addEventListener("click", () => notice.remove());
    notice.append(cross);
    if (notice.classList.contains("ok")) setTimeout(() => notice.remove(), secondsShown * 1000);
}

setUpTheme();
setUpZone();
setUpLinks();
setUpCopying();
setUpForms();
setUpNotice();
if (document.getElementById("shortcuts")) import("./shortcuts.js");
if (document.getElementById("bell")) import("./bell.js");
