// Connecting a number through Meta's window: opens it, passes on at once what it tells, in whatever order, and follows how far the number has come.

import "./page.js";
import { fragment, request } from "./http.js";
import { isFromMeta, options, readEvent, sixDigits } from "./signup/window.js";

/** Several things that happen at once need one look. */
const restMilliseconds = 200;
/** Without news, while the server is at it. */
const pollMilliseconds = 2000;
/** After the window has closed without a code: so long its reason may take. */
const reasonMilliseconds = 1000;

const part = () => document.getElementById("signup");
const script = part().dataset.script;

let timer;
let isTold = false;

// What was posted and hasn't been answered: a page that looks meanwhile would show the step before.
let posts = Promise.resolve();

async function post(edge, fields) {
    const sent = request(`${part().dataset.address}/${edge}`, { method: "POST", fields, timeoutSeconds: 60, keepalive: true });
    posts = Promise.allSettled([posts, sent]);
    try {
        await sent;
    } catch (error) {
        // What the server refused stands on the page, too; that it wasn't reached doesn't.
        if (!error.status) complain("The server can’t be reached. Look at your connection, then open Meta’s window again.");
    }
    lookSoon();
}

function complain(text) {
    const place = document.getElementById("window-problem");
    place.querySelector("span").textContent = text;
    place.hidden = text === "";
}

function lookSoon(milliseconds = restMilliseconds) {
    clearTimeout(timer);
    timer = setTimeout(look, milliseconds);
}

async function look() {
    await posts;
    let fresh;
    try {
        fresh = (await fragment(part().dataset.address)).getElementById("signup");
    } catch {
        // What is shown stays; the next change asks again.
    }
    if (fresh && fresh.dataset.mark !== part().dataset.mark) {
        part().replaceWith(fresh);
        begin();
    }
    if (part().dataset.busy) lookSoon(pollMilliseconds);
}

// MARK: Meta's window

let library;

/** Meta's script, fetched once. */
function fetchLibrary() {
    library ??= new Promise((resolve, reject) => {
        globalThis.fbAsyncInit = () => {
            const { app, version } = part().dataset;
            globalThis.FB.init({ appId: app, autoLogAppEvents: false, xfbml: false, version });
            resolve(globalThis.FB);
        };
        const element = document.createElement("script");
        Object.assign(element, { src: `${script}/en_US/sdk.js`, async: true });
        element.onerror = () => reject(new Error("blocked"));
        document.head.append(element);
    });
    return library;
}

/** Without a wait before it: a browser opens a window only for a press. */
function openWindow() {
    complain("");
    isTold = false;
    let isBlocked = false;
    const open = globalThis.open;
    // Meta's script doesn't tell that the browser refused its window.
    globalThis.open = (...values) => {
        const opened = open.apply(globalThis, values);
        isBlocked = opened === null || opened?.closed === true;
        if (isBlocked) complain("The browser blocked Meta’s window. Allow pop-ups for this site, then press the button again.");
        return opened;
    };
    const { configuration, name, callingCode: code, digits: number } = part().dataset;
    globalThis.FB.login(
        (answer) => {
            globalThis.open = open;
            const code = answer?.authResponse?.code;
            if (code) {
                post("window-code", { code });
            } else if (!isBlocked) {
                setTimeout(() => isTold || post("window-end", { event: "CANCEL" }), reasonMilliseconds);
            }
        },
        options(configuration, { name, code, number }),
    );
}

addEventListener("message", (message) => {
    if (!isFromMeta(message.origin, script)) return;
    const event = readEvent(message.data);
    if (!event) return;
    isTold = true;
    post("window-end", event);
});

document.addEventListener("click", (event) => {
    if (event.target.closest("#open-window")) openWindow();
});

// MARK: The page

function begin() {
    const button = document.getElementById("open-window");
    if (button) {
        fetchLibrary().then(
            () => {
                document.getElementById("open-window")?.removeAttribute("disabled");
            },
            () =>
                complain(
                    "Meta’s script can’t be loaded. Switch off what blocks it for this page (ad blockers, tracking protection), then reload.",
                ),
        );
    }
    const code = document.getElementById("code");
    code?.addEventListener("input", () => {
        if (/[^0-9]/.test(code.value)) code.value = sixDigits(code.value);
    });
    code?.focus();
    document.getElementById("pin")?.focus();
    begunAt = performance.now();
    count();
}

let counter;
let begunAt;

/** Another code is offered once the first had its time, by this page's own clock: the computer's may be wrong. */
function count() {
    clearTimeout(counter);
    const words = document.getElementById("code-pause");
    if (!words) return;
    const seconds = Math.ceil(Number(words.dataset.opensIn) - (performance.now() - begunAt) / 1000);
    for (const button of document.querySelectorAll("[data-after-pause]")) button.disabled = seconds > 0;
    words.textContent =
        seconds > 0
            ? `Look whether the phone has signal. In ${seconds} s you can be called instead.`
            : "Look whether the phone has signal, or be called instead.";
    if (seconds > 0) counter = setTimeout(count, 500);
}

document.addEventListener("live-change", (event) => {
    if (["sign-up.updated", "sender.updated"].includes(event.detail.kind)) lookSoon();
});
document.addEventListener("live-gap", () => lookSoon());

begin();
if (part().dataset.busy) lookSoon(pollMilliseconds);
