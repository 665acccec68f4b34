// A list over a text field that offers what may take the place of the word at the caret: chosen by arrow keys, Enter, Tab or pointer. Fetched on first use.

/**
 * What a list offers, and for what.
 * @typedef {Object} Source
 * @property {(text: string, caret: number) => {start: number, part: string} | undefined} word begins with a sign; part is what stands behind it
 * @property {(part: string, show: (choices: Object[], sentence?: string) => void) => Promise<void> | void} find shows what there is, best first,
 *     perhaps again when there is more
 * @property {(item: HTMLElement, choice: Object) => void} draw
 * @property {(choice: Object) => string} insert
 * @property {(choice: Object, start: number) => void} [inserted]
 * @property {(count: number) => string} says about the choices; of none, nothing to say closes the list
 */

export class PickList {
    /**
     * @param {HTMLTextAreaElement} field
     * @param {HTMLElement} panel holds the list and what is said about it
     * @param {Source} source
     */
    constructor(field, panel, source) {
        Object.assign(this, { field, panel, source, shown: [], chosen: 0 });
        this.list = panel.querySelector("[role=listbox]");
        this.says = panel.querySelector("[role=status]");
        // A press on the list doesn't take the focus out of the field.
        this.list.addEventListener("pointerdown", (event) => event.preventDefault());
        this.list.addEventListener("click", (event) => {
            const item = event.target.closest("[role=option]");
            if (item) this.#choose(Number(item.dataset.index));
        });
        for (const kind of ["input", "click", "keyup"]) field.addEventListener(kind, () => this.update());
        field.addEventListener("blur", () => this.close());
        // Before the keys of the field itself: Enter chooses and doesn't send.
        field.addEventListener("keydown", (event) => this.#key(event), { capture: true });
        this.update();
    }

    get isOpen() {
        return !this.panel.hidden;
    }

    close() {
        this.word = undefined;
        this.panel.hidden = true;
        this.field.removeAttribute("aria-activedescendant");
    }

    /** Something was written, or the caret moved. */
    update() {
        const { value, selectionStart, selectionEnd } = this.field;
        const word = selectionStart === selectionEnd ? this.source.word(value, selectionStart) : undefined;
        if (!word) {
            this.dismissed = undefined;
            this.close();
        } else if (word.start !== this.dismissed) {
            // Keys that only move in the list come by here too.
            if (this.isOpen && word.start === this.word.start && word.part === this.word.part) return;
            this.#find(word);
        }
    }

    /** Takes the first as soon as the list is there: whoever types fast is faster than the server. */
    async chooseSoon() {
        await this.finding;
        if (this.isOpen) this.#choose(0);
    }

    async #find(word) {
        this.word = word;
        this.finding = undefined;
        let isShown = false;
        const finding = this.source.find(word.part, (choices, sentence = this.source.says(choices.length)) => {
            if (this.word !== word) return;
            // What somebody has gone to stays chosen when there is more.
            const goneTo = isShown && this.chosen > 0 ? this.shown[this.chosen] : undefined;
            isShown = true;
            this.#draw(choices, sentence, goneTo);
        });
        if (isShown) return;
        this.#draw([], "Loading");
        this.finding = finding;
        await finding;
        if (this.finding === finding) this.finding = undefined;
    }

    #draw(choices, sentence, goneTo) {
        this.shown = choices;
        this.panel.hidden = choices.length === 0 && !sentence;
        this.says.textContent = sentence;
        this.list.replaceChildren(...choices.map((choice, index) => this.#item(choice, index)));
        const wanted = JSON.stringify(goneTo);
        const again = choices.findIndex((choice) => JSON.stringify(choice) === wanted);
        this.#mark(Math.max(again, 0));
    }

    #item(choice, index) {
        const item = document.createElement("li");
        item.id = `${this.list.id}-${index}`;
        item.dataset.index = String(index);
        item.role = "option";
        this.source.draw(item, choice);
        return item;
    }

    #mark(index) {
        const items = [...this.list.children];
        this.chosen = items.length === 0 ? 0 : (index + items.length) % items.length;
        for (const [number, item] of items.entries()) item.ariaSelected = String(number === this.chosen);
        const item = items[this.chosen];
        item?.scrollIntoView({ block: "nearest" });
        if (item) this.field.setAttribute("aria-activedescendant", item.id);
        else this.field.removeAttribute("aria-activedescendant");
    }

    #key(event) {
        if (!this.isOpen || event.isComposing || event.shiftKey || event.altKey || event.ctrlKey) return;
        const isChoice = event.key === "Enter" || event.key === "Tab";
        if (isChoice && this.finding) this.chooseSoon();
        else if (isChoice && this.shown.length > 0) this.#choose(this.chosen);
        else if (event.key === "ArrowDown") this.#mark(this.chosen + 1);
        else if (event.key === "ArrowUp") this.#mark(this.chosen - 1);
        else if (event.key === "Escape") {
            this.dismissed = this.word.start;
            this.close();
        } else return;
        event.preventDefault();
        event.stopImmediatePropagation();
    }

    #choose(index) {
        const choice = this.shown[index];
        if (!choice) return;
        const { start, part } = this.word;
        this.close();
        this.field.setRangeText(this.source.insert(choice), start, start + 1 + part.length, "end");
        this.field.dispatchEvent(new Event("input", { bubbles: true }));
        this.source.inserted?.(choice, start);
    }
}
