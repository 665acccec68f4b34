import Domain
import Testing

@Suite("Whom a note calls")
struct MentionsTests {
    private static let names: [Mentions.Name] = [
        .init("Ana", .person(Identifier("acc_ana"))), .init("Ana Ruiz", .person(Identifier("acc_ruiz"))),
        .init("Kim Lee", .person(Identifier("acc_kim"))), .init("KIM LEE", .person(Identifier("acc_kim2"))),
        .init("José Ñíguez", .person(Identifier("acc_jose"))), .init("Support", .team(Identifier("tem_support"))),
    ]

    @Test(
        "by @ and the name, the longest that fits, where a word begins and ends",
        arguments: [
            ("@Ana please", ["acc_ana"]), ("@Ana Ruiz please", ["acc_ruiz"]), ("@ana ruiz, please", ["acc_ruiz"]),
            ("(@Support)", ["tem_support"]), ("@Kim Lee", ["acc_kim", "acc_kim2"]), ("@JOSÉ ÑÍGUEZ!", ["acc_jose"]),
            ("@Ana @Support", ["acc_ana", "tem_support"]), ("@Ana\n@Ana Ruiz", ["acc_ana", "acc_ruiz"]),
            ("ana@Ana.example", []), ("@Anatol", []), ("@ Ana", []), ("Ana", []), ("@", []), ("", []), ("@@Ana", ["acc_ana"]),
        ])
    func targets(text: String, expected: [String]) {
        let found = Mentions(in: text, among: Self.names).targets.map { target in
            switch target {
            case .person(let id): id.text
            case .team(let id): id.text
            }
        }
        #expect(found.sorted() == expected)
    }
}
