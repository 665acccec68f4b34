// What opens over the phone's screen: menus, the rows of a list message, small forms.

import { h, icon } from "./dom.js";

/** Something over the screen that Escape and a tap outside close; the focus goes back to where it was. */
function over(screen, kind, content, label) {
    screen.querySelector(".over")?.remove();
    const back = document.activeElement;
    const sheet = h(
        "div",
        { class: `over ${kind}`, role: "dialog", "aria-modal": "true", "aria-label": label },
        h("div", { class: "over-panel" }, ...content),
    );
    const close = () => {
        sheet.remove();
        if (back?.isConnected) back.focus();
    };
    sheet.addEventListener("keydown", (event) => event.key === "Escape" && close());
    sheet.addEventListener("click", (event) => event.target === sheet && close());
    screen.append(sheet);
    sheet.querySelector("button, input")?.focus();
    return { sheet, close };
}

export function menu(screen, _button, { emojis = [], react, entries }) {
    const shown = over(
        screen,
        "menu",
        [
            emojis.length > 0
                ? h(
                      "div",
                      { class: "emoji-row" },
                      ...emojis.map((emoji) =>
                          h(
                              "button",
                              { type: "button", "aria-label": `React with ${emoji}`, onclick: () => done(() => react(emoji)) },
                              emoji,
                          ),
                      ),
                  )
                : null,
            ...entries.map(([label, name, action]) =>
                h("button", { type: "button", class: "entry", onclick: () => done(action) }, icon(name), label),
            ),
        ],
        "Actions",
    );
    function done(action) {
        shown.close();
        action();
    }
}

export function listSheet(screen, action, tap) {
    const shown = over(
        screen,
        "bottom",
        [
            h("h3", {}, action.button),
            h(
                "div",
                { class: "rows" },
                ...action.sections.flatMap((section) => [
                    section.title ? h("h4", { dir: "auto" }, section.title) : null,
                    ...section.rows.map((row) =>
                        h(
                            "button",
                            {
                                type: "button",
                                class: "row",
                                onclick: () => {
                                    shown.close();
                                    tap(row.id);
                                },
                            },
                            h("strong", { dir: "auto" }, row.title),
                            row.description ? h("small", { dir: "auto" }, row.description) : null,
                        ),
                    ),
                ]),
            ),
        ],
        action.button,
    );
}

export function form(screen, title, fields, done) {
    const inputs = fields.map(([name, label, value]) =>
        h("label", {}, label, h("input", { name, value, required: true, autocomplete: "off" })),
    );
    const element = h(
        "form",
        { class: "sheet-form" },
        h("h3", {}, title),
        ...inputs,
        h("button", { type: "submit", class: "button main" }, "Send"),
    );
    const shown = over(screen, "bottom", [element], title);
    element.addEventListener("submit", (event) => {
        event.preventDefault();
        const values = Object.fromEntries(new FormData(element));
        shown.close();
        done(values);
    });
}
