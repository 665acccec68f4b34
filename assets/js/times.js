// Times as people read them, the same words as the server's. No DOM here.

const minute = 60_000;

const two = (number) => String(number).padStart(2, "0");

/** `10:42` */
export const clock = (date) => `${two(date.getHours())}:${two(date.getMinutes())}`;

/** How long a sound is: `0:07`, `12:30`; `0:00` as long as nobody knows. */
export function duration(seconds) {
    const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
    return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

/** `2026-11-21`, the day here. */
export const dayKey = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

/** Whole days between two days written `2026-11-21`. */
function daysBetween(earlier, later) {
    return Math.round((Date.parse(`${later}T00:00Z`) - Date.parse(`${earlier}T00:00Z`)) / (24 * 60 * minute));
}

/** `Tomorrow`, `Today`, `Yesterday`, `Monday`, `16 November`, `16 November 2025`. */
export function dayName(day, now = new Date()) {
    const ago = daysBetween(day, dayKey(now));
    if (ago === -1) return "Tomorrow";
    if (ago === 0) return "Today";
    if (ago === 1) return "Yesterday";
    const date = new Date(`${day}T12:00`);
    if (Math.abs(ago) <= 6) return date.toLocaleDateString("en-GB", { weekday: "long" });
    const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
    return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year });
}

/** For the list: today's by the clock, then by day, then by date. */
export function shortTime(date, now = new Date()) {
    const ago = daysBetween(dayKey(date), dayKey(now));
    if (ago <= 0) return clock(date);
    if (ago === 1) return "Yesterday";
    if (ago <= 6) return date.toLocaleDateString("en-GB", { weekday: "short" });
    const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
    const month = date.toLocaleDateString("en-GB", { month: "long" }).slice(0, 3);
    return `${date.getDate()} ${month}${year ? ` ${date.getFullYear()}` : ""}`;
}

/** What is left, in the two largest units: `21 h 17 min`, `45 min`. */
export function span(milliseconds) {
    const minutes = Math.floor(milliseconds / minute);
    if (minutes < 1) return "less than a minute";
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
