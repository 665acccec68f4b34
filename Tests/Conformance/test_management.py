"""Media, templates, numbers, profile, callbacks and blocking, as the client calls them."""

import pytest
from pywa import errors, types
from pywa.types import templates

ANA = "5521998765401"


def test_media_goes_up_down_and_away(wa, fresh, tmp_path):
    media = wa.upload_media(b"%PDF-1.4 hello", mime_type="application/pdf", filename="a.pdf")
    described = wa.get_media_url(media.id)
    assert described.mime_type == "application/pdf"
    assert int(described.file_size) == 14
    assert wa.get_media_bytes(url=described.url) == b"%PDF-1.4 hello"
    assert wa.download_media(url=described.url, path=tmp_path).read_bytes() == b"%PDF-1.4 hello"
    assert wa.delete_media(media.id)
    with pytest.raises(errors.WhatsAppError) as raised:
        wa.get_media_url(media.id)
    assert (raised.value.code, raised.value.subcode) == (100, 33)


def test_templates_are_made_listed_changed_and_deleted(wa, fresh, callback):
    body = templates.BodyText("Hi {{1}}, your order {{2}} left our shop today.", "Ana", "A-17")
    made = wa.create_template(
        templates.Template(
            name="conformance",
            language=templates.TemplateLanguage.ENGLISH_US,
            category=templates.TemplateCategory.UTILITY,
            components=[
                templates.HeaderText("Order {{1}}", "A-17"),
                body,
                templates.FooterText(text="Shop"),
                templates.Buttons(
                    buttons=[
                        templates.QuickReplyButton(text="Stop"),
                        templates.URLButton(text="Track", url="https://a.example/{{1}}", example="https://a.example/1"),
                    ]
                ),
            ],
            parameter_format=templates.ParamFormat.POSITIONAL,
        )
    )
    assert callback.next().value["event"] == "APPROVED"
    found = wa.get_templates(name="conformance")
    assert [one.id for one in found] == [made.id]
    assert found.total_count == 1
    assert wa.get_template(made.id).status == templates.TemplateStatus.APPROVED
    updated = wa.update_template(made.id, new_components=[body])
    assert updated.id == made.id
    callback.next()
    assert wa.delete_template("conformance", template_id=made.id)
    assert len(list(wa.get_templates(name="conformance"))) == 0


def test_lists_page_by_page(wa, fresh):
    first = wa.get_business_phone_numbers(pagination=types.Pagination(limit=1))
    assert first.has_next and not first.has_previous
    second = first.next()
    assert [one.id for one in [*first, *second]] == [fresh.number, "720000000000002"]
    assert not second.has_next
    assert [one.id for one in second.previous()] == [fresh.number]


def test_a_header_with_an_uploaded_example(wa, fresh, callback):
    wa.create_template(
        templates.Template(
            name="with_picture",
            language=templates.TemplateLanguage.ENGLISH_US,
            category=templates.TemplateCategory.MARKETING,
            components=[
                templates.HeaderImage(b"\x89PNG" + b"0" * 20, mime_type="image/png"),
                templates.BodyText("Look at what we have for you this week."),
            ],
        )
    )
    assert callback.next().value["event"] == "APPROVED"
    sent = wa.send_template(
        ANA, "with_picture", templates.TemplateLanguage.ENGLISH_US, [templates.HeaderImage.params(image="https://shop.example/a.png")]
    )
    assert sent.id


def a_card():
    image = templates.HeaderImage(b"\x89PNG" + b"0" * 20, mime_type="image/png")
    link = templates.URLButton(text="Look", url="https://a.example/{{1}}", example="https://a.example/1")
    buttons = templates.Buttons(buttons=[templates.QuickReplyButton(text="Send one"), link])
    return templates.CarouselCard(components=[image, templates.BodyText("Only {{1}} for this one", "10 €"), buttons])


