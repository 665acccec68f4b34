// The settings of notifications: what is chosen for this browser, and a try of each.

import "./page.js";
import { AlertChoices, markTab, playSound } from "./alerts.js";
import "./push.js";
import { toast } from "./toast.js";

/** How long a tried mark stays. */
const trialMilliseconds = 4000;

const section = document.getElementById("browser-alerts");
const choices = new AlertChoices(section.dataset.account);
document.getElementById("browser-choices").hidden = false;

for (const name of ["sound", "badge"]) {
    const box = document.getElementById(`alert-${name}`);
    box.checked = Boolean(choices.all[name]);
    box.addEventListener("change", () => {
        choices.set(name, box.checked);
        if (name === "badge" && !box.checked) markTab("");
        toast("Saved for this browser");
    });
}

document.getElementById("try-sound").addEventListener("click", async () => {
    if (!(await playSound())) toast("This browser doesn't play sounds on this page. Look at its settings for the site.");
});

document.getElementById("try-badge").addEventListener("click", () => {
    markTab("1");
    setTimeout(() => markTab(""), trialMilliseconds);
});
