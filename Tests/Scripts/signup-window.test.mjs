// What may be believed of messages to the page of a sign-up, and what is passed on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isFromMeta, options, readEvent, sixDigits } from "../../assets/js/signup/window.js";

const own = "http://127.0.0.1:8082";

test("only Meta's hosts by https, and the script's own address, are believed", () => {
    for (const origin of ["https://facebook.com", "https://www.facebook.com", "https://a.b.facebook.com", own])
        assert.ok(isFromMeta(origin, own), origin);
    const others = [
        "http://www.facebook.com",
        "https://facebook.com.evil.example",
        "https://evilfacebook.com",
        "https://evil.example/facebook.com",
    ];
    others.push(
        "https://www.facebook.com:8443",
        "http://127.0.0.1:8083",
        "https://127.0.0.1:8082",
        "null",
        "",
        "javascript:facebook.com",
        `${own}.evil.example`,
    );
    for (const origin of others) assert.ok(!isFromMeta(origin, own), origin);
});

test("an event of a session is read, in the forms of any version; anything else is nothing", () => {
    const message = (value) => JSON.stringify({ type: "WA_EMBEDDED_SIGNUP", ...value });
    assert.deepEqual(readEvent(message({ event: "FINISH", version: 3, data: { phone_number_id: "1", waba_id: 2, business_id: "3" } })), {
        event: "FINISH",
        businessAccountId: "2",
        phoneNumberId: "1",
    });
    assert.deepEqual(readEvent(message({ event: "CANCEL", data: { current_step: "PERMISSIONS" } })), {
        event: "CANCEL",
        currentStep: "PERMISSIONS",
    });
    assert.deepEqual(readEvent(message({ event: "CANCEL", data: { error_message: "No", error_id: "5" } })), {
        event: "CANCEL",
        errorMessage: "No",
    });
    assert.deepEqual(readEvent(message({ event: "ERROR" })), { event: "ERROR" });
    const nothing = [
        undefined,
        null,
        {},
        5,
        "",
        "cb=1&code=2",
        "null",
        "[]",
        message({ event: 5 }),
        JSON.stringify({ type: "OTHER", event: "FINISH" }),
    ];
    nothing.push("x".repeat(20_000), message({ event: "FINISH", data: { waba_id: { toString: 1 } }, type: undefined }));
    for (const data of nothing) assert.equal(readEvent(data), undefined, String(data).slice(0, 50));
});

test("the window is opened for a code, with what is known filled in", () => {
    const opened = options("99", { name: "Acme", code: "40", number: "721234567" });
    assert.equal(opened.config_id, "99");
    assert.equal(opened.response_type, "code");
    assert.deepEqual(opened.extras.setup.business, { name: "Acme", phone: { code: 40, number: "721234567" } });
    assert.deepEqual(options("99", { name: "Acme", code: "", number: "1" }).extras.setup.business, { name: "Acme" });
});

test("a pasted code keeps its six digits", () => {
    assert.equal(sixDigits("123-456"), "123456");
    assert.equal(sixDigits("Your code: 123 456 789"), "123456");
});
