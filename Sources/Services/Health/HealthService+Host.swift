package import Domain
internal import Foundation
internal import Store

/// What belongs to the whole installation.
extension HealthService {
    private static let fsyncAttention = 50.0
    private static let fsyncTrouble = 500.0
    private static let diskAttention = 5.0 * 1_073_741_824
    private static let diskTrouble = 1.0 * 1_073_741_824
    /// Write transactions stay under a second; readers of events see nothing newer than the oldest one.
    private static let writeAttention = 5.0
    private static let writeTrouble = 60.0
    /// Leases go by the database's clock; the window of 24 hours and the times that people read go by this machine's.
    private static let clockAttention = 2.0
    private static let clockTrouble = 30.0
    private static let logAttention = 256.0 * 1_048_576

    func schemaFinding() async throws -> HealthFinding {
        let state = try await Migrator(database).state()
        let newest = Migrations.all.map(\.number).max() ?? 0
        guard let advice = state.advice else {
            return HealthFinding(
                .schema, .ok, "The tables are those of this version, at migration \(newest).", value: Double(newest), unit: .count)
        }
        return HealthFinding(.schema, .trouble, "The tables aren't those of this version.", advice: advice)
    }

    func databaseFindings() async throws -> [HealthFinding] {
        let engine = database.dialect == .sqlite ? try await sqliteFindings() : try await postgresFindings()
        return engine + (try await processFindings())
    }

    // MARK: Processes

    private func processFindings() async throws -> [HealthFinding] {
        let moment = now()
        let (entries, leases) = try await database.read { transaction in
            (
                try ProcessTable(transaction).list(seenAfter: moment.addingTimeInterval(-Heartbeat.keptSeconds)),
                try HostHealthTable(transaction).leases(endedBefore: moment.addingTimeInterval(-Self.goneSeconds))
            )
        }
        let living = entries.filter { moment.timeIntervalSince($0.seenAt) < Self.goneSeconds }
        let gone = entries.filter { moment.timeIntervalSince($0.seenAt) >= Self.goneSeconds }
        var findings = living.map { entry in
            let count = leases.first { $0.owner == entry.process.id }?.count ?? 0
            let roles = ProcessRole.allCases.filter(entry.process.roles.contains).map(\.rawValue).joined(separator: ", ")
            let sends = entry.process.roles.contains(.dispatch) ? ", and sends for \(count) \(count == 1 ? "number" : "numbers")" : ""
            return HealthFinding(
                .processes, "\(entry.process.host), \(entry.process.id)", .ok,
                "It has run for \(Span.words(seconds: max(0, moment.timeIntervalSince(entry.process.startedAt)))), does \(roles)\(sends).",
                value: Double(count), unit: .count)
        }
        if living.isEmpty {
            findings.append(
                HealthFinding(
                    .processes, .trouble, "No server is running on this database.", advice: "Start it with: switchboard serve"))
        } else {
            let roles = living.reduce(into: Set<ProcessRole>()) { $0.formUnion($1.process.roles) }
            findings += ProcessRole.allCases.filter { !roles.contains($0) }.map(Self.lacking)
        }
        findings += gone.map { entry in
            HealthFinding(
                .processes, "\(entry.process.host), \(entry.process.id)", .attention,
                "It was last seen \(Span.words(seconds: moment.timeIntervalSince(entry.seenAt))) ago and never said that it ends.",
                advice:
                    "It was killed, or can't reach the database. Its log tells more; the others have taken over. This line goes after an hour."
            )
        }
        let orphans = leases.map(\.orphanCount).reduce(0, +)
        findings.append(
            orphans == 0
                ? HealthFinding(.leases, .ok, "Every number that has work has one process that sends for it.", value: 0, unit: .count)
                : HealthFinding(
                    .leases, .trouble, orphans == 1 ? "1 number has lost its process." : "\(orphans) numbers have lost their process.",
                    advice:
                        "Another takes them over within 10 seconds. If this stays, no process with the role dispatch runs, or it can't keep up.",
                    value: Double(orphans), unit: .count))
        return findings + mediaFindings(living)
    }

    private static func lacking(_ role: ProcessRole) -> HealthFinding {
        let effect =
            switch role {
            case .web: "so nobody can sign in and webhooks aren't taken"
            case .dispatch: "so nothing is sent"
            case .jobs: "so files aren't fetched, and what is old stays"
            }
        return HealthFinding(
            .processes, .trouble, "No process has the role \(role.rawValue), \(effect).",
            advice: "Start one with: switchboard serve --roles \(role.rawValue)")
    }

