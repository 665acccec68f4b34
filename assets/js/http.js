// Requests to our own server. Refusals come as problems (RFC 9457) and are thrown as such.

/** The server said no, and why. */
export class Refusal extends Error {
    constructor(status, code, detail, retryAfterSeconds) {
        super(detail);
        Object.assign(this, { status, code, detail, retryAfterSeconds });
    }

    /** Whether the same request may well go through later. */
    get isTemporary() {
        return this.status === 429 || this.status >= 500;
    }
}

const token = () => document.querySelector("meta[name=csrf]")?.content ?? "";

/**
 * Sends a request and returns the answer.
 * @param {string} address
 * @param {{method?: string, headers?: Record<string, string>, json?: unknown, fields?: Record<string, string>, timeoutSeconds?: number,
 *     keepalive?: boolean}} [options]
 */
export async function request(address, { method = "GET", headers: own, json, fields, timeoutSeconds = 20, keepalive = false } = {}) {
    const headers = { Accept: "application/problem+json, */*;q=0.8", ...own };
    let body;
    if (json !== undefined) {
        headers["Content-Type"] = "application/json";
        body = JSON.stringify(json);
    } else if (fields !== undefined) {
        body = new URLSearchParams(fields);
    }
    if (method !== "GET") headers["X-CSRF-Token"] = token();
    const answer = await fetch(address, { method, headers, body, keepalive, signal: AbortSignal.timeout(timeoutSeconds * 1000) });
    if (answer.redirected && new URL(answer.url).pathname === "/sign-in") throw signedOut();
    if (!answer.ok) throw await refusal(answer);
    return answer;
}

/** A piece of a page, as a document fragment. */
export async function fragment(address, options) {
    const answer = await request(address, options);
    return parse(await answer.text());
}

/** HTML of ours as a document fragment. */
export function parse(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
}

/**
 * Uploads a file, telling how much of it has left.
 * @returns {{done: Promise<{id: string, kind: string}>, cancel: () => void}}
 */
export function upload(address, file, onProgress) {
    const transfer = new XMLHttpRequest();
    const done = new Promise((resolve, reject) => {
        transfer.open("POST", address);
        transfer.responseType = "json";
        transfer.setRequestHeader("Accept", "application/json");
        transfer.setRequestHeader("X-CSRF-Token", token());
        transfer.setRequestHeader("Content-Type", file.type || "application/octet-stream");
        transfer.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
        transfer.onload = () => {
            const answer = transfer.response;
            if (transfer.status < 300 && answer?.id) resolve(answer);
            else if (transfer.status === 401) reject(signedOut());
            else reject(new Refusal(transfer.status, answer?.code ?? "", answer?.detail ?? "The file wasn't accepted."));
        };
        transfer.onerror = () => reject(new TypeError("No connection"));
        transfer.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
        transfer.send(file);
    });
    return { done, cancel: () => transfer.abort() };
}

function signedOut() {
    // Signing in makes a new session, whose token this page doesn't have.
    const advice = "Sign in again, then reload this page. What you wrote is kept; attached files must be chosen again.";
    return new Refusal(401, "access.sign-in-needed", `You are signed out. ${advice}`);
}

async function refusal(answer) {
    const problem = await answer.json().catch(() => ({}));
    if (answer.status === 401) return signedOut();
    const wait = Number(answer.headers.get("Retry-After")) || undefined;
    return new Refusal(answer.status, problem.code ?? "", problem.detail ?? "That didn't work. Try again in a minute.", wait);
}
