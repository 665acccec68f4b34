// How a browser alerts a person: a short sound made here, and a mark on the tab. Each is off until it is chosen.

/** How long one tab keeps the others from ringing for the same thing. */
const ringMilliseconds = 1500;
/** A tab that nobody sees lets the one before somebody's eyes decide first. */
const waitMilliseconds = 250;

/** A loaded machine needs so long until it can play. */
const resumeMilliseconds = 3000;

let audio;

/** Two short notes. Browsers keep a page silent until somebody has touched it; then nothing plays. */
export async function playSound() {
    audio ??= new AudioContext();
    if (audio.state === "suspended")
        await Promise.race([audio.resume(), new Promise((resolve) => setTimeout(resolve, resumeMilliseconds))]);
    if (audio.state !== "running") return false;
    for (const [frequency, delay] of [
        [880, 0],
        [1175, 0.12],
    ]) {
        const start = audio.currentTime + delay;
        const note = audio.createOscillator();
        const volume = audio.createGain();
        note.frequency.value = frequency;
        volume.gain.setValueAtTime(0, start);
        volume.gain.linearRampToValueAtTime(0.2, start + 0.01);
        volume.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
        note.connect(volume).connect(audio.destination);
        note.start(start);
        note.stop(start + 0.3);
    }
    document.dispatchEvent(new CustomEvent("alert-sound"));
    return true;
}

/**
 * The sound for something new in a conversation, once for all tabs of this browser.
 * @param {string} conversation
 * @param {boolean} isBeforeEyes this tab shows the very conversation, to somebody who looks: nobody rings
 */
export async function ring(conversation, isBeforeEyes) {
    if (!navigator.locks) {
        if (!isBeforeEyes) await playSound();
        return;
    }
    if (document.hidden) await new Promise((resolve) => setTimeout(resolve, waitMilliseconds));
    await navigator.locks.request(`alert-sound:${conversation}`, { ifAvailable: true }, async (lock) => {
        if (!lock) return;
        if (!isBeforeEyes) await playSound();
        await new Promise((resolve) => setTimeout(resolve, ringMilliseconds));
    });
}

const mark = /^\(\d+\+?\) /;

/** Puts how many are unread before the title and a dot on the icon; nothing takes both away. The inbox counts in its title by itself. */
export function markTab(text) {
    const icon = document.querySelector("link[rel=icon]");
    icon.href = icon.href.replace(/icon(-unread)?\.svg$/, text ? "icon-unread.svg" : "icon.svg");
    if (document.getElementById("inbox")) return;
    const title = document.title.replace(mark, "");
    document.title = text ? `(${text}) ${title}` : title;
}

/** What this person has chosen for this browser. */
export class AlertChoices {
    constructor(account) {
        this.key = `alerts:${account}`;
    }

    get all() {
        try {
            return JSON.parse(localStorage.getItem(this.key)) ?? {};
        } catch {
            return {};
        }
    }

    set(name, isOn) {
        localStorage.setItem(this.key, JSON.stringify({ ...this.all, [name]: isOn }));
    }
}
