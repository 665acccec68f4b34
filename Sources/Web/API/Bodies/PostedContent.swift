internal import Domain
internal import Services

/// What is to be sent, under the name of its kind. A template is named by its id with values, or given as it goes to WhatsApp.
struct PostedContent: Decodable {
    let draft: DraftContent

    private enum Choice: CodingKey { case id, values }

    init(from decoder: any Decoder) throws {
        let contents = try decoder.container(keyedBy: MessageContent.Kind.self)
        guard contents.allKeys == [.template] else {
            draft = .given(try MessageContent(from: decoder).given)
            return
        }
        let choice = try contents.nestedContainer(keyedBy: Choice.self, forKey: .template)
        guard choice.contains(.id) else {
            draft = .given(try MessageContent(from: decoder).given)
            return
        }
        guard let id = Identifier<Template>(parsing: try choice.decode(String.self, forKey: .id)) else { throw TemplateProblem.missing }
        draft = .template(id, values: try choice.decodeIfPresent([String: String].self, forKey: .values) ?? [:])
    }
}
