internal import Domain

internal import struct Foundation.Date

struct LabelBody: Encodable {
    let id: Identifier<Label>
    let name: String
    let color: Label.Color
    let createdAt: Date

    init(_ label: Label) { (id, name, color, createdAt) = (label.id, label.name, label.color, label.createdAt) }
}

extension LabelBody: APISchema {
    static let schemaName = "Label"
    static let schema = Schema.object([
        "id": Schema.id(Label.self), "name": Schema.text(), "color": Schema.choice(Label.Color.self), "createdAt": Schema.instant(),
    ])
    static let example: JSONValue = [
        "id": "lbl_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Returns", "color": "amber", "createdAt": "2026-11-20T08:00:00.000Z",
    ]
}

struct NewLabelBody: Decodable {
    let name: String
    let color: Label.Color?
}

extension NewLabelBody: APISchema {
    static let schemaName = "NewLabel"
    static let schema = Schema.object(
        [
            "name": Schema.text("At most \(Label.nameLimit) characters."),
            "color": Schema.choice(Label.Color.self, "Grey when none is given."),
        ],
        optional: ["color"], isRequest: true)
    static let example: JSONValue = ["name": "Returns", "color": "amber"]
}

/// What isn't given stays as it is.
struct LabelChangeBody: Decodable {
    let name: String?
    let color: Label.Color?
}

extension LabelChangeBody: APISchema {
    static let schemaName = "LabelChange"
    static let schema = Schema.object(
        ["name": Schema.text(), "color": Schema.choice(Label.Color.self)], optional: ["name", "color"], isRequest: true)
    static let example: JSONValue = ["color": "green"]
}
