// What Meta's window tells the page (Embedded Signup, v4). Without a page, so that it can be tried alone.

/**
 * Whether a message may be believed to be Meta's: by https from facebook.com or a host below it, or from where the script came.
 * @param {string} origin of the message
 * @param {string} own scheme and host of the script, as whoever runs the server set it
 */
export function isFromMeta(origin, own) {
    if (origin === own) return true;
    let from;
    try {
        from = new URL(origin);
    } catch {
        return false;
    }
    const host = from.hostname;
    return from.protocol === "https:" && from.port === "" && (host === "facebook.com" || host.endsWith(".facebook.com"));
}

/**
 * The fields of a session's event for our server; undefined for anything else that is posted to windows.
 * @param {unknown} data of the message: JSON in a string
 * @returns {Record<string, string> | undefined}
 */
export function readEvent(data) {
    if (typeof data !== "string" || data.length > 10_000) return undefined;
    let message;
    try {
        message = JSON.parse(data);
    } catch {
        return undefined;
    }
    if (message?.type !== "WA_EMBEDDED_SIGNUP" || typeof message.event !== "string") return undefined;
    const told = message.data ?? {};
    const fields = { event: message.event };
    const names = {
        waba_id: "businessAccountId",
        phone_number_id: "phoneNumberId",
        current_step: "currentStep",
        error_message: "errorMessage",
    };
    for (const [theirs, ours] of Object.entries(names)) {
        if (typeof told[theirs] === "string" || typeof told[theirs] === "number") fields[ours] = String(told[theirs]);
    }
    return fields;
}

/**
 * What the window is opened with. What it is told of the business is filled in there, and can be changed.
 * @param {string} configuration of the app
 * @param {{name: string, code: string, number: string}} business its name to customers, and its number in two parts
 */
export function options(configuration, { name, code, number }) {
    const business = code ? { name, phone: { code: Number(code), number } } : { name };
    return {
        config_id: configuration,
        response_type: "code",
        override_default_response_type: true,
        extras: {
            setup: { business, phone: { displayName: name } },
            featureType: "",
            features: [],
            sessionInfoVersion: "3",
            version: "v4",
        },
    };
}

/** The six digits of what was pasted or typed. */
export function sixDigits(text) {
    return text.replace(/[^0-9]/g, "").slice(0, 6);
}
