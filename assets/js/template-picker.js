// Choosing a template, filling it in, seeing what it becomes, sending it. Fetched when it is first needed.
//
// Every piece is drawn by the server, the same as on the page without scripts.

import { newID } from "./composer.js";
import { fragment, upload } from "./http.js";
import { toastError } from "./toast.js";

const pauseMilliseconds = 200;

export class TemplatePicker {
    /**
     * @param {HTMLElement} element
     * @param {{onSend: (message: {clientId: string, body: Object, shown: string}) => void, onLeave: () => void}} options
     */
    constructor(element, { onSend, onLeave }) {
        Object.assign(this, { element, onSend, onLeave });
        this.address = element.dataset.address;
        const bar = document.createElement("div");
        bar.className = "picker-bar";
        const title = document.createElement("h2");
        title.textContent = "Send a template";
        this.leave = document.createElement("button");
        Object.assign(this.leave, { type: "button", className: "button quiet", textContent: "Back to writing" });
        this.leave.addEventListener("click", () => this.onLeave());
        bar.append(title, this.leave);
        this.body = document.createElement("div");
        this.body.className = "picker-body";
        element.replaceChildren(bar, this.body);
        element.addEventListener("click", (event) => this.#clicked(event));
        element.addEventListener("input", (event) => this.#typed(event));
        element.addEventListener("submit", (event) => this.#submitted(event));
        element.addEventListener("keydown", (event) => this.#key(event));
    }

    /** Shows what was last there; with `canLeave` there is a way back to free text. */
    async show({ canLeave, focus = true }) {
        this.leave.hidden = !canLeave;
        this.element.hidden = false;
        if (this.body.childElementCount === 0) await this.#load(this.address);
        if (focus) this.focus();
    }

    hide() {
        this.element.hidden = true;
    }

    focus() {
        const empty = [...this.element.querySelectorAll(".picker-fields input")].find((field) => !field.value && !field.hidden);
        (empty ?? this.element.querySelector(".picker-form [type=submit]") ?? this.element.querySelector("[type=search]"))?.focus();
    }

    get form() {
        return this.element.querySelector(".picker-form");
    }

    // Pages

    async #load(address, { keeps = {}, focus = false } = {}) {
        const attempt = {};
        this.loading = attempt;
        const part = new URL(address, location.href);
        part.searchParams.set("part", "picker");
        try {
            const page = await fragment(part);
            if (this.loading !== attempt) return;
            const search = this.element.querySelector("[type=search]");
            const results = page.querySelector(".picker-results");
            // A search changes what was found and leaves the field to whoever types.
            if (search && results && part.searchParams.has("q")) {
                const former = this.element.querySelector(".picker-results");
                const hadFocus = former.contains(document.activeElement);
                former.replaceWith(results);
                if (hadFocus) (results.querySelector("a") ?? search).focus();
                return;
            }
            this.body.replaceChildren(page);
            for (const element of this.body.querySelectorAll("[data-without-picker]")) element.hidden = true;
            this.#setUpForm(keeps);
            if (focus) this.focus();
        } catch (error) {
            if (this.loading === attempt) this.#failed(error);
        }
    }

    #failed(error) {
        if (this.body.childElementCount > 0) {
            toastError(error);
            return;
        }
        const line = document.createElement("p");
        line.className = "error";
        line.setAttribute("role", "alert");
        line.textContent = error.detail ?? "The templates can't be fetched right now. ";
        const again = document.createElement("button");
        Object.assign(again, { type: "button", className: "button", textContent: "Try again" });
        again.addEventListener("click", () => {
            this.body.replaceChildren();
            this.show({ canLeave: !this.leave.hidden });
        });
        this.body.replaceChildren(line, again);
    }

    #setUpForm(keeps) {
        if (!this.form) return;
        for (const field of this.form.querySelectorAll(".picker-fields input")) {
            if (keeps[field.name] !== undefined) field.value = keeps[field.name];
            field.dataset.first = field.value;
            if (field.dataset.file) this.#setUpFile(field);
        }
        if (Object.keys(keeps).length > 0) this.#check(false);
    }

    #clicked(event) {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
        const link = event.target.closest("a[data-template], a[data-choices]");
        if (!link) return;
        event.preventDefault();
        // In another language the same things are to be filled in.
        const keeps = this.form && link.matches("[data-template]") ? this.#values("name") : {};
        this.#load(link.href, { keeps, focus: true });
    }

    #key(event) {
        if (event.key === "Escape" && !this.leave.hidden) {
            event.preventDefault();
            this.onLeave();
        }
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        const stops = [...this.element.querySelectorAll(".picker-search [type=search], .picker-results a")];
        const place = stops.indexOf(document.activeElement);
        if (place < 0 || event.altKey) return;
        event.preventDefault();
        stops[place + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
    }

