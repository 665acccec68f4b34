// Voice messages with their shape, a place to jump to, and a speed. Fetched when a thread has one; without it the browser's own player is there.

import { duration } from "../times.js";
import { barCount, loudness, path } from "./waveform.js";

/** Larger files are drawn as a line: what they hold would fill the memory. */
const byteLimit = 2_000_000;
/** Enough for a shape, and little to keep. */
const samplesPerSecond = 8000;
/** Shapes and players that are remembered. */
const rememberedLimit = 200;
const speeds = [1, 1.5, 2];
const arrowSeconds = 5;

/** By address, so that a bubble that comes anew goes on where it was. */
const players = new Map();
let speed = 1;
let shaping = Promise.resolve();

const svg = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    return element;
};

/** Shows the players of what has come into this list. */
export function enhance(list) {
    for (const place of list.querySelectorAll("[data-sound]:not([data-ready])")) {
        place.dataset.ready = "";
        const address = place.dataset.sound;
        const known = players.get(address);
        if (known && !known.element.isConnected) {
            // Put in at once, so that what plays goes on.
            place.replaceChildren(known.audio, known.element);
            // Whoever comes back to a thread starts it by themselves.
            if (known.wasPlaying && known.list === list) known.audio.play().catch(() => {});
            known.wasPlaying = false;
            known.list = list;
            continue;
        }
        if (players.size >= rememberedLimit) players.delete(players.keys().next().value);
        players.set(address, new Player(place, address, list));
    }
}

class Player {
    constructor(place, address, list) {
        Object.assign(this, { address, list, audio: place.querySelector("audio"), bars: new Array(barCount).fill(0) });
        this.#draw(place.closest("li"));
        this.audio.hidden = true;
        place.append(this.element);
        for (const event of ["loadedmetadata", "durationchange", "timeupdate", "seeked"]) {
            this.audio.addEventListener(event, () => this.#showTime());
        }
        this.audio.addEventListener("play", () => this.#played());
        this.audio.addEventListener("pause", () => {
            // Taken out of the page together with its bubble, it isn't the listener who stopped it.
            this.wasPlaying = !this.audio.isConnected && !this.audio.ended;
            this.#showState();
        });
        this.audio.addEventListener("ended", () => {
            this.audio.currentTime = 0;
            this.#showState();
        });
        this.#showTime();
        this.#showState();
        const seen = new IntersectionObserver((entries) => {
            if (!entries.some((entry) => entry.isIntersecting)) return;
            seen.disconnect();
            // One after the other.
            shaping = shaping.then(() => this.#shape());
        });
        seen.observe(this.element);
    }

    get seconds() {
        // A recording that a browser made doesn't know how long it is.
        return Number.isFinite(this.audio.duration) ? this.audio.duration : (this.decodedSeconds ?? 0);
    }

    #draw(bubble) {
        const icons = bubble.querySelector("use").getAttribute("href").split("#")[0];
        this.button = document.createElement("button");
        Object.assign(this.button, { className: "icon-button", type: "button" });
        const icon = svg("svg", { class: "icon", "aria-hidden": "true" });
        this.icon = svg("use", {});
        icon.append(this.icon);
        this.button.append(icon);
        this.icons = icons;
        this.button.addEventListener("click", () => (this.audio.paused ? this.audio.play().catch(() => {}) : this.audio.pause()));

        const track = document.createElement("span");
        track.className = "track";
        const box = svg("svg", { viewBox: `0 0 ${barCount * 3} 24`, preserveAspectRatio: "none", "aria-hidden": "true" });
        this.rest = svg("path", { class: "rest" });
        this.done = svg("path", { class: "done" });
        box.append(this.rest, this.done);
        this.slider = document.createElement("input");
        Object.assign(this.slider, { type: "range", min: "0", step: "any", value: "0" });
        this.slider.setAttribute("aria-label", "Place in the voice message");
        this.slider.addEventListener("input", () => {
            this.audio.currentTime = Number(this.slider.value);
            this.#showTime();
        });
        this.slider.addEventListener("keydown", (event) => this.#key(event));
        track.append(box, this.slider);

        this.time = document.createElement("span");
        this.time.className = "figures";
        this.pace = document.createElement("button");
        Object.assign(this.pace, { className: "pace figures", type: "button" });
        this.pace.addEventListener("click", () => {
            speed = speeds[(speeds.indexOf(speed) + 1) % speeds.length];
            for (const player of players.values()) player.showSpeed();
        });
        this.element = document.createElement("span");
        this.element.className = "player";
        this.element.append(this.button, track, this.time, this.pace);
        this.showSpeed();
    }

    #key(event) {
        const step = { ArrowLeft: -arrowSeconds, ArrowDown: -arrowSeconds, ArrowRight: arrowSeconds, ArrowUp: arrowSeconds }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        this.audio.currentTime = Math.min(this.seconds, Math.max(0, this.audio.currentTime + step));
        this.#showTime();
    }

    #played() {
        this.wasPlaying = false;
        for (const player of players.values()) if (player !== this) player.audio.pause();
        this.audio.playbackRate = speed;
        this.#showState();
    }

    showSpeed() {
        this.audio.playbackRate = speed;
        this.pace.textContent = `${speed}×`;
        this.pace.setAttribute("aria-label", `Speed ${speed}×`);
    }

    #showState() {
        this.icon.setAttribute("href", `${this.icons}#${this.audio.paused ? "play" : "pause"}`);
        this.button.setAttribute("aria-label", this.audio.paused ? "Play the voice message" : "Pause");
    }

    #showTime() {
        const { seconds } = this;
        const now = Math.min(this.audio.currentTime, seconds || 0);
        this.slider.max = String(seconds || 1);
        this.slider.value = String(now);
        this.slider.setAttribute("aria-valuetext", `${duration(now)} of ${duration(seconds)}`);
        this.time.textContent = duration(now > 0 ? now : seconds);
        const played = seconds > 0 ? Math.round((now / seconds) * barCount) : 0;
        const heard = this.bars.map((bar, place) => (place < played ? bar : undefined));
        this.rest.setAttribute("d", path(this.bars));
        this.done.setAttribute("d", path(heard.slice(0, played)));
    }

    async #shape() {
        try {
            const answer = await fetch(this.address, { signal: AbortSignal.timeout(20_000) });
            if (!answer.ok || Number(answer.headers.get("Content-Length") ?? byteLimit + 1) > byteLimit) return answer.body?.cancel();
            const sound = await new OfflineAudioContext(1, 1, samplesPerSecond).decodeAudioData(await answer.arrayBuffer());
            this.decodedSeconds = sound.duration;
            this.bars = loudness(sound.getChannelData(0));
            this.#showTime();
        } catch {
            // It is a line then, and can be heard all the same.
        }
    }
}
