// Notifications by the browser itself: asking it, telling the server, and giving it up again.

import { request } from "./http.js";
import { toast, toastError } from "./toast.js";

const section = document.getElementById("push");
const button = document.getElementById("push-on");
const hint = document.getElementById("push-hint");

function bytes(text) {
    const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

async function turnOn() {
    if ((await Notification.requestPermission()) !== "granted") {
        toast("The browser doesn't allow it. Look at its settings for this site.");
        return;
    }
    const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytes(section.dataset.key),
    });
    await request(section.dataset.address, { method: "POST", json: subscription.toJSON() });
    location.reload();
}

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
    button.hidden = false;
    button.addEventListener("click", async () => {
        button.setAttribute("aria-busy", "true");
        try {
            await turnOn();
        } catch (error) {
            if (error.detail) toastError(error);
            else toast("The browser's push service can't be reached. Try again later.");
        }
        button.removeAttribute("aria-busy");
    });
} else {
    hint.hidden = false;
}
