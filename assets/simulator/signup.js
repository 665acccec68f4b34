// The window of Embedded Signup: step by step to a code, which goes to the page that opened it, and to nobody else.

import { h } from "./dom.js";

const asked = new URLSearchParams(location.search);
const opener = window.opener;
const origin = asked.get("origin") ?? "";
const extras = read(asked.get("extras"));
const setup = extras.setup ?? {};
const main = document.getElementById("main");
const permissions = [
    ["whatsapp_business_management", "Manage your WhatsApp accounts", "Numbers, profiles and templates."],
    ["whatsapp_business_messaging", "Send and receive WhatsApp messages", "In the name of your business."],
];

/** What was chosen so far. */
const chosen = { allowed: permissions.map(([name]) => name), method: "SMS" };
let offer;
/** The platform's name for the step at hand; null once nothing is left to tell. */
let step = null;
/** What the last screen has to hand over. */
let outcome = null;

function read(text) {
    try {
        return JSON.parse(text) ?? {};
    } catch {
        return {};
    }
}

async function call(method, path, body) {
    const response = await fetch(`/control/v1/signups${path}`, {
        method,
        headers: body ? { "Content-Type": "application/json" } : {},
        body: body && JSON.stringify(body),
        keepalive: path.endsWith("/release"),
    });
    const json = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(json.error ?? "The simulator doesn't answer.");
    return json;
}

/** To the page's own listener: JSON as a string, as the platform does it. */
function tell(event, data) {
    opener?.postMessage(JSON.stringify({ data, type: "WA_EMBEDDED_SIGNUP", event, version: 3 }), origin);
}

/** To the script that opened the window. */
function answer(code) {
    const words = new URLSearchParams({ cb: asked.get("cb") ?? "" });
    if (code) words.set("code", code);
    opener?.postMessage(String(words), origin);
}

function finish() {
    const done = outcome;
    [step, outcome] = [null, null];
    const both = [() => tell(done.event, done.data), () => answer(done.code)];
    if (done.first === "code") both.reverse();
    for (const one of both) one();
    // The code's seconds count from now on.
    call("POST", `/${done.code}/release`).catch(() => {});
}

function cancel(data = { current_step: step }) {
    step = null;
    tell("CANCEL", data);
    answer(null);
}

// However the window is closed: on the last screen that's success, before it isn't.
addEventListener("pagehide", () => {
    if (outcome) finish();
    else if (step) cancel();
});

function close(work) {
    work();
    window.close();
    // A window that no script opened stays.
    main.replaceChildren(h("p", {}, "You can close this window."));
}

function fail() {
    close(() =>
        cancel({
            error_message: "The simulated sign-up was broken off.",
            error_id: "524126",
            session_id: asked.get("cb") ?? "",
            timestamp: String(Math.floor(Date.now() / 1000)),
        }),
    );
}

/** One screen: a form whose main button goes on. What goes wrong is said above the buttons, and what was typed stays. */
function show({ name, title, text, parts = [], next = "Continue", back, others = [], go }) {
    step = name;
    const problem = h("p", { class: "form-error", role: "alert" });
    const attempt = async (work) => {
        problem.textContent = "";
        const buttons = [...form.querySelectorAll("button")];
        for (const button of buttons) button.disabled = true;
        try {
            await work();
        } catch (error) {
            problem.textContent = error.message;
        }
        for (const button of buttons) button.disabled = false;
    };
    const heading = h("h1", { tabindex: "-1" }, title);
    const form = h(
        "form",
        {
            novalidate: true,
            onsubmit: (event) => {
                event.preventDefault();
                attempt(() => go(new FormData(form)));
            },
        },
        ...parts,
        problem,
        h(
            "div",
            { class: "signup-row" },
            h("button", { type: "submit", class: "button main" }, next),
            ...others.map(([label, work]) =>
                h("button", { type: "button", class: "button", onclick: () => attempt(() => work(new FormData(form))) }, label),
            ),
            back && h("button", { type: "button", class: "button quiet", onclick: back }, "Back"),
        ),
    );
    main.replaceChildren(
        heading,
        text ? h("p", { class: "signup-place" }, text) : "",
        form,
        step
            ? h(
                  "div",
                  { class: "signup-row signup-end" },
                  h("button", { type: "button", class: "button", onclick: () => close(cancel) }, "Cancel"),
                  h("button", { type: "button", class: "button", onclick: fail }, "Break off with an error"),
              )
            : "",
    );
    heading.focus();
}

