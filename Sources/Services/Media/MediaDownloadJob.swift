package import Domain
package import Store
internal import Synchronization

package import struct Foundation.Date

/// Fetches a file that a customer sent, at once and for as long as the provider keeps it; the thread shows a placeholder until then.
package struct MediaDownloadJob: JobHandler {
    package static let kind = JobKind.mediaDownload
    package static let concurrency = 8
    /// After the runner's own tries, for as long as the provider still has the file.
    private static let laterSeconds = 3_600.0

    private let database: any Database
    private let storage: any MediaStorage
    private let directory: ConnectionDirectory
    private let channels: [ChannelKind: any Channel]
    private let now: @Sendable () -> Date

    package init(
        database: any Database, storage: any MediaStorage, directory: ConnectionDirectory, channels: [ChannelKind: any Channel],
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.storage, self.directory, self.channels, self.now) = (database, storage, directory, channels, now)
    }

    struct Payload: Codable {
        let media: Identifier<MediaFile>
    }

    static func job(for id: Identifier<MediaFile>, in workspaceID: Identifier<Workspace>, runAt: Date) throws -> JobTable.NewJob {
        .init(workspaceID: workspaceID, kind: kind, key: id.text, payload: try JSONText.encode(Payload(media: id)), runAt: runAt)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        guard let id = try? JSONText.decode(Payload.self, from: job.payload).media else { throw JobProblem("The payload can't be read.") }
        let access = Access.system("media", in: job.workspaceID)
        let (download, sender) = try await database.read { transaction in
            let download = try MediaTable(transaction, access).download(id)
            return (download, try download.flatMap { try SenderTable(transaction, access).find($0.senderID) })
        }
        guard let download, download.state == .pending else { return .done }
        guard let sender, let channel = channels[sender.channel] else {
            return failed(id, "The number that received it is no longer connected.", access)
        }
        do {
            let (digest, type) = try await fetch(download, channel, try await directory.route(sender), in: job.workspaceID)
            return finished(id, access) { try $0.setStored(id, digest, type: type) }
        } catch ChannelProblem.permanent(let reason) {
            return failed(id, reason, access)
        } catch let problem as MediaProblem where problem.kind != .unavailable {
            return failed(id, problem.detail, access)
        } catch {
            return try putOff(job, id, download, access, error)
        }
    }

    private func fetch(
        _ download: MediaTable.Download, _ channel: any Channel, _ route: SenderRoute, in workspaceID: Identifier<Workspace>
    ) async throws -> (MediaDigest, MediaType) {
        let inspector = MediaInspector(declared: download.mimeType, rule: .download)
        let announced = Mutex<Int?>(nil)
        let digest = try await storage.write(in: workspaceID) { append in
            try await channel.download(providerMediaID: download.providerMediaID, from: route) { part in
                switch part {
                case .head(_, let byteCount): announced.withLock { $0 = byteCount }
                case .piece(let piece):
                    try inspector.look(at: piece)
                    try await append(piece)
                }
            }
            guard announced.withLock({ $0 ?? inspector.byteCount }) == inspector.byteCount else {
                throw ChannelProblem.temporary("the file ended early")
            }
            _ = try inspector.finish()
        }
        return (digest, try inspector.finish().type)
    }

    /// Thrown back to the runner, which tries again; when its tries are used up, a new job goes on until the provider has forgotten the file.
    private func putOff(
        _ job: Job, _ id: Identifier<MediaFile>, _ download: MediaTable.Download, _ access: Access, _ error: any Error
    ) throws -> JobCompletion {
        let moment = now()
        guard moment.timeIntervalSince(download.createdAt) < MediaFile.downloadLifetime / .seconds(1) else {
            return failed(id, "WhatsApp couldn't be asked for it as long as it kept it.", access)
        }
        guard job.attempts >= JobRunner.attemptLimit else { throw error }
        return JobCompletion { transaction in
            let later = moment.addingTimeInterval(Self.laterSeconds)
            try JobTable(transaction).insert([Self.job(for: id, in: access.workspaceID, runAt: later)], now: moment)
        }
    }

    private func failed(_ id: Identifier<MediaFile>, _ reason: String, _ access: Access) -> JobCompletion {
        finished(id, access) { try $0.setFailed(id, reason: reason) }
    }

    private func finished(
        _ id: Identifier<MediaFile>, _ access: Access, _ change: @escaping @Sendable (MediaTable) throws -> Bool
    ) -> JobCompletion {
        let moment = now()
        return JobCompletion { transaction in
            guard try change(MediaTable(transaction, access)) else { return }
            try Self.appendEvents(for: id, access: access, at: moment, in: transaction)
        }
    }

    /// So that open pages draw the messages that hold the file anew.
    static func appendEvents(for id: Identifier<MediaFile>, access: Access, at now: Date, in transaction: any Transaction) throws {
        let system = Access.system("media", in: access.workspaceID)
        let holders = try MediaTable(transaction, system).holders(of: id)
        try EventTable(transaction, access).append(
            holders.map { NewEvent(.messageUpdated, conversation: $0.conversation, message: $0.message, subject: id.text) }, at: now)
    }
}
