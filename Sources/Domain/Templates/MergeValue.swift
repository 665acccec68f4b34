package import Foundation

/// What a merge field stands for in one message.
package enum MergeValue: Sendable, Equatable {
    case text(String)
    case number(Decimal)
    /// - currency: ISO 4217.
    case money(Decimal, currency: String)
    case date(Date)
}

/// How a value is written. The raw value is how programs write it.
package enum MergeFormat: String, Sendable, CaseIterable, Codable {
    case dateShort = "date.short"
    case dateLong = "date.long"
    case dateAndTime = "date.time"
    case number
    case money

    /// As pages call it.
    package var label: String {
        switch self {
        case .dateShort: "Date, short"
        case .dateLong: "Date, in words"
        case .dateAndTime: "Date and time"
        case .number: "Number"
        case .money: "Amount of money"
        }
    }
}

extension MergeValue {
    /// In one line, in a language's manner.
    ///
    /// - Parameters:
    ///   - format: dates are short, and other values as they are, unless given. What can't be read in that way stays as it is.
    ///   - language: WhatsApp's code, such as `pt_BR`.
    package func text(_ format: MergeFormat?, language: String, zone: TimeZone) -> String {
        let locale = Locale(identifier: language)
        let value = if case .text(let text) = self, let format { Self.read(text, as: format, zone: zone) ?? self } else { self }
        return switch value {
        case .text(let text): text.oneLine ?? ""
        case .number(let number): Self.plain(number.formatted(.number.locale(locale)))
        case .money(let amount, let currency): Self.plain(amount.formatted(.currency(code: currency).locale(locale)))
        case .date(let date): Self.plain(date.formatted(Self.style(format, locale: locale, zone: zone)))
        }
    }

    private static func style(_ format: MergeFormat?, locale: Locale, zone: TimeZone) -> Date.FormatStyle {
        switch format {
        case .dateLong: Date.FormatStyle(date: .long, time: .omitted, locale: locale, timeZone: zone)
        case .dateAndTime: Date.FormatStyle(date: .long, time: .shortened, locale: locale, timeZone: zone)
        default: Date.FormatStyle(date: .numeric, time: .omitted, locale: locale, timeZone: zone)
        }
    }

    /// Narrow blanks, which not every phone's letters have, as plain ones that don't break.
    private static func plain(_ text: String) -> String { text.replacing("\u{202F}", with: "\u{A0}") }

    // MARK: What files hold

    /// A column's text as the value that the format needs: `2026-12-01`, `1299.90`, `1299.90 EUR`.
    private static func read(_ text: String, as format: MergeFormat, zone: TimeZone) -> MergeValue? {
        let text = text.trimmed
        switch format {
        case .dateShort, .dateLong, .dateAndTime: return date(text, zone: zone).map(MergeValue.date)
        case .number: return number(text).map(MergeValue.number)
        case .money:
            let words = text.split(separator: " ").map(String.init)
            guard words.count == 2 else { return nil }
            for (amount, currency) in [(words[0], words[1]), (words[1], words[0])] {
                if let amount = number(amount), currency.utf8.count == 3, currency.utf8.allSatisfy({ (65...90).contains($0) }) {
                    return .money(amount, currency: currency)
                }
            }
            return nil
        }
    }

    private static func number(_ text: String) -> Decimal? {
        guard text.utf8.count <= 30, text.wholeMatch(of: /-?[0-9]+(?:\.[0-9]+)?/) != nil else { return nil }
        return Decimal(string: text, locale: Locale(identifier: "en_US_POSIX"))
    }

    private static func date(_ text: String, zone: TimeZone) -> Date? {
        let style = Date.ISO8601FormatStyle(timeZone: zone).year().month().day()
        // The strategies take what follows, and days that no month has, so a day has to come back as it was written.
        guard let day = try? Date(String(text.prefix(10)), strategy: style), day.formatted(style) == text.prefix(10) else { return nil }
        return text.count == 10 ? day : try? Date(text, strategy: .iso8601)
    }
}

extension String {
    /// Without line breaks and tabs, which WhatsApp refuses in a value; nil when nothing is left.
    package var oneLine: String? {
        let line = String(map { $0.isNewline || $0 == "\t" ? " " : $0 }).split(separator: " ").joined(separator: " ")
        return line.isEmpty ? nil : line
    }

    package var firstWord: String { split(separator: " ").first.map(String.init) ?? self }
}
