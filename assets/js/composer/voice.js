// Voice messages: recorded here, listened to before they are sent. Fetched on first use.

import { upload } from "../http.js";
import { duration } from "../times.js";
import { toast } from "../toast.js";

/** The server cuts off what is longer. */
const longestSeconds = 15 * 60;
const bitsPerSecond = 32_000;
const levelMilliseconds = 100;

/** What browsers record; the last two WhatsApp takes as they are. */
const types = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4"];

/** The first type that this browser records and that can be sent; nothing when there is none. */
export function recordingType(convertsVoice, isSupported) {
    const usable = convertsVoice ? types : types.slice(1, 3);
    return usable.find(isSupported);
}

const refusals = {
    NotAllowedError: "The browser doesn't let this page use the microphone. Allow it in the browser's settings for this site.",
    NotFoundError: "No microphone was found. Connect one, then try again.",
    NotReadableError: "The microphone is used by another program. Close that, then try again.",
};

const needsConverter =
    "This browser doesn't record in a way that WhatsApp takes, and ffmpeg, which converts it, isn't installed on this server. " +
    "Ask whoever runs it to install ffmpeg, or attach a sound file.";

export class Recorder {
    /** @param {HTMLFormElement} form @param {(media: {kind: string, id: string, voice?: boolean}) => void} onDone */
    constructor(form, onDone) {
        Object.assign(this, { form, onDone });
        this.bar = form.querySelector("#recorder");
        this.note = form.querySelector("#recorder-note");
        const find = (selector) => this.bar.querySelector(selector);
        this.parts = {
            meter: find("meter"),
            audio: find("audio"),
            time: find("[role=timer]"),
            stop: find("[value=stop]"),
            send: find("[value=send]"),
        };
        this.parts.stop.addEventListener("click", () => this.media.stop());
        this.parts.send.addEventListener("click", () => this.#send());
        find("[value=discard]").addEventListener("click", () => this.#end());
        this.cleanUp = new AbortController();
        addEventListener("beforeunload", (event) => this.isBusy && event.preventDefault(), { signal: this.cleanUp.signal });
    }

    get isBusy() {
        return !this.bar.hidden;
    }

    close() {
        this.cleanUp.abort();
        this.#end();
    }

    async start() {
        if (this.isBusy || this.isStarting) return;
        this.#say();
        if (!navigator.mediaDevices || !("MediaRecorder" in self)) {
            this.#say("Recording needs a browser that can do it, and an address that begins with https.");
            return;
        }
        const type = recordingType("convertsVoice" in this.form.dataset, (type) => MediaRecorder.isTypeSupported(type));
        if (!type) {
            this.#say(needsConverter);
            return;
        }
        this.isStarting = true;
        try {
            this.stream = await navigator.mediaDevices.getUserMedia({
                audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
            });
        } catch (error) {
            this.#say(refusals[error.name] ?? "The microphone can't be used right now. Try again.");
            return;
        } finally {
            this.isStarting = false;
        }
        // Left for another conversation meanwhile.
        if (this.cleanUp.signal.aborted) this.#end();
        else this.#record(type);
    }

    #record(type) {
        const pieces = [];
        const media = new MediaRecorder(this.stream, { mimeType: type, audioBitsPerSecond: bitsPerSecond });
        media.addEventListener("dataavailable", (event) => pieces.push(event.data));
        // One that was discarded ends too.
        media.addEventListener("stop", () => media === this.media && this.#review(new Blob(pieces, { type })));
        media.start(1000);
        this.media = media;
        this.#show({ isReview: false });
        this.parts.stop.focus();
        const began = performance.now();
        this.context = new AudioContext();
        const analyser = this.context.createAnalyser();
        this.context.createMediaStreamSource(this.stream).connect(analyser);
        const samples = new Float32Array(analyser.fftSize);
        this.timer = setInterval(() => {
            analyser.getFloatTimeDomainData(samples);
            const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
            // Speech is quiet by numbers: the root brings it up.
            this.parts.meter.value = Math.min(1, Math.sqrt(Math.sqrt(power)) * 1.5);
            const seconds = (performance.now() - began) / 1000;
            this.parts.time.textContent = duration(seconds);
            if (seconds >= longestSeconds) media.stop();
        }, levelMilliseconds);
    }

    /** Recorded: to be listened to, sent or discarded. */
    #review(blob) {
        this.#letGo();
        this.blob = blob;
        this.parts.audio.src = URL.createObjectURL(blob);
        this.#show({ isReview: true });
        this.parts.send.focus();
    }

    async #send() {
        if (this.transfer) return;
        this.#say();
        this.parts.send.setAttribute("aria-busy", "true");
        this.transfer = upload(this.form.dataset.voice, this.blob, () => {});
        try {
            const { id, kind, voice } = await this.transfer.done;
            this.onDone({ kind, id, voice: voice || undefined });
            if (!voice) toast("It goes out as a sound file: without ffmpeg, this server can't make a voice message of it.");
            this.#end();
        } catch (error) {
            if (error.name !== "AbortError") this.#say(error.detail ?? "No connection. The recording is still here; send it again.");
        } finally {
            this.transfer = undefined;
            this.parts.send.removeAttribute("aria-busy");
        }
    }

    #show({ isReview }) {
        this.bar.hidden = false;
        this.form.classList.add("recording");
        const { meter, audio, stop, send, time } = this.parts;
        meter.hidden = stop.hidden = time.hidden = isReview;
        audio.hidden = send.hidden = !isReview;
    }

    #letGo() {
        clearInterval(this.timer);
        this.context?.close();
        this.context = undefined;
        for (const track of this.stream?.getTracks() ?? []) track.stop();
        this.stream = undefined;
    }

    #end() {
        const hadFocus = this.bar.contains(document.activeElement);
        this.bar.hidden = true;
        this.form.classList.remove("recording");
        this.transfer?.cancel();
        const { media } = this;
        this.media = undefined;
        if (media?.state === "recording") media.stop();
        this.#letGo();
        if (this.parts.audio.src) URL.revokeObjectURL(this.parts.audio.src);
        this.parts.audio.removeAttribute("src");
        this.blob = undefined;
        this.#say();
        if (hadFocus) this.form.querySelector("textarea").focus();
    }

    #say(text) {
        this.note.textContent = text ?? "";
        this.note.hidden = !text;
    }
}