    private func mediaFindings(_ living: [ProcessTable.Entry]) -> [HealthFinding] {
        let blind = living.filter { $0.mediaMarker == nil && now().timeIntervalSince($0.process.startedAt) > Self.goneSeconds }
        var findings = blind.map { entry in
            HealthFinding(
                .media, "\(entry.process.host), \(entry.process.id)", .trouble, "It can't use the folder of the files.",
                advice: "Look whether the folder media of its data directory is there and may be written.")
        }
        let markers = Set(living.compactMap(\.mediaMarker))
        if markers.count > 1 {
            findings.append(
                HealthFinding(
                    .media, .trouble, "The processes don't share one folder of files, so each lacks what the others stored.",
                    advice: "Let the folder media of each data directory be the same one, such as on a network drive."))
        } else if findings.isEmpty, !living.isEmpty {
            findings.append(
                HealthFinding(
                    .media, .ok, living.count == 1 ? "The folder of the files can be used." : "All processes share one folder of files."))
        }
        return findings
    }

    // MARK: Engines

    private func postgresFindings() async throws -> [HealthFinding] {
        let state = try await database.read { try HostHealthTable($0).postgres() }
        var findings: [HealthFinding] = []
        let problems = [
            state.versionNumber < 150_000 ? "the version is \(state.version), and 15 is the oldest that works" : nil,
            state.fsync == "off" ? "fsync is off, so a power cut can destroy the database" : nil,
            state.fullPageWrites == "off" ? "full_page_writes is off, so a power cut can destroy the database" : nil,
            state.synchronousCommit == "off" ? "synchronous_commit is off, so a crash can lose what was confirmed" : nil,
            state.isStandby ? "this is a standby, which takes no writes" : nil,
        ].compactMap { $0 }
        let standbys =
            switch state.standbyCount {
            case 0: "no standby"
            case 1: "1 standby"
            default: "\(state.standbyCount) standbys"
            }
        findings.append(
            problems.isEmpty
                ? HealthFinding(
                    .databaseSettings, .ok,
                    "PostgreSQL \(state.version), fsync \(state.fsync), synchronous_commit \(state.synchronousCommit), \(standbys).")
                : HealthFinding(
                    .databaseSettings, .trouble, "PostgreSQL: \(problems.joined(separator: "; ")).",
                    advice: "Change this in the server's configuration, or name the right server in the connection string."))
        findings.append(try await writing(oldest: state.oldestWriteSeconds))
        findings.append(try await clock())
        return findings
    }

    private func sqliteFindings() async throws -> [HealthFinding] {
        let state = try await database.write { try HostHealthTable($0).sqlite() }
        let problems = [
            state.journalMode == "wal" ? nil : "journal_mode is \(state.journalMode) and not wal",
            state.synchronous >= 2 ? nil : "synchronous is off or normal, so a power cut can lose what was confirmed",
            state.hasForeignKeys ? nil : "foreign_keys is off",
        ].compactMap { $0 }
        let log = place.databaseFile.flatMap { file in
            (try? FileManager.default.attributesOfItem(atPath: "\(file)-wal"))?[.size] as? Int
        }
        let size = Double(log ?? 0)
        var findings = [
            problems.isEmpty
                ? HealthFinding(
                    .databaseSettings, .ok,
                    "SQLite \(state.version), journal_mode wal, synchronous full, foreign_keys on, log of \(Self.words(bytes: size)).",
                    value: size, unit: .bytes)
                : HealthFinding(
                    .databaseSettings, .trouble, "SQLite: \(problems.joined(separator: "; ")).",
                    advice: "Another program may have changed this. Stop it, and start the server again.")
        ]
        if size > Self.logAttention {
            findings.append(
                HealthFinding(
                    .databaseSettings, .attention, "The database's log has grown to \(Self.words(bytes: size)).",
                    advice: "Another program may have the database open for long, such as a backup that copies the file. End it.",
                    value: size,
                    unit: .bytes))
        }
        findings.append(try await writing(oldest: nil))
        return findings
    }

