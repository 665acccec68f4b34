// Files to send: chosen, pasted or dropped; uploaded at once, with progress.

import { count } from "./characters.js";
import { upload } from "./http.js";
import { toast } from "./toast.js";

const fileLimit = 10;
/** Kinds that WhatsApp shows no caption with. */
const kindsWithoutCaption = ["audio", "sticker"];

export class Attachments {
    /** @param {HTMLFormElement} form @param {{onChange: () => void, onSend: () => void}} options */
    constructor(form, { onChange, onSend }) {
        Object.assign(this, { form, onChange, onSend, items: [] });
        this.address = form.dataset.upload;
        this.limits = JSON.parse(form.dataset.fileLimits);
        this.captionLimit = Number(form.dataset.captionLimit);
        this.tray = form.querySelector("#tray");
        this.cleanUp = new AbortController();
        const { signal } = this.cleanUp;
        const picker = form.querySelector("#files");
        const button = form.querySelector("#attach");
        button.hidden = false;
        button.addEventListener("click", () => picker.click());
        picker.addEventListener("change", () => {
            this.add(picker.files);
            picker.value = "";
        });
        form.addEventListener("paste", (event) => {
            if (!event.clipboardData.files.length) return;
            event.preventDefault();
            this.add(event.clipboardData.files);
        });
        this.#watchDrops(form.closest(".thread"), signal);
        addEventListener("beforeunload", (event) => this.items.length > 0 && event.preventDefault(), { signal });
    }

    close() {
        this.cleanUp.abort();
        this.clear();
    }

    /** @param {Iterable<File>} files */
    add(files) {
        const all = [...files];
        const taken = all.slice(0, fileLimit - this.items.length);
        for (const file of taken) this.#begin(file);
        if (taken.length < all.length) {
            const left = all.length - taken.length;
            const who = left === 1 ? `“${all.at(-1).name}” isn't` : `the last ${left} aren't`;
            toast(`${fileLimit} files can be sent at once; ${who} among them. Send these first.`, { stays: true });
        }
        this.onChange();
        this.form.querySelector("textarea").focus();
    }

    /** Whether every caption is short enough; the browser says beside the first that isn't what would do. */
    haveGoodCaptions() {
        return this.items.every(({ caption }) => caption.reportValidity());
    }

    /** Waits for these uploads. Then those of them that are still in the tray; whether one failed shows in its `file`. */
    async finish(items) {
        await Promise.all(items.map((item) => item.done));
        return items.filter((item) => this.items.includes(item));
    }

    /** Takes these out of the tray. */
    clear(items = this.items) {
        for (const item of [...items]) this.#remove(item);
    }

    #begin(file) {
        const view = document.getElementById("tray-item").content.querySelector("li").cloneNode(true);
        view.querySelector(".name").textContent = file.name;
        view.querySelector("button").setAttribute("aria-label", `Remove ${file.name}`);
        const item = { view, caption: view.querySelector(".caption") };
        this.#setUpCaption(item.caption, file);
        if (file.type.startsWith("image/")) this.#showThumb(view, file, item);
        this.items.push(item);
        this.tray.append(view);
        view.querySelector("button").addEventListener("click", () => this.#remove(item));
        const limit = this.limits[kindOf(file.type)];
        if (file.size > limit.bytes) {
            // Said at once, and not after all of it has travelled.
            fail(view, limit.says);
            Object.assign(item, { cancel() {}, done: Promise.resolve() });
            return;
        }
        const bar = document.createElement("progress");
        bar.max = 1;
        bar.setAttribute("aria-label", `Uploading ${file.name}`);
        view.querySelector(".state").replaceChildren(bar);
        const { done, cancel } = upload(this.address + named(file), file, (part) => {
            bar.value = part;
        });
        item.cancel = cancel;
        item.done = done.then(
            ({ id, kind }) => {
                view.querySelector(".state").textContent = size(file.size);
                const takesCaption = !kindsWithoutCaption.includes(kind);
                item.file = { id, kind, name: file.name, takesCaption };
                item.caption.hidden = !takesCaption;
            },
            (error) => {
                if (error.name === "AbortError") return;
                fail(view, error.detail ?? "No connection. Remove it and try again.");
            },
        );
    }

    #setUpCaption(field, file) {
        field.setAttribute("aria-label", `Caption of ${file.name}`);
        field.hidden = kindsWithoutCaption.includes(kindOf(file.type));
        field.addEventListener("input", () => {
            const length = count(field.value.trim());
            const isTooLong = length > this.captionLimit;
            field.setCustomValidity(isTooLong ? `A caption has at most ${this.captionLimit} characters, and this one has ${length}.` : "");
        });
        field.addEventListener("keydown", (event) => {
            if (event.key !== "Enter" || event.isComposing) return;
            // By itself it would press the form's first button, which is one of the times to send later.
            event.preventDefault();
            this.onSend();
        });
    }

    #showThumb(view, file, item) {
        item.picture = URL.createObjectURL(file);
        const picture = document.createElement("img");
        picture.className = "thumb";
        picture.alt = "";
        picture.src = item.picture;
        view.querySelector(".thumb").replaceWith(picture);
    }

    #remove(item) {
        item.cancel();
        item.view.remove();
        if (item.picture) URL.revokeObjectURL(item.picture);
        this.items.splice(this.items.indexOf(item), 1);
        this.onChange();
    }

    #watchDrops(area, signal) {
        area.addEventListener(
            "dragover",
            (event) => {
                if (!event.dataTransfer.types.includes("Files") || this.form.hidden) return;
                event.preventDefault();
                this.form.classList.add("dropping");
            },
            { signal },
        );
        area.addEventListener("dragleave", () => this.form.classList.remove("dropping"), { signal });
        area.addEventListener(
            "drop",
            (event) => {
                this.form.classList.remove("dropping");
                if (!event.dataTransfer.files.length || this.form.hidden) return;
                event.preventDefault();
                this.add(event.dataTransfer.files);
            },
            { signal },
        );
    }
}

function fail(view, words) {
    view.classList.add("broken");
    view.querySelector(".state").textContent = words;
}

/** As far as the browser knows; the server goes by the bytes. */
function kindOf(type) {
    if (type === "image/webp") return "sticker";
    return ["image", "video", "audio"].find((kind) => type.startsWith(`${kind}/`)) ?? "document";
}

const named = (file) => `?filename=${encodeURIComponent(file.name)}`;

const size = (bytes) => (bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);