const choice = (name, value, label, note, isOn, type = "radio") =>
    h(
        "label",
        { class: "signup-choice" },
        h("input", { type, name, value, checked: isOn }),
        h("span", { dir: "auto" }, label, note ? h("small", {}, note) : null),
    );
const group = (legend, ...choices) => h("fieldset", {}, h("legend", {}, legend), ...choices);
const field = (label, attributes) => h("label", { class: "signup-field" }, label, h("input", { autocomplete: "off", ...attributes }));

function logIn() {
    const owners = offer.owners;
    show({
        name: "BUSINESS_ACCOUNT_SELECTION",
        title: `Connect to ${offer.app}`,
        text: "Nobody's real login is asked for. Choose who you are.",
        parts: [
            group(
                "Log in as",
                ...owners.map((owner, index) => {
                    const count = owner.accounts.length;
                    const note = count === 0 ? "Has no WhatsApp business account yet" : owner.accounts.map((one) => one.name).join(", ");
                    return choice("owner", owner.id, owner.name, note, chosen.owner ? chosen.owner.id === owner.id : index === 0);
                }),
            ),
        ],
        next: "Log in",
        go: (form) => {
            chosen.owner = owners.find((owner) => owner.id === form.get("owner"));
            pickAccount();
        },
    });
}

function pickAccount() {
    const accounts = chosen.owner.accounts;
    show({
        name: "WABA_PHONE_PROFILE_PICKER",
        title: "WhatsApp business account",
        text: `Logged in as ${chosen.owner.name}.`,
        parts: [
            group(
                "Account",
                choice("account", "", "Create a new account", null, !chosen.account),
                ...accounts.map((account) => choice("account", account.id, account.name, account.id, chosen.account?.id === account.id)),
            ),
            field("Name of a new account", {
                name: "accountName",
                maxlength: "100",
                value: chosen.accountName ?? setup.business?.name ?? "",
            }),
        ],
        back: logIn,
        go: (form) => {
            chosen.account = accounts.find((account) => account.id === form.get("account"));
            chosen.accountName = form.get("accountName").trim();
            if (!chosen.account && !chosen.accountName) throw new Error("Give the new account a name.");
            pickNumber();
        },
    });
}

function pickNumber() {
    const numbers = chosen.account?.numbers ?? [];
    show({
        name: "WABA_PHONE_PROFILE_PICKER",
        title: "Phone number",
        text: `In ${chosen.account?.name ?? chosen.accountName}.`,
        parts: [
            group(
                "Number",
                choice("number", "new", "Add a new number", null, true),
                ...numbers.map((number) =>
                    choice("number", number.id, number.display, `${number.name}${number.isVerified ? "" : ", not verified yet"}`, false),
                ),
                choice("number", "none", "Go on without a number", "It can be added later.", false),
            ),
        ],
        back: pickAccount,
        go: (form) => {
            const picked = form.get("number");
            chosen.number = numbers.find((number) => number.id === picked);
            if (picked === "new") describe();
            else if (chosen.number && !chosen.number.isVerified) askMethod();
            else allow();
        },
    });
}

function describe() {
    show({
        name: "WHATSAPP_BUSINESS_PROFILE_SETUP",
        title: "WhatsApp Business profile",
        text: "This is what people see of the number.",
        parts: [
            field("Display name", {
                name: "name",
                maxlength: "75",
                value: chosen.name ?? setup.phone?.displayName ?? setup.business?.name ?? "",
            }),
        ],
        back: pickNumber,
        go: (form) => {
            chosen.name = form.get("name").trim();
            if ([...chosen.name].length < 2) throw new Error("The display name needs at least two characters.");
            addNumber();
        },
    });
}

const methods = () =>
    group(
        "How to get the code",
        choice("method", "SMS", "Text message", null, chosen.method === "SMS"),
        choice("method", "VOICE", "Phone call", null, chosen.method === "VOICE"),
    );

function prefilled() {
    const { code, number } = setup.business?.phone ?? {};
    return number ? `+${String(code ?? "").replace(/\D/g, "")}${number}` : "";
}

async function sendCode(method) {
    chosen.method = method;
    await call("POST", "/codes", { number: chosen.number.id, method });
}

