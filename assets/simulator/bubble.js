// One message as it looks on the phone.

import { mediaAddress } from "./api.js";
import { clock, formatted, h, icon } from "./dom.js";

const kinds = {
    image: "Photo",
    video: "Video",
    audio: "Voice message",
    document: "Document",
    sticker: "Sticker",
    location: "Location",
    contacts: "Contact",
    order: "Order",
};

/** One line about a message, for lists and quotes. */
export function preview(message) {
    const { type, content } = message;
    if (message.revoked) return "Deleted message";
    if (type === "text") return content.body ?? "";
    if (type === "template") return content.body;
    if (type === "interactive") return content.body?.text ?? content[content.type]?.title ?? content[content.type]?.body ?? "Answer";
    if (type === "button") return content.text ?? "";
    return content?.caption || content?.filename || kinds[type] || "Message";
}

/** `act` has `tap(choice)`, `list(message)`, `play()`, `menu(button)` and `jump(id)`. */
export function bubble(message, quoted, act) {
    const side = message.fromCustomer ? "out" : "in";
    const body = message.revoked ? [h("p", { class: "revoked" }, "This message was deleted")] : parts(message, act);
    const isBare = message.type === "sticker" && !message.revoked;
    return h(
        "article",
        { class: `message ${side}${isBare ? " bare" : ""}`, "data-message": message.id, "data-type": message.type },
        h(
            "div",
            { class: "bubble" },
            message.forwarded ? h("p", { class: "forwarded" }, "Forwarded") : null,
            quoted ? quote(quoted, act) : null,
            ...body,
            h(
                "p",
                { class: "meta" },
                message.edited ? "Edited " : null,
                h("time", {}, clock(message.at)),
                message.fromCustomer ? ticks(message) : null,
            ),
            h(
                "button",
                {
                    type: "button",
                    class: "bubble-menu",
                    "aria-label": "Message actions",
                    "aria-haspopup": "menu",
                    onclick: (event) => act.menu(event.currentTarget),
                },
                icon("chevron-down"),
            ),
        ),
        message.revoked ? null : h("div", { class: "choices" }, ...choices(message, act)),
        reactions(message),
    );
}

function ticks(message) {
    if (!message.arrived) return icon("check", "Sent");
    const svg = icon("check-check", message.readByBusiness ? "Read" : "Delivered");
    if (message.readByBusiness) svg.classList.add("read");
    return svg;
}

function quote(quoted, act) {
    return h(
        "button",
        { type: "button", class: "quote", onclick: () => act.jump(quoted.id) },
        h("span", { class: "quote-name" }, quoted.fromCustomer ? "You" : "Business"),
        h("span", { class: "quote-text", dir: "auto" }, preview(quoted)),
    );
}

function reactions(message) {
    const given = [message.ownReaction, message.businessReaction].filter(Boolean);
    return given.length > 0 ? h("p", { class: "reactions", "aria-label": `Reactions: ${given.join(" ")}` }, ...given) : null;
}

function text(value, name = "text") {
    return value ? h("p", { class: name, dir: "auto" }, ...formatted(value)) : null;
}

function parts(message, act) {
    const { type, content } = message;
    switch (type) {
        case "text":
            return [text(content.body)];
        case "template":
            return [
                header(content.header),
                text(content.body),
                content.offer ? text(content.offer.text, "offer") : null,
                text(content.footer, "footer"),
                ...cards(content.cards),
            ];
        case "interactive":
            return interactive(message);
        case "button":
            return [text(content.text)];
        case "location":
            return [location(content)];
        case "contacts":
            return content.map(card);
        case "order":
            return [text(`${content.product_items?.length ?? 0} products`), text(content.text)];
        case "unsupported":
            return [text("A message of a kind that businesses can't see")];
        case "system":
            return [text(content.body)];
        default:
            return [media(type, content, act, message), text(content.caption)];
    }
}

function interactive({ content, fromCustomer }) {
    const answer = content[content.type];
    if (fromCustomer && answer) return [text(answer.title ?? answer.body ?? answer.response), text(answer.description, "footer")];
    return [header(content.header), text(content.body?.text), text(content.footer?.text, "footer"), ...cards(content.action?.cards)];
}

function header(value) {
    if (!value) return null;
    if (value.type === "text") return text(value.text, "header");
    if (value.type === "location") return location(value.location);
    return media(value.type, value[value.type] ?? {});
}

function cards(list) {
    if (!list) return [];
    return [
        h(
            "div",
            { class: "cards", tabindex: "0", role: "group", "aria-label": "Cards" },
            ...list.map((one) => h("div", { class: "card" }, header(one.header), text(one.body?.text ?? one.body))),
        ),
    ];
}

