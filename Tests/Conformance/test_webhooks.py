"""Every webhook that the simulator sends, one item a body: signed as the client checks it, parsed as the client's own update types."""

import re

import pytest
from pywa import types
from pywa.types import calls, system, templates, user_preferences
from pywa.types.others import MessageType

ANA = "5521998765401"
OGG, WEBP, PNG = "audio/ogg; codecs=opus", "image/webp", "image/png"

EXPECTED = {
    "text": types.Message,
    "image": types.Message,
    "video": types.Message,
    "audio": types.Message,
    "document": types.Message,
    "sticker": types.Message,
    "location": types.Message,
    "contacts": types.Message,
    "reaction": types.Message,
    "order": types.Message,
    "request_welcome": types.Message,
    "unsupported": types.Message,
    "referral": types.Message,
    "button": types.CallbackButton,
    "button_reply": types.CallbackButton,
    "list_reply": types.CallbackSelection,
    "flow": types.FlowCompletion,
    "call_permission": calls.CallPermissionUpdate,
    "number_change": system.PhoneNumberChange,
    "edit": types.EditedMessage,
    "revoke": types.DeletedMessage,
}


def interactive(kind, reply):
    return {"type": "interactive", "interactive": {"type": kind, kind: reply}, "context": {"message_id": "wamid.X"}}


INBOUND = {
    "text": {"type": "text", "text": {"body": "Olá / 👋"}, "forwarded": True},
    "location": {"type": "location", "location": {"latitude": 1.5, "longitude": 2.5, "name": "Shop", "address": "1 Main"}},
    "contacts": {
        "type": "contacts",
        "contacts": [
            {"name": {"formatted_name": "Ben", "first_name": "Ben"}, "phones": [{"phone": "+1", "type": "CELL"}], "origin": "other"}
        ],
    },
    "order": {
        "type": "order",
        "order": {
            "catalog_id": "9",
            "text": "x",
            "product_items": [{"product_retailer_id": "s", "quantity": 1, "item_price": 2.5, "currency": "USD"}],
        },
    },
    "request_welcome": {"type": "request_welcome"},
    "unsupported": {"type": "unsupported", "unsupported": {"type": "poll"}},
    "referral": {
        "type": "text",
        "text": {"body": "From an ad"},
        "referral": {
            "source_url": "https://ad.example",
            "source_id": "1",
            "source_type": "ad",
            "headline": "H",
            "body": "B",
            "media_type": "image",
            "image_url": "https://ad.example/a.png",
            "ctwa_clid": "c",
        },
    },
    "button": {"type": "button", "button": {"payload": "STOP", "text": "Stop"}, "context": {"message_id": "wamid.X"}},
    "button_reply": interactive("button_reply", {"id": "yes", "title": "Yes"}),
    "list_reply": interactive("list_reply", {"id": "r1", "title": "Row", "description": "about"}),
    "flow": interactive("nfm_reply", {"name": "flow", "body": "Sent", "response_json": '{"flow_token":"t1"}'}),
    "call_permission": interactive(
        "call_permission_reply", {"response": "accept", "response_source": "user_action", "expiration_timestamp": 1790600000}
    ),
    "number_change": {"type": "system", "system": {"type": "user_changed_number", "body": "Ana changed", "wa_id": "5521900000009"}},
}


@pytest.fixture
def parse(wa, caplog):
    """Checks a webhook's signature by the client's own validator and returns the update that its handlers get."""

    def parse(webhook):
        assert wa.webhook_update_validator(webhook.body, webhook.signature) is None
        assert wa.webhook_update_validator(webhook.body + b" ", webhook.signature) is not None
        caplog.clear()  # The refusal above is meant.
        seen = []
        for handler in wa._handlers_to_updates:
            wa.add_handlers(handler(lambda _, update: seen.append(update)))
        answer = wa.webhook_update_handler(webhook.body)
        assert answer == ("ok", 200)
        errors = [record.message for record in caplog.records if record.levelname in ("ERROR", "WARNING")]
        assert not errors, errors
        (update,) = seen
        wa._handlers.clear()
        return update

    return parse


@pytest.mark.parametrize("kind", INBOUND)
def test_inbound(kind, fresh, callback, parse):
    message = fresh.write(**INBOUND[kind])
    update = parse(callback.next())
    assert isinstance(update, EXPECTED[kind])
    assert update.id == message
    if kind == "number_change":
        assert update.new_wa_id == "5521900000009"
        return
    assert update.from_user.name == "Ana Silva"
    assert update.from_user.wa_id == ANA
    if kind == "text":
        assert (update.text, update.forwarded) == ("Olá / 👋", True)
    if kind == "referral":
        assert update.referral.source_id == "1"
    if kind == "button":
        assert (update.data, update.reply_to_message.message_id) == ("STOP", "wamid.X")
    if kind == "unsupported":
        assert update.type == MessageType.UNSUPPORTED


