// What can be done in the inbox, by a key or from the command menu.

/**
 * @param {Object} inbox
 * @param {HTMLElement} inbox.pane
 * @param {import("./list.js").ConversationList} inbox.list
 * @param {import("./undo.js").Undo} inbox.undo
 * @param {import("./details.js").Details} inbox.details
 * @param {import("./thread.js").Thread | undefined} inbox.thread the open one, as are composer and notes
 * @returns {import("./shortcuts.js").Command[]}
 */
export function inboxCommands(inbox) {
    const { pane, list, several, undo } = inbox;
    /** Whether the open thread has a part; by their roles people see more or less of it. */
    const has = (id) => () => Boolean(inbox.thread && pane.querySelector(`#${id}`));
    return [
        {
            key: "e",
            keys: "E",
            name: () => (inbox.thread.state === "open" ? "Close the conversation" : "Reopen the conversation"),
            can: has("closure"),
            work: inbox.toggleState,
        },
        {
            key: "shift e",
            keys: "Shift E",
            name: "Close the conversation and open the next",
            can: () => has("closure")() && inbox.thread.state === "open",
            work: inbox.closeAndNext,
        },
        {
            key: "r",
            keys: "R",
            name: "Write a reply",
            can: () => Boolean(inbox.composer?.isOpen),
            work: () => {
                inbox.notes?.leave();
                inbox.composer.focus();
            },
        },
        { key: "n", keys: "N", name: "Write a note for colleagues", can: has("noting"), work: () => inbox.notes.focus() },
        {
            key: "t",
            keys: "T",
            name: "Send a template",
            can: has("template-picker"),
            work: () => {
                inbox.notes?.leave();
                inbox.composer.chooseTemplate();
            },
        },
        { key: "s", keys: "S", name: "Snooze the conversation", can: has("snoozing"), work: () => inbox.thread.showMore("snoozing") },
        { key: "i", keys: "I", name: "Assign the conversation to me", can: has("assignment"), work: () => inbox.assign(true) },
        { key: "a", keys: "A", name: "Assign the conversation", can: has("assignment"), work: () => inbox.thread.chooseAssignment() },
        { key: "l", keys: "L", name: "Label the conversation", can: has("labelling"), work: () => inbox.thread.showMore("labelling") },
        { key: "u", keys: "U", name: "Mark the conversation as unread", can: has("unreading"), work: inbox.markUnread },
        {
            key: "]",
            keys: "]",
            name: () => (inbox.details.isShown ? "Hide the details" : "Show the details"),
            can: has("show-details"),
            work: () => inbox.details.toggle(),
        },
        {
            name: "Archive the conversation",
            can: () => has("archiving")() && inbox.thread.state !== "archived",
            work: () => pane.querySelector("#archiving").requestSubmit(),
        },
        {
            name: () =>
                pane.querySelector("#answering-ai").elements.ai.value === "active"
                    ? "Let the AI answer here"
                    : "Keep the AI from answering here",
            can: has("answering-ai"),
            work: () => pane.querySelector("#answering-ai").requestSubmit(),
        },
        { key: "z", keys: "Z", name: "Undo the last change", can: () => undo.isPossible, work: () => undo.takeBack() },
        { key: "j", keys: "J", name: "Next conversation", work: () => inbox.openNeighbour(1) },
        { key: "k", keys: "K", name: "Previous conversation", work: () => inbox.openNeighbour(-1) },
        {
            key: "x",
            keys: "X",
            name: "Choose the conversation, together with others",
            can: () => list.selected !== undefined,
            work: () => several.toggle(list.selected),
        },
        {
            key: "c",
            keys: "C",
            name: "New conversation",
            can: () => document.getElementById("new-conversation") !== null,
            work: () => document.getElementById("new-conversation").click(),
        },
        { name: "Filter the list", work: () => document.getElementById("filter-sheet").showPopover() },
        { key: "/", keys: "/", name: "Search messages, notes and contacts", work: () => document.getElementById("search-field").focus() },
        { more: () => (inbox.thread ? choices(pane) : []) },
    ];
}

/** What the open sheets of the thread offer to choose from. */
function choices(pane) {
    const snoozes = [...pane.querySelectorAll("#snoozing .presets button")].map((button) => ({
        name: `Snooze: ${button.textContent.toLowerCase()}`,
        work: () => button.click(),
    }));
    const assignee = pane.querySelector("#assignee");
    const people = [...(assignee?.options ?? [])]
        .filter((option) => option.value && option.value !== assignee.value)
        .map((option) => ({
            name: `Assign to ${option.textContent}`,
            work: () => {
                assignee.value = option.value;
                assignee.form.requestSubmit();
            },
        }));
    const labels = [...pane.querySelectorAll("#labelling [name=labels]")].map((box) => ({
        name: `${box.checked ? "Take off" : "Put on"} the label ${box.labels[0].textContent.trim()}`,
        work: () => {
            box.checked = !box.checked;
            box.form.requestSubmit();
        },
    }));
    return [...snoozes, ...people, ...labels].map((entry) => ({ ...entry, onlySought: true }));
}
