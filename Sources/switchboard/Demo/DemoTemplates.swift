internal import Domain
internal import Simulator
internal import Store

internal import struct Foundation.Date

/// The templates of the shop, beside those that every simulated account starts with.
enum DemoTemplates {
    static let all: [SimulatorSeed.ReviewedTemplate] = [
        .init(
            name: "order_update", language: "es", category: "UTILITY",
            components: """
                [{"type":"HEADER","format":"TEXT","text":"Pedido {{1}}","example":{"header_text":["A-17"]}},
                 {"type":"BODY","text":"Hola {{1}}, tu pedido {{2}} salió hoy de la tienda.","example":{"body_text":[["Ana","A-17"]]}},
                 {"type":"FOOTER","text":"Responde si algo no está bien"},
                 {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"¿Dónde está?"},{"type":"QUICK_REPLY","text":"Gracias"},
                  {"type":"URL","text":"Seguir","url":"https://shop.example/orders/{{1}}","example":["https://shop.example/orders/A-17"]}]}]
                """),
        .init(
            name: "new_lamps", category: "MARKETING",
            components: """
                [{"type":"HEADER","format":"IMAGE","example":{"header_handle":["4::demo"]}},
                 {"type":"BODY","text":"Hi {{first_name}}, *new lamps* are in. Show this message for {{discount}} off until Sunday.",
                  "example":{"body_text_named_params":[{"param_name":"first_name","example":"Ana"},{"param_name":"discount","example":"10 %"}]}},
                 {"type":"FOOTER","text":"Reply STOP to hear less from us"},
                 {"type":"BUTTONS","buttons":[{"type":"URL","text":"See them","url":"https://shop.example/lamps"},
                  {"type":"QUICK_REPLY","text":"Stop"}]}]
                """),
        .init(
            name: "follow_up", category: "UTILITY",
            components: """
                [{"type":"BODY","text":"Hello {{1}}, this is {{2}} from Acme Shop. You asked us about {{3}}. Shall we go on here?",
                  "example":{"body_text":[["Ana","Daniel","your order"]]}},
                 {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Yes, please"},{"type":"QUICK_REPLY","text":"No, thanks"}]}]
                """),
        .init(
            name: "summer_sale", category: "MARKETING", status: "REJECTED",
            components: #"[{"type":"BODY","text":"Everything must go, {{1}}","example":{"body_text":[["Ana"]]}}]"#),
        .init(
            name: "opening_hours", category: "UTILITY", status: "PENDING",
            components: #"[{"type":"BODY","text":"We are open from Monday to Saturday, 9:00 to 20:00."}]"#),
    ]

    /// The one that was sent in the past: known under another id than the simulator will give it, and so gone once it was asked.
    static func write(of connection: Connection, in transaction: any Transaction, access: Access, now: Date) throws {
        let components = """
            [{"type":"HEADER","format":"TEXT","text":"Order {{1}}"},
             {"type":"BODY","text":"Hi {{1}}, your order {{2}} left our shop today."},
             {"type":"FOOTER","text":"Reply to this message if something is wrong"},
             {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Where is it?"},{"type":"QUICK_REPLY","text":"Thank you"},
              {"type":"URL","text":"Track","url":"https://shop.example/orders/{{1}}"}]}]
            """
        let definition = TemplateDefinition(
            providerID: "demo", name: "order_update", language: "en_US", category: "UTILITY", status: .approved,
            components: try JSONText.decode(from: components))
        try TemplateTable(transaction, access).save(definition, connection: connection.id, asked: now, now: now)
    }
}