    /// - Parameter oldest: age of the oldest write of another session, where it can be known.
    private func writing(oldest: Double?) async throws -> HealthFinding {
        let begin = ContinuousClock.now
        // Waits its turn behind what others write, and writes nothing.
        try await database.write { _ in }
        let wait = (ContinuousClock.now - begin) / .seconds(1)
        let age = max(wait, oldest ?? 0)
        let state: HealthState = age > Self.writeTrouble ? .trouble : age > Self.writeAttention ? .attention : .ok
        let detail =
            oldest.map { "The oldest write has been open for \(Span.words(seconds: $0))." }
            ?? "No write is held up; a new one waits \(Self.words(milliseconds: wait * 1_000)) for its turn."
        return HealthFinding(
            .writeTransactions, state,
            oldest == nil && state != .ok ? "A new write waits \(Span.words(seconds: wait)) for its turn." : detail,
            advice: state == .ok ? nil : "Pages show nothing newer until it ends. Look for a program that keeps a transaction open.",
            value: age, unit: .seconds)
    }

    private func clock() async throws -> HealthFinding {
        let begin = machineTime()
        let theirs = try await database.read { try HostHealthTable($0).postgresTime() }
        let end = machineTime()
        let half = max(0, end.timeIntervalSince(begin)) / 2
        let skew = begin.addingTimeInterval(half).timeIntervalSince(theirs)
        // The database's time is of some moment between the two, in whole milliseconds.
        let doubt = half + 0.001
        let certain = max(0, abs(skew) - doubt)
        let state: HealthState = certain >= Self.clockTrouble ? .trouble : certain >= Self.clockAttention ? .attention : .ok
        let direction = skew > 0 ? "ahead of" : "behind"
        let detail =
            certain == 0
            ? "This machine's clock agrees with the database's, to \(Self.words(milliseconds: doubt * 1_000))."
            : "This machine's clock is \(Self.words(milliseconds: abs(skew) * 1_000)) \(direction) the database's, give or take \(Self.words(milliseconds: doubt * 1_000))."
        return HealthFinding(
            .clock, state, detail, advice: state == .ok ? nil : "Let both machines keep their time by NTP.", value: skew * 1_000,
            unit: .milliseconds)
    }

    // MARK: Disk

    /// The machine under a process. Never throws.
    package static func diskFindings(_ place: Place) async -> [HealthFinding] {
        let result: DiskProbe.Result
        do {
            result = try await DiskProbe(folder: place.dataDirectory).run()
        } catch {
            let code = (error as? POSIXError)?.code.rawValue
            let reason = code.map { " (\(String(cString: strerror($0))))" } ?? ""
            return [
                HealthFinding(
                    .dataDirectory, .trouble, "The data directory \(place.dataDirectory) can't be written\(reason).",
                    advice: "Look whether it is there, whether this account may write in it, and whether its disk has room.")
            ]
        }
        let (time, free) = (result.fsyncMilliseconds, result.freeBytes)
        let isSlow: HealthState = time > fsyncTrouble ? .trouble : time > fsyncAttention ? .attention : .ok
        let isFull: HealthState = free < diskTrouble ? .trouble : free < diskAttention ? .attention : .ok
        return [
            HealthFinding(
                .fsync, isSlow, "A write takes \(words(milliseconds: time)) until it is on the disk of the data directory.",
                advice: isSlow == .ok ? nil : "Each answer to WhatsApp waits for the disk. Use a faster one, or give it less other work.",
                value: time, unit: .milliseconds),
            HealthFinding(
                .disk, isFull, "The disk of the data directory has \(words(bytes: free)) left.",
                advice: isFull == .ok ? nil : "Make room, or move the data directory to a larger disk.", value: free, unit: .bytes),
        ]
    }

    private static func words(milliseconds: Double) -> String {
        switch milliseconds {
        case ..<0.1: "less than 0.1 ms"
        case ..<10: "\((milliseconds * 10).rounded() / 10) ms"
        case ..<2_000: "\(Int(milliseconds.rounded())) ms"
        default: Span.words(seconds: milliseconds / 1_000)
        }
    }

    private static func words(bytes: Double) -> String {
        let units = [(1_073_741_824.0, "GiB"), (1_048_576.0, "MiB"), (1_024.0, "KiB")]
        guard let (size, name) = units.first(where: { bytes >= $0.0 }) else { return "\(Int(bytes)) bytes" }
        let value = bytes / size
        return value < 10 ? "\((value * 10).rounded() / 10) \(name)" : "\(Int(value.rounded())) \(name)"
    }
}