APP = templates.OTPSupportedApp(package_name="com.example.app", signature_hash="K8a/AINcGX7")
KINDS = {
    "named": lambda: [
        templates.HeaderText("For {{first_name}}", first_name="Ana"),
        templates.BodyText("Hello {{first_name}}, your visit is on {{day}} at noon.", first_name="Ana", day="Monday"),
    ],
    "buttons": lambda: [
        templates.BodyText("Show this code at the till."),
        templates.Buttons(
            buttons=[
                templates.CopyCodeButton(example="SAVE15"),
                templates.PhoneNumberButton(text="Call", phone_number="+15550100200"),
                templates.VoiceCallButton(text="Call here"),
                templates.FlowButton(text="Book", flow_id="1234567890", flow_action=types.FlowActionType.NAVIGATE, navigate_screen="FIRST"),
                templates.QuickReplyButton(text="Stop"),
            ]
        ),
    ],
    "offer": lambda: [
        templates.HeaderImage(b"\x89PNG" + b"0" * 20, mime_type="image/png"),
        templates.LimitedTimeOffer(text="Ends soon", has_expiration=True),
        templates.BodyText("Show this code at the till."),
        templates.Buttons(buttons=[templates.CopyCodeButton(example="SAVE15"), templates.URLButton(text="Look", url="https://a.example")]),
    ],
    "cards": lambda: [templates.BodyText("Look at what we have this week."), templates.Carousel(cards=[a_card(), a_card()])],
    "code by a tap": lambda: [
        templates.AuthenticationBody(),
        templates.AuthenticationFooter(),
        templates.Buttons(buttons=[templates.OneTapOTPButton(autofill_text="Fill in", supported_apps=[APP])]),
    ],
    "code by itself": lambda: [
        templates.AuthenticationBody(add_security_recommendation=True),
        templates.Buttons(buttons=[templates.ZeroTapOTPButton(zero_tap_terms_accepted=True, supported_apps=[APP])]),
    ],
}


@pytest.mark.parametrize("kind", KINDS)
def test_templates_of_every_kind_are_taken(kind, wa, fresh, callback):
    category = templates.TemplateCategory.AUTHENTICATION if kind.startswith("code") else templates.TemplateCategory.MARKETING
    wa.create_template(
        templates.Template(
            name=kind.replace(" ", "_"),
            language=templates.TemplateLanguage.ENGLISH_US,
            category=category,
            components=KINDS[kind](),
            parameter_format=templates.ParamFormat.NAMED if kind == "named" else None,
        )
    )
    assert callback.next().value["event"] == "APPROVED"


def test_numbers_and_account(wa, fresh):
    number = wa.get_business_phone_number()
    assert number.id == fresh.number
    assert number.display_phone_number == "+1 555-010-0200"
    assert [one.id for one in wa.get_business_phone_numbers()] == [fresh.number, "720000000000002"]
    assert wa.get_business_account().name == "Harbour Street Coffee"


def test_the_life_of_a_number(wa, fresh):
    made = wa.create_phone_number(country_calling_code=49, phone_number="15112345678", verified_name="Acme")
    assert wa.request_verification_code(code_method="SMS", language_code="en_US", phone_id=made.id)
    code = fresh.control("GET", f"codes?number={made.id}")["data"][0]["code"]
    assert wa.verify_phone_number(code=code, phone_id=made.id)
    assert wa.register_phone_number(pin=123456, phone_id=made.id)
    assert wa.deregister_phone_number(phone_id=made.id)
    assert wa.update_display_name("Acme Two", phone_id=made.id)