function media(type, content, act, message) {
    const sign = icon({ image: "image", video: "play", audio: "mic", sticker: "smile" }[type] ?? "file-text");
    if (content.link) {
        const from = h("span", {}, kinds[type] ?? "File", h("small", {}, "from a link"));
        return h("a", { class: "file", href: content.link, target: "_blank", rel: "noopener noreferrer" }, sign, from);
    }
    // What was sent before the simulator started is remembered without its contents.
    if (!content.id) return h("div", { class: "file" }, sign, h("span", {}, content.filename ?? kinds[type] ?? "File"));
    const address = mediaAddress(content.id);
    switch (type) {
        case "image":
            return h("img", { class: "picture", src: address, alt: content.caption || "Photo" });
        case "sticker":
            return h("img", { class: "sticker", src: address, alt: "Sticker" });
        case "video":
            return h("video", { class: "picture", src: address, controls: true, preload: "metadata", "aria-label": "Video" });
        case "audio":
            return h("audio", {
                class: "sound",
                src: address,
                controls: true,
                preload: "metadata",
                "aria-label": "Voice message",
                onplay: () => message?.fromCustomer === false && act?.play(),
            });
        default:
            return h(
                "a",
                { class: "file", href: address, download: content.filename ?? "" },
                icon("file-text"),
                h("span", {}, content.filename ?? "Document", h("small", {}, content.mime_type ?? "")),
            );
    }
}

function location(place) {
    const address = `https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}#map=16/${place.latitude}/${place.longitude}`;
    return h(
        "a",
        { class: "place", href: address, target: "_blank", rel: "noopener noreferrer" },
        h("span", { class: "map" }, icon("map-pin")),
        h("strong", { dir: "auto" }, place.name ?? "Location"),
        h("small", { dir: "auto" }, place.address ?? `${place.latitude}, ${place.longitude}`),
    );
}

function card(contact) {
    return h(
        "div",
        { class: "file" },
        icon("user"),
        h(
            "span",
            { dir: "auto" },
            contact.name?.formatted_name ?? "Contact",
            h("small", {}, contact.phones?.[0]?.phone ?? contact.emails?.[0]?.email ?? ""),
        ),
    );
}

const choice = (label, onclick, name, isDone) =>
    h("button", { type: "button", class: "choice", onclick, disabled: isDone }, icon(name), h("span", { dir: "auto" }, label));

/** The buttons below a message of the business. */
function choices(message, act) {
    if (message.fromCustomer) return [];
    const { type, content } = message;
    const isDone = Boolean(message.answered);
    if (type === "template")
        return [...(content.buttons ?? []), ...(content.cards ?? []).flatMap((one) => one.buttons ?? [])].map((button) =>
            templateButton(button, act, isDone),
        );
    if (type !== "interactive") return [];
    const action = content.action ?? {};
    switch (content.type) {
        case "button":
            return (action.buttons ?? []).map(({ reply }) => choice(reply.title, () => act.tap(reply.id), "reply", isDone));
        case "list":
            return [choice(action.button, () => act.list(message), "list-filter", isDone)];
        case "carousel":
            return (action.cards ?? []).flatMap((one) =>
                (one.action?.buttons ?? []).map(({ quick_reply: reply }) => choice(reply.title, () => act.tap(reply.id), "reply", isDone)),
            );
        case "cta_url":
            return [link(action.parameters?.display_text, action.parameters?.url)];
        case "flow":
            return [choice(action.parameters?.flow_cta, () => act.tap("done"), "workflow", isDone)];
        case "location_request_message":
            return [choice("Send location", () => act.location(message.id), "map-pin", isDone)];
        case "request_contact_info":
            return [choice("Share phone number", () => act.tap("share"), "user", isDone)];
        case "call_permission_request":
            return [
                choice("Allow calls", () => act.tap("accept"), "phone", isDone),
                choice("Don't allow", () => act.tap("reject"), "x", isDone),
            ];
        case "voice_call":
            return [choice(action.parameters?.display_text ?? "Call", () => {}, "phone", true)];
        default:
            return [];
    }
}

function link(label, address) {
    return h(
        "a",
        { class: "choice", href: address, target: "_blank", rel: "noopener noreferrer" },
        icon("link"),
        h("span", { dir: "auto" }, label),
    );
}

function templateButton(button, act, isDone) {
    switch (button.type) {
        case "quick_reply":
            return choice(button.text, () => act.tap(button.payload), "reply", isDone);
        case "url":
            return link(button.text, button.url);
        case "copy_code":
            return choice(button.text, () => navigator.clipboard?.writeText(button.code), "copy", false);
        case "phone_number":
            return choice(button.text, () => {}, "phone", true);
        default:
            return choice(button.text || "Open", () => {}, "link", true);
    }
}
