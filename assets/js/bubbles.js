// The bubbles of a thread as they stand in the page: what they say, day lines between them, groups of one writer.

import { dayName } from "./times.js";

/** Bubbles of one writer within five minutes stand close together. */
const groupMilliseconds = 5 * 60 * 1000;

/** Whether one stands before the other: by time, then by sequence. */
export function before(one, other) {
    const difference = Number(one.dataset.at) - Number(other.dataset.at) || Number(one.dataset.sequence) - Number(other.dataset.sequence);
    return difference < 0;
}

/** What a bubble says, in a line: for quotes. */
export function summary(bubble) {
    const text = bubble.querySelector(".body")?.textContent.trim();
    return text || bubble.querySelector(".kind, .file, .waiting")?.textContent.trim() || "Message";
}

export function writer(bubble) {
    return bubble.querySelector(".bubble > .visually-hidden")?.textContent.replace(/:$/, "") ?? "";
}

/** Draws day lines where days begin, and marks which bubbles begin a group. */
export function arrange(list, bubbles) {
    let previous;
    for (const bubble of bubbles) {
        const above = bubble.previousElementSibling;
        const unreadLine = above?.classList.contains("unread-line") ? above : undefined;
        const aboveAll = unreadLine ? unreadLine.previousElementSibling : above;
        const dayLine = aboveAll?.classList.contains("day") ? aboveAll : undefined;
        const isNewDay = previous?.dataset.day !== bubble.dataset.day;
        if (isNewDay && !dayLine) list.insertBefore(newDayLine(bubble.dataset.day), unreadLine ?? bubble);
        else if (!isNewDay && dayLine) dayLine.remove();
        const isGrouped =
            !isNewDay &&
            !unreadLine &&
            previous.dataset.side === bubble.dataset.side &&
            writer(previous) === writer(bubble) &&
            Number(bubble.dataset.at) - Number(previous.dataset.at) < groupMilliseconds;
        bubble.classList.toggle("first", !isGrouped && bubble.classList.contains("message"));
        previous = bubble;
    }
    nameDays(list);
}

/** Names the days anew, which change at midnight, and removes lines that have nothing under them. */
export function nameDays(list, now = new Date()) {
    let previous;
    for (const line of list.querySelectorAll(":scope > .day")) {
        const next = line.nextElementSibling;
        if (line.dataset.day === previous || !next || next.classList.contains("day")) {
            line.remove();
            continue;
        }
        previous = line.dataset.day;
        const name = dayName(line.dataset.day, now);
        if (line.textContent !== name) line.textContent = name;
    }
}

function newDayLine(day) {
    const line = document.createElement("li");
    line.className = "day";
    line.dataset.day = day;
    return line;
}
