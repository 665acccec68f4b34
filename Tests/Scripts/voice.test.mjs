import assert from "node:assert/strict";
import { test } from "node:test";
import { recordingType } from "../../assets/js/composer/voice.js";

const having =
    (...types) =>
    (type) =>
        types.includes(type);

test("what is recorded depends on the browser and on the server", () => {
    const chromium = having("audio/webm;codecs=opus", "audio/mp4");
    assert.equal(recordingType(true, chromium), "audio/webm;codecs=opus");
    // Opus in MP4, which is what this browser would write, isn't taken by WhatsApp.
    assert.equal(recordingType(false, chromium), undefined);
    assert.equal(recordingType(false, having("audio/ogg;codecs=opus")), "audio/ogg;codecs=opus");
    assert.equal(recordingType(false, having("audio/mp4;codecs=mp4a.40.2", "audio/mp4")), "audio/mp4;codecs=mp4a.40.2");
    assert.equal(recordingType(true, having()), undefined);
});
