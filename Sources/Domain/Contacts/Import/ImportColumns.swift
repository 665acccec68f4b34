/// Which column of a file goes into which field: by place, nil for one that is left out.
package struct ImportColumns: Sendable, Equatable, Codable {
    package let fields: [ContactField?]

    /// The fixed order: name, phonenumber, company_name, address, city, state, country, description.
    package static let fixed = ImportColumns(unchecked: ContactField.allCases)

    private init(unchecked fields: [ContactField?]) { self.fields = fields }

    /// Throws ``ContactImportProblem`` unless the phone number has a column, and no field has two.
    package init(_ fields: [ContactField?]) throws(ContactImportProblem) {
        guard fields.contains(.phone) else { throw .phoneColumnMissing }
        for field in ContactField.allCases where fields.count(where: { $0 == field }) > 1 { throw .columnTwice(field) }
        self.fields = fields
    }

    /// What the words of a header seem to mean; the fixed order for as many columns when no word of it is known.
    package init(guessing header: [String]) {
        var fields: [ContactField?] = []
        for cell in header {
            let word = String(cell.lowercased().filter { $0.isLetter })
            let field = ContactField.allCases.first { Self.words[$0, default: []].contains(word) }
            fields.append(field.flatMap { fields.contains($0) ? nil : $0 })
        }
        self.fields = fields.contains(.phone) ? fields : Array(ContactField.allCases.prefix(header.count))
    }

    /// Whether a word of a header, in small letters and nothing else, means the phone number.
    package static func isPhone(_ word: String) -> Bool { words[.phone, default: []].contains(word) }

    /// As such columns are called in the exports of address books and spreadsheets, without anything but letters.
    private static let words: [ContactField: Set<String>] = [
        .name: ["name", "fullname", "contactname", "contact", "displayname", "nome", "nombre", "nume"],
        .phone: [
            "phone", "phonenumber", "number", "mobile", "mobilephone", "mobilenumber", "tel", "telephone", "whatsapp", "whatsappnumber",
            "cell",
            "telefon", "telefone", "teléfono", "telefono", "celular", "cellulare", "handy", "phonevalue",
        ],
        .company: [
            "company", "companyname", "organization", "organisation", "organizationname", "business", "firma", "empresa", "azienda",
        ],
        .address: [
            "address", "street", "streetaddress", "addressline", "adresse", "strasse", "straße", "endereço", "dirección", "indirizzo",
        ],
        .city: ["city", "town", "stadt", "ort", "cidade", "ciudad", "città", "oraș"],
        .state: ["state", "province", "region", "county", "estado", "provincia", "bundesland", "județ"],
        .country: ["country", "land", "país", "paese", "țară"],
        .description: [
            "description", "note", "notes", "comment", "comments", "beschreibung", "notizen", "descrição", "descripción", "note",
        ],
    ]
}

/// One row of a file as a contact, or why it can't be one.
package enum ImportRow: Sendable, Equatable {
    case contact(PhoneNumber, ContactFields)
    case refused(ImportRefusal)
}

/// Why a row isn't taken.
package enum ImportRefusal: Sendable, Equatable {
    case phoneMissing
    case phoneUnreadable(String)
    /// Spreadsheets shorten long numbers, and what is cut off is gone.
    case phoneShortened(String)
    case phoneImpossible(String)
    case fieldTooLong(String)
    case quoteUnclosed
    case rowTooLong
    case tooManyCells(Int)
    /// An earlier line of the file has the number.
    case repeated(line: Int)

    package var code: String {
        switch self {
        case .phoneMissing: "phone-missing"
        case .phoneUnreadable: "phone-unreadable"
        case .phoneShortened: "phone-shortened"
        case .phoneImpossible: "phone-impossible"
        case .fieldTooLong: "field-too-long"
        case .quoteUnclosed: "quote-unclosed"
        case .rowTooLong: "row-too-long"
        case .tooManyCells: "too-many-cells"
        case .repeated: "repeated"
        }
    }

    package var detail: String {
        switch self {
        case .phoneMissing: "There is no phone number in this line."
        case .phoneUnreadable(let text):
            "“\(text.line(40))” can’t be read as a phone number. Write it with the country code in front, or choose the country of the file."
        case .phoneShortened(let text):
            "“\(text.line(40))” is a number that a spreadsheet has shortened. Format the column as text and enter the number once more."
        case .phoneImpossible(let detail), .fieldTooLong(let detail): detail
        case .quoteUnclosed: "A quotation mark opens in this line and never closes."
        case .rowTooLong: "This line has more than \(CSVScanner.rowLimit / 1_024) KB."
        case .tooManyCells(let count): "This line has \(count.grouped) columns, and \(CSVScanner.columnLimit) is the most."
        case .repeated(let line): "Line \(line.grouped) has the same number."
        }
    }
}

/// Reads rows of a file as contacts.
package struct ImportReader: Sendable {
    private let columns: ImportColumns
    /// Whose numbers those without a country code are.
    private let region: String?
    private let numbers: PhoneNumbers

    package init(columns: ImportColumns, region: String?, numbers: PhoneNumbers) {
        (self.columns, self.region, self.numbers) = (columns, region, numbers)
    }

    package func read(_ record: CSVRecord) -> ImportRow {
        switch record.problem {
        case .quoteUnclosed: return .refused(.quoteUnclosed)
        case .tooLong: return .refused(.rowTooLong)
        case .tooManyCells(let count): return .refused(.tooManyCells(count))
        case nil: break
        }
        var texts: [ContactField: String] = [:]
        // What our own export wrote so that no spreadsheet takes it for a formula is read back as it was.
        for case (let field?, let cell) in zip(columns.fields, record.cells) { texts[field] = CSVText.unescaped(cell) }
        do throws(ImportReaderProblem) {
            return .contact(try number(texts[.phone] ?? ""), try fields(texts))
        } catch {
            return .refused(error.refusal)
        }
    }

    private struct ImportReaderProblem: Error { let refusal: ImportRefusal }

    private func fields(_ texts: [ContactField: String]) throws(ImportReaderProblem) -> ContactFields {
        do throws(ContactProblem) { return try ContactFields(texts) } catch { throw .init(refusal: .fieldTooLong(error.detail)) }
    }

    private func number(_ text: String) throws(ImportReaderProblem) -> PhoneNumber {
        let text = text.trimmed
        guard !text.isEmpty else { throw .init(refusal: .phoneMissing) }
        if let number = try? PhoneNumber(parsing: text) {
            do throws(PhoneNumberProblem) { try numbers.check(number) } catch { throw .init(refusal: .phoneImpossible(error.detail)) }
            return number
        }
        if Self.isShortened(text) { throw .init(refusal: .phoneShortened(text)) }
        guard text.utf8.count <= ContactField.phone.limit else { throw .init(refusal: .phoneUnreadable(text)) }
        if let number = numbers.suggestion(for: text, regions: region.map { [$0] } ?? []) { return number }
        // Lists out of other programs often leave the plus out.
        if let number = PhoneNumber(providerDigits: text), numbers.kind(of: number) != nil { return number }
        throw .init(refusal: .phoneUnreadable(text))
    }

    /// `5.51199E+12`
    private static func isShortened(_ text: String) -> Bool {
        let parts = text.uppercased().split(separator: "E", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[1].first == "+" && parts[1].dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
            && !parts[0].isEmpty && parts[0].allSatisfy { $0.isASCII && $0.isNumber || $0 == "." || $0 == "," }
    }
}
