// What the customer writes: text, replies, edits, and everything behind the paper clip.

import { upload } from "./api.js";
import { preview } from "./bubble.js";
import { h, icon } from "./dom.js";
import { form, menu } from "./sheets.js";

const emojis = ["🐱", "🎉", "☕", "🌵", "🚀", "🦊", "🍉", "💚"];
const places = [
    ["Harbour Street 5", "The old lighthouse", 53.5461, 9.9667],
    ["Avenida Atlântica 1702", "Copacabana", -22.9711, -43.1822],
];

export class Composer {
    #reply = null;
    #edit = null;

    constructor(host) {
        this.host = host;
        this.above = h("div", { class: "above", hidden: true });
        this.text = h("textarea", {
            name: "text",
            rows: "1",
            "aria-label": "Message",
            placeholder: "Message",
            dir: "auto",
            maxlength: "4096",
            enterkeyhint: "send",
        });
        this.files = h("input", { type: "file", class: "visually-hidden", tabindex: "-1", "aria-hidden": "true" });
        this.attach = h(
            "button",
            { type: "button", class: "icon-button", "aria-label": "Attach", "aria-haspopup": "menu", onclick: () => this.#menu() },
            icon("paperclip"),
        );
        this.button = h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));
        this.element = h("form", { class: "composer" }, this.above, this.attach, this.text, this.files, this.button);
        this.element.addEventListener("submit", (event) => {
            event.preventDefault();
            this.#submit();
        });
        this.text.addEventListener("keydown", (event) => {
            if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
                event.preventDefault();
                this.#submit();
            } else if (event.key === "Escape") {
                this.#clear();
            }
        });
        this.text.addEventListener("input", () => this.#grow());
    }

    setEnabled(isEnabled, reason) {
        for (const control of [this.text, this.attach, this.button]) control.disabled = !isEnabled;
        this.text.placeholder = isEnabled ? "Message" : reason;
    }

    replyTo(message) {
        this.#clear();
        this.#reply = message;
        this.#showAbove(message.fromCustomer ? "Reply to yourself" : "Reply", message);
    }

    edit(message) {
        this.#clear();
        this.#edit = message;
        this.text.value = message.content.body;
        this.#showAbove("Edit", message);
        this.#grow();
    }

    #showAbove(label, message) {
        this.above.replaceChildren(
            h(
                "span",
                { class: "quote" },
                h("span", { class: "quote-name" }, label),
                h("span", { class: "quote-text", dir: "auto" }, preview(message)),
            ),
            h("button", { type: "button", class: "icon-button", "aria-label": "Cancel", onclick: () => this.#clear() }, icon("x")),
        );
        this.above.hidden = false;
        this.text.focus();
    }

    #clear() {
        if (this.#edit) this.text.value = "";
        this.#reply = null;
        this.#edit = null;
        this.above.hidden = true;
        this.#grow();
    }

    /** Without the browser's own growing: as high as the text, up to five lines. */
    #grow() {
        this.text.style.height = "auto";
        this.text.style.height = `${Math.min(this.text.scrollHeight, 112)}px`;
    }

    async #submit() {
        const body = this.text.value.trim();
        if (!body) return;
        const message = this.#edit
            ? { type: "edit", edit: { original_message_id: this.#edit.id, message: { type: "text", text: { body } } } }
            : this.#quoting({ type: "text", text: { body } });
        this.text.value = "";
        this.#clear();
        // What couldn't be sent comes back, unless something new was typed meanwhile.
        if (!(await this.host.send(message)) && !this.text.value) this.text.value = body;
        this.#grow();
        this.text.focus();
    }

    #quoting(message) {
        return this.#reply ? { ...message, context: { message_id: this.#reply.id } } : message;
    }

    sendLocation(context) {
        const [address, name, latitude, longitude] = places[Math.floor(Math.random() * places.length)];
        const message = { type: "location", location: { latitude, longitude, name, address } };
        return this.host.send(context ? { ...message, context: { message_id: context } } : this.#quoting(message));
    }

    #menu() {
        menu(this.host.within(), this.attach, {
            entries: [
                ["Photo or video", "image", () => this.#pick("image/jpeg,image/png,video/mp4,video/3gpp")],
                ["Sample photo", "sun", () => this.#draw(900, 600, "image/png", sunset, "image", "photo.png")],
                ["Document", "file-text", () => this.#pick(".pdf,.txt,.doc,.docx,.xls,.xlsx,.ppt,.pptx")],
                ["Voice or sound", "mic", () => this.#pick("audio/ogg,audio/mpeg,audio/mp4,audio/aac,audio/amr")],
                ["Sticker", "smile", () => this.#draw(512, 512, "image/webp", sticker, "sticker", "sticker.webp")],
                ["Location", "map-pin", () => this.sendLocation()],
                ["Contact", "user", () => this.#contact()],
            ],
        });
    }

    #pick(accept) {
        this.files.accept = accept;
        this.files.value = "";
        this.files.onchange = () => this.files.files[0] && this.#sendFile(this.files.files[0]);
        this.files.click();
    }

    async #sendFile(file, as) {
        const [family] = file.type.split("/");
        const kind = as ?? (["image", "video", "audio"].includes(family) ? family : "document");
        try {
            const id = await upload(file, file.name ?? "file");
            const content = { id };
            if (kind === "document") content.filename = file.name;
            if (kind === "audio") content.voice = file.type.includes("ogg");
            await this.host.send(this.#quoting({ type: kind, [kind]: content }));
            this.#clear();
        } catch (error) {
            this.host.say(error.message);
        }
    }

    async #draw(width, height, type, paint, kind, name) {
        const canvas = Object.assign(document.createElement("canvas"), { width, height });
        paint(canvas.getContext("2d"), width, height);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, 0.8));
        await this.#sendFile(new File([blob], name, { type: blob.type }), kind);
    }

    #contact() {
        form(
            this.host.within(),
            "Share a contact",
            [
                ["name", "Name", "Ana Silva"],
                ["phone", "Number", "+55 21 99876-5401"],
            ],
            ({ name, phone }) =>
                this.host.send(
                    this.#quoting({
                        type: "contacts",
                        contacts: [
                            {
                                name: { formatted_name: name, first_name: name },
                                phones: [{ phone, type: "CELL", wa_id: phone.replace(/\D/g, "") }],
                            },
                        ],
                    }),
                ),
        );
    }
}

function sunset(context, width, height) {
    const sky = context.createLinearGradient(0, 0, 0, height * 0.7);
    const hue = Math.floor(Math.random() * 360);
    sky.addColorStop(0, `hsl(${hue} 60% 45%)`);
    sky.addColorStop(1, `hsl(${(hue + 60) % 360} 80% 75%)`);
    context.fillStyle = sky;
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#fff4c2";
    context.beginPath();
    context.arc(width * (0.3 + Math.random() * 0.4), height * 0.5, 70, 0, Math.PI * 2);
    context.fill();
    for (const [base, light] of [
        [0.66, 32],
        [0.78, 22],
    ]) {
        context.fillStyle = `hsl(${(hue + 140) % 360} 35% ${light}%)`;
        context.beginPath();
        context.moveTo(0, height);
        for (let x = 0; x <= width; x += 20) context.lineTo(x, height * base + Math.sin(x / 90 + base * 20) * 30);
        context.lineTo(width, height);
        context.fill();
    }
}

function sticker(context, width, height) {
    context.font = "380px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(emojis[Math.floor(Math.random() * emojis.length)], width / 2, height / 2 + 20);
}
