// When a message leaves that is sent later. Fetched on first use; the moments are tested by `node --test`.

const hour = 60 * 60 * 1000;
/** From now, at most. */
const longest = 366 * 24 * hour;
/** Of the day, for the choices without a time. */
const morning = 9;

/**
 * The moment that a choice or the field means, in the person's zone; nothing when it is over or too far off.
 * @param {string} choice as the server names them
 * @param {string} field `2026-11-23T09:00`
 */
export function moment(choice, field, now = new Date()) {
    const at =
        {
            "3-hours": () => new Date(now.getTime() + 3 * hour),
            tomorrow: () => inDays(1, now),
            // Sunday is 0; on a Monday the next one is meant.
            monday: () => inDays((8 - now.getDay()) % 7 || 7, now),
        }[choice]?.() ?? new Date(field);
    const rest = at.getTime() - now.getTime();
    return rest > 0 && rest <= longest ? at : undefined;
}

const inDays = (days, now) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, morning);

/** What was chosen in the sheet; nothing, with the reason beside the field, when it can't be. */
export function chosen(pane, button, isEmpty) {
    const error = pane.querySelector("#later-error");
    const at = moment(button.value, pane.querySelector("#later-at").value);
    error.hidden = Boolean(at) && !isEmpty;
    error.textContent = isEmpty
        ? "Write the message first, then choose when it leaves."
        : "Choose a time that is still to come, within a year.";
    if (!error.hidden) return undefined;
    pane.querySelector("#later-sheet").hidePopover();
    return at;
}