    #typed(event) {
        clearTimeout(this.timer);
        if (event.target.matches("[type=search]")) {
            const address = new URL(this.address, location.href);
            address.searchParams.set("q", event.target.value);
            this.timer = setTimeout(() => this.#load(address), pauseMilliseconds);
        } else if (this.form) {
            this.timer = setTimeout(() => this.#check(false), pauseMilliseconds);
        }
    }

    // Values

    /** By the fields' names, or by the variables' keys. */
    #values(by = "key") {
        const fields = [...this.form.querySelectorAll(".picker-fields input[name]")];
        return Object.fromEntries(fields.map((field) => [by === "name" ? field.name : field.name.replace(/^value\./, ""), field.value]));
    }

    /** Draws the preview anew. Tells whether all is well; what isn't stands beside its field once somebody wanted to send. */
    async #check(isSending) {
        const { form } = this;
        const attempt = {};
        this.checking = attempt;
        const fields = Object.fromEntries(new FormData(form));
        delete fields.csrfToken;
        const page = await fragment(`${form.dataset.template}/preview`, { method: "POST", fields }).catch((error) => {
            if (isSending) throw error;
        });
        if (!page || this.checking !== attempt || this.form !== form) return false;
        form.querySelector(".template-preview").replaceWith(page.querySelector(".template-preview"));
        const problems = new Map([...page.querySelectorAll("[data-key]")].map((line) => [line.dataset.key, line.textContent]));
        for (const place of form.querySelectorAll("[data-problem]")) {
            const text = problems.get(place.dataset.problem);
            if (text && (isSending || !place.hidden)) place.textContent = text;
            if (!text || isSending) place.hidden = !text;
            const field = form.querySelector(`[aria-describedby~="${place.id}"]`);
            if (!place.id || !field) continue;
            if (place.hidden) field.removeAttribute("aria-invalid");
            else field.setAttribute("aria-invalid", "true");
        }
        if (isSending) form.querySelector("[aria-invalid]:not([hidden])")?.focus();
        return problems.size === 0;
    }

    async #submitted(event) {
        event.preventDefault();
        const { form } = this;
        if (!form || event.target !== form) return;
        const button = form.querySelector("[type=submit]");
        if (button.getAttribute("aria-busy") === "true") return;
        button.setAttribute("aria-busy", "true");
        clearTimeout(this.timer);
        try {
            if (!(await this.#check(true))) return;
            const values = Object.fromEntries(Object.entries(this.#values()).filter(([, value]) => value.trim() !== ""));
            const id = form.dataset.template.split("/").at(-1);
            this.onSend({
                clientId: newID(),
                body: { template: { id, values } },
                shown: form.querySelector(".template-preview").dataset.text,
            });
            this.body.replaceChildren();
            this.onLeave();
        } catch (error) {
            toastError(error);
        } finally {
            button.removeAttribute("aria-busy");
        }
    }

    // A file on top

    #setUpFile(field) {
        const line = document.createElement("div");
        line.className = "picker-file";
        const choose = Object.assign(document.createElement("button"), {
            type: "button",
            className: "button",
            textContent: "Choose a file",
        });
        const state = Object.assign(document.createElement("span"), { dir: "auto", role: "status" });
        const picker = Object.assign(document.createElement("input"), { type: "file", hidden: true });
        picker.setAttribute("aria-label", "File on top");
        picker.accept = { image: "image/*", video: "video/*" }[field.dataset.file] ?? "";
        choose.addEventListener("click", () => picker.click());
        picker.addEventListener("change", () => picker.files[0] && this.#take(picker.files[0], field, state, choose));
        line.append(choose, state, picker);
        field.after(line);
    }

    async #take(file, field, state, choose) {
        choose.setAttribute("aria-busy", "true");
        state.textContent = `Uploading ${file.name}`;
        try {
            const address = `${this.element.dataset.upload}?filename=${encodeURIComponent(file.name)}`;
            const { id, kind } = await upload(address, file, () => {}).done;
            if (field.dataset.file !== "document" && kind !== field.dataset.file) {
                state.textContent = `This template takes ${field.dataset.file === "image" ? "an image" : "a video"}. Choose another file.`;
                return;
            }
            field.value = id;
            // The id says nothing to a person; the name does.
            field.hidden = true;
            const help = document.getElementById(`${field.id}-help`);
            if (help) help.hidden = true;
            choose.textContent = "Choose another file";
            state.textContent = file.name;
            await this.#check(false);
        } catch (error) {
            state.textContent = error.detail ?? "No connection. Choose the file again.";
        } finally {
            choose.removeAttribute("aria-busy");
        }
    }
}