/** What was added is there from now on, whatever becomes of the code, and is offered when somebody goes back. */
function keep(added) {
    if (!chosen.account) {
        chosen.account = { id: added.account, name: chosen.accountName, numbers: [] };
        chosen.owner.accounts.unshift(chosen.account);
    }
    const { numbers } = chosen.account;
    chosen.number = numbers.find((number) => number.id === added.number.id) ?? added.number;
    if (!numbers.includes(chosen.number)) numbers.push(chosen.number);
}

function addNumber() {
    show({
        name: "PHONE_NUMBER_SETUP",
        title: "Add a phone number",
        text: "It mustn't be used on WhatsApp.",
        parts: [field("Phone number with country code", { name: "number", type: "tel", value: chosen.typed ?? prefilled() }), methods()],
        back: describe,
        go: async (form) => {
            chosen.typed = form.get("number");
            const added = await call("POST", "/numbers", {
                owner: chosen.owner.id,
                account: chosen.account?.id,
                accountName: chosen.account ? undefined : chosen.accountName,
                name: chosen.name,
                number: chosen.typed,
            });
            keep(added);
            if (chosen.number.isVerified) return allow();
            await sendCode(form.get("method"));
            enterCode();
        },
    });
}

/** For a number that was added before, and not verified. */
function askMethod() {
    show({
        name: "PHONE_NUMBER_SETUP",
        title: "Verify your number",
        text: chosen.number.display,
        parts: [methods()],
        others: [["Verify later", allow]],
        back: pickNumber,
        go: async (form) => {
            await sendCode(form.get("method"));
            enterCode();
        },
    });
}

function enterCode() {
    const note = h("p", { class: "hint", role: "status" });
    const again = async (method) => {
        await sendCode(method);
        note.textContent = method === "SMS" ? "A new code was sent." : "Your phone rings.";
    };
    note.textContent = `The code is on its way to ${chosen.number.display}.`;
    show({
        name: "PHONE_NUMBER_VERIFICATION",
        title: "Enter the code",
        parts: [field("Six digits", { name: "code", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "7" }), note],
        others: [
            ["Send a text message", () => again("SMS")],
            ["Call me", () => again("VOICE")],
            ["Verify later", allow],
        ],
        go: async (form) => {
            await call("POST", "/verifications", { number: chosen.number.id, code: form.get("code").replace(/\D/g, "") });
            chosen.number.isVerified = true;
            allow();
        },
    });
}

function allow() {
    show({
        name: "PERMISSIONS",
        title: `What ${offer.app} may do`,
        text: chosen.account?.name ?? chosen.accountName,
        parts: [
            group(
                "Permissions",
                ...permissions.map(([name, label, note]) =>
                    choice("allowed", name, label, note, chosen.allowed.includes(name), "checkbox"),
                ),
            ),
        ],
        next: "Allow",
        back: pickNumber,
        go: async (form) => {
            chosen.allowed = form.getAll("allowed");
            outcome = await call("POST", "", {
                app: asked.get("app_id"),
                configuration: asked.get("config_id"),
                owner: chosen.owner.id,
                account: chosen.account?.id,
                accountName: chosen.account ? undefined : chosen.accountName,
                number: chosen.number?.id,
                permissions: chosen.allowed,
                isHeld: true,
            });
            end();
        },
    });
}

function end() {
    show({
        name: null,
        title: `You are connected to ${offer.app}`,
        text: "Close this window to go back.",
        next: "Finish",
        go: () => close(finish),
    });
}

async function start() {
    try {
        const wantsCode = asked.get("response_type") === "code" && asked.get("override_default_response_type") === "true";
        if (!wantsCode) throw new Error("The page asked for something else than a code.");
        const query = new URLSearchParams({ configuration: asked.get("config_id") ?? "" });
        offer = await call("GET", `/${encodeURIComponent(asked.get("app_id") || "0")}?${query}`);
    } catch (error) {
        step = "BUSINESS_ACCOUNT_SELECTION";
        main.replaceChildren(
            h("h1", {}, "This window can't be used"),
            h("p", { class: "form-error", role: "alert" }, error.message),
            h("button", { type: "button", class: "button", onclick: () => close(cancel) }, "Close"),
        );
        return;
    }
    logIn();
}

start();
