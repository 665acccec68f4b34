// The control API of the simulator, as the page uses it.

const base = "/control/v1";

async function call(method, path, body) {
    const response = await fetch(base + path, {
        method,
        headers: body === undefined ? {} : { "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
        keepalive: method === "PATCH",
    });
    const json = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(json.error ?? "The simulator doesn't answer.");
    return json;
}

export const phones = () => call("GET", "/phones").then((page) => page.data);
export const phone = (id) => call("GET", `/phones/${id}`);
export const chat = (id, number) => call("GET", `/phones/${id}/chats/${number}`);
export const addPhone = (phone) => call("POST", "/phones", phone);
export const change = (id, changes) => call("PATCH", `/phones/${id}`, changes);
export const send = (id, number, message) => call("POST", `/phones/${id}/messages`, { to: number, ...message });
export const tap = (id, number, message, choice) => call("POST", `/phones/${id}/taps`, { to: number, message, choice });
export const marketing = (id, number, value) => call("POST", `/phones/${id}/marketing`, { to: number, value });
export const played = (id, message) => call("POST", `/phones/${id}/plays`, { message });
export const codes = () => call("GET", "/codes").then((page) => page.data);
export const answerCall = (id) => call("POST", `/codes/${id}/answer`);
export const mediaAddress = (id) => `${base}/media/${encodeURIComponent(id)}`;

export async function upload(file, name, type = file.type) {
    const response = await fetch(`${base}/media?filename=${encodeURIComponent(name)}`, {
        method: "POST",
        headers: { "Content-Type": type },
        body: file,
    });
    const json = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(json.error ?? "The file couldn't be sent.");
    return json.id;
}

/**
 * Calls back with the id of each phone that changes (an empty id means all), and when a code came to a business number.
 * `state` hears whether the stream stands.
 */
export function follow(changed, codeCame, state) {
    const source = new EventSource(`${base}/stream`);
    source.addEventListener("phone", (event) => changed(event.data));
    source.addEventListener("codes", codeCame);
    source.addEventListener("open", () => {
        state(true);
        changed("");
        codeCame();
    });
    source.addEventListener("error", () => state(false));
    return source;
}