@pytest.mark.parametrize(
    ("kind", "content_type", "extra"),
    [
        ("image", PNG, {"caption": "A"}),
        ("video", "video/mp4", {}),
        ("audio", OGG, {"voice": True}),
        ("document", "application/pdf", {"filename": "a.pdf"}),
        ("sticker", WEBP, {"animated": False}),
    ],
)
def test_inbound_media(kind, content_type, extra, wa, fresh, callback, parse):
    content = b"bytes of a " + kind.encode()
    fresh.write(type=kind, **{kind: {"id": fresh.media(content, content_type), **extra}})
    update = parse(callback.next())
    assert isinstance(update, EXPECTED[kind])
    media = update.media
    assert media.mime_type == content_type
    assert wa.get_media_bytes(url=wa.get_media_url(media.id).url) == content
    assert wa.get_media_bytes(url=media.url) == content


def test_reactions_edits_and_revokes(fresh, callback, parse):
    original = fresh.write(type="text", text={"body": "Hi"})
    callback.next()
    fresh.write(type="reaction", reaction={"message_id": original, "emoji": "👍"})
    assert parse(callback.next()).reaction.emoji == "👍"
    fresh.write(type="reaction", reaction={"message_id": original})
    assert not parse(callback.next()).reaction.emoji
    fresh.write(type="edit", edit={"original_message_id": original, "message": {"type": "text", "text": {"body": "Hello"}}})
    assert isinstance(parse(callback.next()), EXPECTED["edit"])
    fresh.write(type="revoke", revoke={"original_message_id": original})
    assert isinstance(parse(callback.next()), EXPECTED["revoke"])


def test_someone_with_only_a_username(wa, fresh, callback, parse):
    fresh.write(phone="phone-4", type="text", text={"body": "Hi"})
    update = parse(callback.next())
    assert update.from_user.wa_id is None
    assert update.from_user.username == "@miawolf"
    assert update.reply("Hello").id
    assert parse(callback.next()).status == types.MessageStatusType.SENT


def test_statuses(wa, fresh, callback, parse, open_window):
    fresh.control("PATCH", "phones/phone-1", {"openChat": fresh.number})
    sent = wa.send_message(ANA, "Hi", tracker="row-7")
    for expected in (types.MessageStatusType.SENT, types.MessageStatusType.DELIVERED, types.MessageStatusType.READ):
        update = parse(callback.next())
        assert (update.id, update.status, update.tracker) == (sent.id, expected, "row-7")
        assert update.from_user.wa_id == ANA
        if expected != types.MessageStatusType.READ:
            assert update.pricing.billable is False


def test_a_played_voice_message(wa, fresh, callback, parse, open_window):
    fresh.control("PATCH", "phones/phone-1", {"openChat": fresh.number})
    sent = wa.send_voice(ANA, b"0" * 64, mime_type="audio/ogg")
    for _ in range(3):
        callback.next()
    fresh.control("POST", "phones/phone-1/plays", {"message": sent.id})
    update = parse(callback.next())
    assert (update.id, update.status) == (sent.id, types.MessageStatusType.PLAYED)


def test_failed_status(wa, fresh, callback, parse, open_window):
    fresh.control("PATCH", "phones/phone-1", {"blocked": {fresh.number: True}})
    sent = wa.send_message(ANA, "Hi")
    update = parse(callback.next())
    assert (update.id, update.status) == (sent.id, types.MessageStatusType.FAILED)
    assert update.error.code == 131026


@pytest.mark.parametrize("value", ["stop", "resume"])
def test_user_preferences(value, fresh, callback, parse):
    fresh.control("POST", "phones/phone-1/marketing", {"to": fresh.number, "value": value})
    update = parse(callback.next())
    assert isinstance(update, user_preferences.UserMarketingPreferences)
    assert update.value == value
    assert update.from_user.wa_id == ANA


@pytest.mark.parametrize("status", ["REJECTED", "PAUSED", "DISABLED", "APPROVED"])
def test_template_status(status, fresh, callback, parse):
    template = fresh.control("GET", "templates")["data"][0]
    fresh.control("PATCH", f"templates/{template['id']}", {"status": status})
    update = parse(callback.next())
    assert isinstance(update, templates.TemplateStatusUpdate)
    assert (update.new_status, update.template_name) == (status, template["name"])


def test_every_type_is_tried(fresh):
    """The simulator names all types that a customer can send; those that aren't above have tests of their own."""
    with pytest.raises(AssertionError, match="The type must be one of") as refusal:
        fresh.write(type="smoke signal")
    known = re.search(r"one of: ([a-z_, ]+)\.", str(refusal.value)).group(1).split(", ")
    others = {"image", "video", "audio", "document", "sticker", "reaction", "edit", "revoke"}
    assert {message["type"] for message in INBOUND.values()} | others == set(known)
