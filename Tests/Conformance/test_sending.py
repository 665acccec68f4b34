"""Everything that the client can send, against the simulator."""

import pytest
from pywa import errors, types
from pywa.types import callback as buttons
from pywa.types import templates
from pywa.types.others import Contact

ANA = "5521998765401"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64
SECTIONS = buttons.SectionList(
    "Choose",
    [buttons.Section("A", [buttons.SectionRow("Row", "r1", "about it")]), buttons.Section("B", [buttons.SectionRow("Other", "r2")])],
)
MESSAGES = {
    "text": lambda wa: wa.send_message(ANA, "Hello", preview_url=True),
    "text with tracker": lambda wa: wa.send_message(ANA, "Hello", tracker="campaign:7"),
    "image by link": lambda wa: wa.send_image(ANA, "https://shop.example/a.png", caption="A"),
    "image by upload": lambda wa: wa.send_image(ANA, PICTURE, mime_type="image/png", caption="A"),
    "video": lambda wa: wa.send_video(ANA, b"0" * 64, mime_type="video/mp4", caption="A"),
    "audio": lambda wa: wa.send_audio(ANA, b"0" * 64, mime_type="audio/mpeg"),
    "voice": lambda wa: wa.send_voice(ANA, b"0" * 64, mime_type="audio/ogg"),
    "document": lambda wa: wa.send_document(ANA, b"%PDF-1.4", filename="a.pdf", mime_type="application/pdf", caption="A"),
    "sticker": lambda wa: wa.send_sticker(ANA, b"0" * 64, mime_type="image/webp"),
    "location": lambda wa: wa.send_location(ANA, 37.48, -122.14, name="Shop", address="1 Main"),
    "contacts": lambda wa: wa.send_contact(
        ANA,
        Contact(
            name=Contact.Name(formatted_name="Ana Silva", first_name="Ana"),
            phones=[Contact.Phone(phone="+15550199001", type="CELL", wa_id="15550199001")],
        ),
    ),
    "reply buttons": lambda wa: wa.send_message(
        ANA, "Well?", header="H", footer="F", buttons=[buttons.Button("Yes", "yes"), buttons.Button("No", "no")]
    ),
    "reply buttons under an image": lambda wa: wa.send_image(
        ANA, PICTURE, mime_type="image/png", caption="Well?", buttons=[buttons.Button("Yes", "yes")]
    ),
    "list": lambda wa: wa.send_message(ANA, "Which?", buttons=SECTIONS),
    "link button": lambda wa: wa.send_message(ANA, "Look", buttons=buttons.URLButton("Open", "https://shop.example")),
    "flow": lambda wa: wa.send_message(
        ANA,
        "Book",
        buttons=buttons.FlowButton(
            "Start", flow_id="123", flow_token="t1", flow_action_type=types.FlowActionType.NAVIGATE, flow_action_screen="FIRST"
        ),
    ),
    "call button": lambda wa: wa.send_message(ANA, "Call", buttons=buttons.VoiceCallButton("Call us")),
    "call permission": lambda wa: wa.send_message(ANA, "May we call?", buttons=buttons.CallPermissionRequestButton()),
    "location request": lambda wa: wa.request_location(ANA, "Where are you?"),
    "contact request": lambda wa: wa.request_contact_info(ANA, "Your number?"),
    "catalog": lambda wa: wa.send_catalog(ANA, "Our things", thumbnail_product_sku="sku1"),
    "product": lambda wa: wa.send_product(ANA, "9", "sku1"),
    "products": lambda wa: wa.send_products(ANA, "9", [types.ProductsSection("A", ["sku1", "sku2"])], "Title", "Body"),
    "carousel": lambda wa: wa.send_carousel(
        ANA,
        body="Look",
        cards=[
            buttons.ImageCarouselCard(
                image="https://shop.example/a.png", body=f"Card {number}", buttons=buttons.URLButton("Open", "https://shop.example")
            )
            for number in range(2)
        ],
    ),
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_message_is_accepted(kind, wa, fresh, open_window):
    sent = MESSAGES[kind](wa)
    assert sent.id.startswith("wamid.")
    (entry,) = fresh.control("GET", "ledger")["data"]
    assert entry["id"] == sent.id
    if kind == "text with tracker":
        assert entry["callbackData"] == "campaign:7"


def test_reply_reaction_read_and_typing(wa, fresh, open_window):
    assert wa.send_message(ANA, "Yes?", reply_to_message_id=open_window).id
    assert wa.send_reaction(ANA, "👍", open_window).id
    assert wa.remove_reaction(ANA, open_window).id
    assert wa.mark_message_as_read(open_window)
    assert wa.indicate_typing(open_window)
    chat = fresh.control("GET", f"phones/phone-1/chats/{fresh.number}")
    assert chat["isTyping"] and chat["data"][0]["readByBusiness"]


def test_templates_with_each_kind_of_parameter(wa, fresh, callback):
    positional = templates.BodyText.params("Ana", "A-17")
    assert wa.send_template(
        ANA,
        "order_update",
        templates.TemplateLanguage.ENGLISH_US,
        [
            templates.HeaderText.params("A-17"),
            positional,
            templates.QuickReplyButton.params(callback_data="where", index=0),
            templates.URLButton.params(url_variable="A-17", index=2),
        ],
    ).id
    assert wa.send_template(
        ANA, "visit_reminder", templates.TemplateLanguage.ENGLISH_US, [templates.BodyText.params(first_name="Ana", day="Monday")]
    ).id
    assert wa.send_template(ANA, "hello_world", templates.TemplateLanguage.ENGLISH_US, []).id
    money = templates.Currency(fallback_value="$100.99", code="USD", amount_1000=100990)
    date = templates.DateTime(fallback_value="Feb 25, 2027")
    assert wa.send_template(
        ANA,
        "order_update",
        templates.TemplateLanguage.ENGLISH_US,
        [
            templates.HeaderText.params("A-17"),
            templates.BodyText.params(money, date),
            templates.URLButton.params(url_variable="A-17", index=2),
        ],
    ).id


def test_created_templates_can_be_sent(wa, fresh, callback):
    made = wa.create_template(
        templates.Template(
            name="login_two",
            language=templates.TemplateLanguage.ENGLISH_US,
            category=templates.TemplateCategory.AUTHENTICATION,
            components=[
                templates.AuthenticationBody(add_security_recommendation=True),
                templates.AuthenticationFooter(code_expiration_minutes=5),
                templates.Buttons(buttons=[templates.CopyCodeOTPButton(text="Copy code")]),
            ],
        )
    )
    assert callback.next().value["event"] == "APPROVED"
    assert wa.send_template(
        ANA,
        "login_two",
        templates.TemplateLanguage.ENGLISH_US,
        [templates.AuthenticationBody.params(otp="123456"), templates.CopyCodeOTPButton.params(otp="123456")],
    ).id
    details = wa.get_template(made.id)
    assert details.status == templates.TemplateStatus.APPROVED


def test_marketing_messages_endpoint(wa, fresh):
    assert wa.send_template(
        ANA,
        "visit_reminder",
        templates.TemplateLanguage.ENGLISH_US,
        [templates.BodyText.params(first_name="Ana", day="Monday")],
        use_mm_lite_api=True,
    ).id


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (errors.ReEngagementMessage, lambda wa: wa.send_message("15550199001", "closed")),
        (errors.TemplateNotExists, lambda wa: wa.send_template(ANA, "no_such", templates.TemplateLanguage.ENGLISH_US, [])),
        (errors.TemplateParamCountMismatch, lambda wa: wa.send_template(ANA, "order_update", templates.TemplateLanguage.ENGLISH_US, [])),
        (errors.InvalidParameter, lambda wa: wa.send_location(ANA, 91, 0)),
    ],
)
def test_refusals_are_the_errors_that_the_client_knows(error, call, wa, open_window):
    with pytest.raises(error) as raised:
        call(wa)
    assert raised.value.fbtrace_id
