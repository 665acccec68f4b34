import Domain
import Foundation

/// Templates as Meta lists their components.
enum TemplateExamples {
    static func parts(_ json: String, format: Template.Format = .positional, category: String = "UTILITY") throws -> TemplateParts {
        TemplateParts(try components(json), format: format, category: category)
    }

    static func components(_ json: String) throws -> [JSONValue] { try JSONDecoder().decode([JSONValue].self, from: Data(json.utf8)) }

    static func value(_ json: String) throws -> JSONValue { try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)) }

    static let order = """
        [{"type":"HEADER","format":"TEXT","text":"Order {{1}}","example":{"header_text":["A-17"]}},
         {"type":"BODY","text":"Hi {{1}}, your order {{2}} left us.","example":{"body_text":[["Ana","A-17"]]}},
         {"type":"FOOTER","text":"Reply if something is wrong"},
         {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Where is it?"},
            {"type":"URL","text":"Track","url":"https://shop.example/o/{{1}}","example":["https://shop.example/o/A-17"]},
            {"type":"URL","text":"Shop","url":"https://shop.example"},
            {"type":"PHONE_NUMBER","text":"Call","phone_number":"+15550100200"}]}]
        """
    static let named = """
        [{"type":"header","format":"text","text":"For {{who}}","example":{"header_text_named_params":[{"param_name":"who","example":"Ana"}]}},
         {"type":"body","text":"{{ day }} at {{hour}}, {{who}}","example":{"body_text_named_params":[{"param_name":"day","example":"Monday"}]}}]
        """
    static let picture = """
        [{"type":"HEADER","format":"IMAGE","example":{"header_handle":["4::x"]}},{"type":"BODY","text":"New lamps"},
         {"type":"BUTTONS","buttons":[{"type":"COPY_CODE","example":"SAVE15"}]}]
        """
    static let place = #"[{"type":"HEADER","format":"LOCATION"},{"type":"BODY","text":"We are here"}]"#
    static let code = """
        [{"type":"BODY","text":"*{{1}}* is your code.","example":{"body_text":[["123456"]]}},{"type":"FOOTER","text":"Expires"},
         {"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy code","url":"https://www.whatsapp.com/otp/code/?code=otp{{1}}"}]}]
        """
    static let offer = """
        [{"type":"HEADER","format":"VIDEO"},{"type":"LIMITED_TIME_OFFER","limited_time_offer":{"text":"Ends soon","has_expiration":true}},
         {"type":"BODY","text":"Hello {{1}}"}]
        """
    static let carousel = """
        [{"type":"BODY","text":"Look, {{1}}"},{"type":"CAROUSEL","cards":[
          {"components":[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Lamp {{1}}"},
            {"type":"BUTTONS","buttons":[{"type":"URL","text":"Buy","url":"https://shop.example/{{1}}"}]}]},
          {"components":[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Mug"},
            {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"More"}]}]}]}]
        """
}
