"""What the client can't do, with the real platform either: each by name, so that nothing else is excused.

`get_blocked_users` fails with the documented answer too and isn't here: the simulator sends the member that the client needs (see test_blocking).
"""

import json

import pytest
from pywa import types


def test_get_call_permissions_raises_before_any_request(wa, fresh):
    with pytest.raises(TypeError):
        wa.get_call_permissions("5521998765401")


def test_only_the_first_item_of_a_body_is_read(wa, fresh, callback):
    fresh.control("PATCH", "settings", {"webhookBatch": 3})
    fresh.control("PUT", "faults/webhooks", {"reorder": 3})
    for number in range(3):
        fresh.write(type="text", text={"body": str(number)})
    webhook = callback.next()
    assert wa.webhook_update_validator(webhook.body, webhook.signature) is None
    assert len(json.loads(webhook.body)["entry"][0]["changes"]) == 3
    seen = []
    wa.on_message()(lambda _, message: seen.append(message.text))
    wa.webhook_update_handler(webhook.body)
    assert seen == ["2"]


def test_no_handler_is_called_without_contacts(wa, fresh, callback, open_window, caplog):
    fresh.control("PATCH", "settings", {"contactsOnFailed": False})
    fresh.control("PATCH", "phones/phone-1", {"blocked": {fresh.number: True}})
    wa.send_message("5521998765401", "Hi")
    seen = []
    wa.on_message_status()(lambda _, status: seen.append(status))
    assert wa.webhook_update_handler(callback.next().body) == ("ok", 200)
    assert not seen
    assert "Failed to construct update" in caplog.text


def test_templates_have_no_second_page(wa, fresh):
    page = wa.get_templates(pagination=types.Pagination(limit=3))
    assert len(page) == 3 and page.has_next
    with pytest.raises(TypeError, match="item_factory"):
        page.next()
