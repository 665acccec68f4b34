// Messages and calls to the businesses' own numbers: the codes by which somebody shows that a number is theirs.

import * as api from "./api.js";
import { brief, h, icon } from "./dom.js";

export class OwnNumbers {
    #say;
    #seen = new Set();
    #codes = [];
    #toggle = document.getElementById("own");
    #count = document.getElementById("own-count");
    #panel = document.getElementById("codes");
    #list = document.getElementById("codes-list");

    constructor(say) {
        this.#say = say;
        this.#toggle.addEventListener("click", () => {
            this.#panel.hidden = !this.#panel.hidden;
            this.#toggle.setAttribute("aria-expanded", String(!this.#panel.hidden));
            this.#draw();
        });
    }

    async load() {
        try {
            this.#codes = await api.codes();
            this.#draw();
        } catch (error) {
            this.#say(error.message);
        }
    }

    #draw() {
        const isOpen = !this.#panel.hidden;
        if (isOpen) for (const code of this.#codes) this.#seen.add(code.id);
        const unseen = this.#codes.filter((code) => !this.#seen.has(code.id)).length;
        this.#count.hidden = unseen === 0;
        this.#count.textContent = String(unseen);
        this.#count.setAttribute("aria-label", `${unseen} new`);
        const focused = document.activeElement?.closest?.("[data-code]")?.dataset.code;
        this.#list.replaceChildren(...this.#codes.map((code) => this.#row(code)));
        if (this.#codes.length === 0) this.#list.append(h("li", { class: "hint" }, "Nothing yet."));
        const row = focused && this.#list.querySelector(`[data-code="${CSS.escape(focused)}"]`);
        if (row) (row.querySelector("button") ?? row).focus();
    }

    #row(code) {
        const isCall = code.method === "VOICE";
        const isRinging = isCall && !code.isAnswered;
        return h(
            "li",
            { class: "code", "data-code": code.id, tabindex: "-1" },
            icon(isCall ? "phone" : "message-circle"),
            h(
                "span",
                { class: "person-text" },
                h("span", { class: "code-number", dir: "auto" }, `${code.name ?? "A deleted number"} ${code.display ?? ""}`),
                h("span", { class: "code-text" }, isRinging ? "WhatsApp is calling." : code.text),
            ),
            h("span", { class: "person-time" }, brief(code.at)),
            isRinging && h("button", { type: "button", class: "button main", onclick: () => this.#answer(code.id) }, "Answer"),
        );
    }

    async #answer(id) {
        try {
            await api.answerCall(id);
            await this.load();
        } catch (error) {
            this.#say(error.message);
        }
    }
}