def test_a_signed_up_business(wa, fresh, callback):
    app = fresh.signup
    owner = {"owner": "owner-2", "accountName": "Porter Repairs"}
    added = fresh.control("POST", "signups/numbers", {**owner, "name": "Porter", "number": "+4915112345678"})
    chosen = {"owner": "owner-2", "account": added["account"], "number": added["number"]["id"]}
    code = fresh.control("POST", "signups", {"app": app["appId"], "configuration": app["configurationId"], **chosen})["code"]
    wa.token = wa.api.get_business_access_token(client_id=int(app["appId"]), client_secret=app["appSecret"], code=code)["access_token"]
    with pytest.raises(errors.WhatsAppError) as raised:
        wa.api.get_business_access_token(client_id=int(app["appId"]), client_secret=app["appSecret"], code=code)
    assert (raised.value.code, raised.value.subcode) == (100, 36009)
    (number,) = wa.get_business_phone_numbers(waba_id=added["account"])
    assert (number.id, number.display_phone_number) == (added["number"]["id"], "+49 1511-234-5678")
    assert wa.request_verification_code(code_method="VOICE", language_code="en_US", phone_id=number.id)
    call = fresh.control("GET", f"codes?number={number.id}")["data"][0]
    code = fresh.control("POST", f"codes/{call['id']}/answer")["code"]
    assert wa.verify_phone_number(code=code, phone_id=number.id)
    assert wa.register_phone_number(pin=123456, phone_id=number.id)
    assert wa.override_waba_callback_url(callback.url + "/signup", fresh.verify_token, waba_id=added["account"])
    fresh.control("POST", "phones/phone-1/messages", {"to": number.id, "type": "text", "text": {"body": "Hello"}})
    assert callback.next().value["messages"][0]["text"]["body"] == "Hello"


def test_profile(wa, fresh):
    assert wa.update_business_profile(about="Coffee", industry=types.Industry.RESTAURANT, websites=["https://a.example"])
    profile = wa.get_business_profile()
    assert (profile.about, profile.industry, list(profile.websites)) == ("Coffee", types.Industry.RESTAURANT, ["https://a.example"])


def test_profile_in_full(wa, fresh):
    assert wa.update_business_profile(
        address="1 Harbour Street", description="Roasted here.", email="hello@coffee.example", profile_picture=b"\x89PNG" + b"0" * 20
    )
    profile = wa.get_business_profile()
    assert (profile.address, profile.description, profile.email) == ("1 Harbour Street", "Roasted here.", "hello@coffee.example")
    assert profile.profile_picture_url.startswith("http")
    assert wa.update_business_profile(email=None, websites=None, profile_picture=None)
    profile = wa.get_business_profile()
    assert not profile.email and not profile.websites and not profile.profile_picture_url
    with pytest.raises(errors.WhatsAppError):
        wa.update_business_profile(about="a" * 140)


def test_another_name_is_reviewed(wa, fresh, callback):
    before = wa.get_business_phone_number().verified_name
    assert wa.update_display_name("Harbour Street Two")
    value = callback.next().value
    assert (value["decision"], value["requested_verified_name"]) == ("APPROVED", "Harbour Street Two")
    assert wa.get_business_phone_number().verified_name == before
    assert wa.register_phone_number(pin=123456)
    assert wa.get_business_phone_number().verified_name == "Harbour Street Two"


def test_callbacks(wa, fresh, callback):
    token = wa.get_app_access_token(app_id=int(fresh.app), app_secret=fresh.secret)
    assert wa.set_app_callback_url(int(fresh.app), token, callback.url, fresh.verify_token, fields=("messages", "user_preferences"))
    assert wa.override_waba_callback_url(callback.url + "/account", fresh.verify_token)
    assert wa.override_phone_callback_url(callback.url + "/number", fresh.verify_token)
    with pytest.raises(errors.WhatsAppError):
        wa.override_phone_callback_url(callback.url + "/number", "wrong")
    fresh.write(type="text", text={"body": "Hi"})
    callback.next()
    assert fresh.control("GET", "deliveries?waitSeconds=5")["data"][-1]["url"].endswith("/number")
    assert wa.delete_phone_callback_url()
    assert wa.delete_waba_callback_url()


def test_blocking(wa, fresh, open_window):
    assert [user.input for user in wa.block_users([ANA]).added_users] == [ANA]
    with pytest.raises(errors.BulkBlockingFailed):
        wa.block_users(["15550199001"])
    assert [user.wa_id for user in wa.get_blocked_users()] == [ANA]
    assert wa.unblock_users([ANA]).removed_users


def test_a_wrong_token(wa, fresh):
    wa.token = "wrong"
    with pytest.raises(errors.AuthorizationError) as raised:
        wa.send_message(ANA, "Hi")
    assert raised.value.code == 190
