// The part of the platform's JavaScript that Embedded Signup needs, for pages that are tried against the simulator:
// FB.init and FB.login. It opens the simulator's window, which answers by messages: JSON for the page, and a query
// (cb=…&code=…) for this script.

(() => {
    const base = new URL(document.currentScript.src).origin;
    const size = "width=600,height=760";
    // In fifths of a second.
    const patience = 25;
    let settings = null;

    /** As the platform's script does it: a frame and a call, which the page's policy has to allow. */
    function settle() {
        const frame = document.createElement("iframe");
        frame.src = `${base}/dialog/frame`;
        frame.hidden = true;
        document.body.append(frame);
        fetch(`${base}/assets/simulator/icon.svg`, { mode: "no-cors" }).catch(() => {});
    }

    function init(options) {
        const isFirst = !settings;
        settings = options;
        if (!isFirst) return;
        if (document.body) settle();
        else addEventListener("DOMContentLoaded", settle);
    }

    const nothing = () => ({ authResponse: null, status: "unknown" });

    function login(done, options = {}) {
        if (!settings) {
            console.error("FB.login() called before FB.init().");
            return;
        }
        const id = `f${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
        const query = new URLSearchParams({
            cb: id,
            app_id: settings.appId,
            config_id: options.config_id ?? "",
            response_type: options.response_type ?? "token",
            override_default_response_type: String(options.override_default_response_type === true),
            extras: JSON.stringify(options.extras ?? {}),
            version: settings.version ?? "",
            origin: location.origin,
        });
        const opened = open(`${base}/dialog/signup?${query}`, id, size);
        if (!opened) {
            setTimeout(() => done(nothing()));
            return;
        }
        const finish = (response) => {
            removeEventListener("message", hear);
            clearInterval(watch);
            done(response);
        };
        const hear = (event) => {
            if (event.origin !== base || event.source !== opened || typeof event.data !== "string") return;
            const answer = new URLSearchParams(event.data);
            if (answer.get("cb") !== id) return;
            const code = answer.get("code");
            finish(code ? { authResponse: { code }, status: "connected" } : nothing());
        };
        addEventListener("message", hear);
        // A window that is closed says so itself, by a message that may take its time. Of one that can't any more, this is the end.
        let ticks = 0;
        const watch = setInterval(() => {
            if (opened.closed) ticks += 1;
            if (ticks > patience) finish(nothing());
        }, 200);
    }

    window.FB = { init, login };
    setTimeout(() => window.fbAsyncInit?.());
})();
