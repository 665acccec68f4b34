/// A part of a profile, by its name in forms and in the API.
package enum ProfileField: String, Sendable, CaseIterable, Codable {
    case displayName, about, description, address, category, websites, emails, phones, picture, banner

    /// In a sentence.
    package var words: String {
        switch self {
        case .displayName: "display name"
        case .about: "about text"
        case .description: "description"
        case .address: "address"
        case .category: "category"
        case .websites: "website"
        case .emails: "e-mail address"
        case .phones: "telephone number"
        case .picture: "logo"
        case .banner: "banner"
        }
    }
}

/// Why a profile can't be as somebody wants it.
package enum ProfileProblem: Problem, Equatable {
    case tooLong(ProfileField, count: Int, limit: Int)
    case tooMany(ProfileField, count: Int, limit: Int)
    case nullCharacter(ProfileField)
    case aboutEmpty
    case categoryUnknown
    case websiteMalformed(String)
    case emailMalformed(String)
    case phoneMalformed(String)
    case nameEmpty
    case nameLength(count: Int)
    /// Holds a line break or a sign that nobody sees.
    case nameMalformed
    case nameUnchanged
    case pictureTypeWrong(ProfileField)
    case pictureTooLarge(ProfileField)
    case pictureUnreadable(ProfileField)
    case pictureTooSmall(PictureSize)
    case pictureNotSquare(PictureSize)
    case pictureMissing(ProfileField)
    /// WhatsApp's own word; nil when it doesn't say for which field.
    case refused(ProfileField?, String)
    /// Senders of this kind have no profile that can be reached.
    case unsupported

    package var kind: ProblemKind {
        switch self {
        case .pictureMissing: .missing
        case .pictureTooLarge: .tooLarge
        case .nameUnchanged, .unsupported: .conflict
        case .refused(nil, _): .upstream
        default: .invalid
        }
    }

    package var code: String {
        switch self {
        case .tooLong: "profile.too-long"
        case .tooMany: "profile.too-many"
        case .nullCharacter: "profile.null-character"
        case .aboutEmpty: "profile.about-empty"
        case .categoryUnknown: "profile.category-unknown"
        case .websiteMalformed: "profile.website-malformed"
        case .emailMalformed: "profile.email-malformed"
        case .phoneMalformed: "profile.phone-malformed"
        case .nameEmpty: "profile.name-empty"
        case .nameLength: "profile.name-length"
        case .nameMalformed: "profile.name-malformed"
        case .nameUnchanged: "profile.name-unchanged"
        case .pictureTypeWrong: "profile.picture-type-wrong"
        case .pictureTooLarge: "profile.picture-too-large"
        case .pictureUnreadable: "profile.picture-unreadable"
        case .pictureTooSmall: "profile.picture-too-small"
        case .pictureNotSquare: "profile.picture-not-square"
        case .pictureMissing: "profile.picture-missing"
        case .refused: "profile.refused"
        case .unsupported: "profile.unsupported"
        }
    }

    package var detail: String {
        switch self {
        case .tooLong(let field, let count, let limit):
            "The \(field.words) has \(count) characters; WhatsApp takes at most \(limit). Shorten it by \(count - limit)."
        case .tooMany(.websites, let count, let limit): "There are \(count) websites; WhatsApp takes at most \(limit)."
        case .tooMany(.emails, let count, let limit): "There are \(count) e-mail addresses; at most \(limit) are kept."
        case .tooMany(_, let count, let limit): "There are \(count) telephone numbers; at most \(limit) are kept."
        case .nullCharacter(let field): "The \(field.words) holds a character that can\u{2019}t be stored. Type it anew."
        case .aboutEmpty: "The about text can\u{2019}t be emptied: WhatsApp takes 1 to \(BusinessProfile.aboutLimit) characters."
        case .categoryUnknown: "WhatsApp has no such category. Choose one of the list."
        case .websiteMalformed(let text):
            "\u{201C}\(text.line(80))\u{201D} isn\u{2019}t a website\u{2019}s address. It looks like https://example.com."
        case .emailMalformed(let text):
            "\u{201C}\(text.line(80))\u{201D} isn\u{2019}t an e-mail address. It looks like hello@example.com."
        case .phoneMalformed(let text):
            "\u{201C}\(text.line(80))\u{201D} isn\u{2019}t a telephone number. Write it with its country, such as +34 600 111 222."
        case .nameEmpty: "Write the name that customers are to see."
        case .nameLength(let count):
            "The display name has \(count == 1 ? "1 character" : "\(count) characters"); WhatsApp takes \(DisplayName.length.lowerBound) to \(DisplayName.length.upperBound)."
        case .nameMalformed: "The display name must be one line without invisible signs. Type it anew."
        case .nameUnchanged: "Customers see this name already."
        case .pictureTypeWrong(let field): "The \(field.words) must be a JPEG or PNG picture. Save it as one of these and choose it again."
        case .pictureTooLarge(let field): "The \(field.words) may have at most 5 MB. Make it smaller and choose it again."
        case .pictureUnreadable(let field): "The \(field.words) can\u{2019}t be read: the file may be damaged. Choose another."
        case .pictureTooSmall(let size):
            "The logo has \(size.words); it needs at least \(ProfilePicture.shortestSide) on each side. Choose a larger one."
        case .pictureNotSquare(let size): "The logo has \(size.words); it must be square. Cut it and choose it again."
        case .pictureMissing(let field): "There is no \(field.words)."
        case .refused(let field?, let reason): "WhatsApp refused the \(field.words): \(reason) Change it and save again."
        case .refused(nil, let reason): "WhatsApp refused this: \(reason) Look at what you changed, and save again."
        case .unsupported: "Only numbers of the WhatsApp Cloud API have a profile that can be seen and changed here."
        }
    }

    package var field: String? { about?.rawValue }

    /// What it is about.
    package var about: ProfileField? {
        switch self {
        case .tooLong(let field, _, _), .tooMany(let field, _, _), .nullCharacter(let field), .pictureTypeWrong(let field),
            .pictureTooLarge(let field), .pictureUnreadable(let field), .pictureMissing(let field):
            field
        case .aboutEmpty: .about
        case .categoryUnknown: .category
        case .websiteMalformed: .websites
        case .emailMalformed: .emails
        case .phoneMalformed: .phones
        case .nameEmpty, .nameLength, .nameMalformed, .nameUnchanged: .displayName
        case .pictureTooSmall, .pictureNotSquare: .picture
        case .refused(let field, _): field
        case .unsupported: nil
        }
    }
}
