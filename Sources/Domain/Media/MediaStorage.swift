package import struct Foundation.Date

/// Where files lie, by workspace and by the digest of their bytes: the same bytes are kept once in a workspace, and never shared between two.
package protocol MediaStorage: Sendable {
    /// Stores what `body` hands over, piece by piece. When it throws, nothing is kept; when this returns, the bytes are on disk.
    /// Throws ``MediaProblem/storageFull`` or ``MediaProblem/storageUnavailable(_:)``.
    func write(
        in workspace: Identifier<Workspace>, _ body: @Sendable (_ append: @Sendable ([UInt8]) async throws -> Void) async throws -> Void
    ) async throws -> MediaDigest

    /// Reads a stretch of a file, a piece at each asking. Throws ``MediaProblem/missing`` when there is no such file.
    func read(_ sha256: String, in workspace: Identifier<Workspace>, bytes: Range<Int>) async throws -> AsyncThrowingStream<
        [UInt8], any Error
    >

    /// Removes what was last written before `date` and isn't among the digests that `referenced` picks from those it is given; returns how many.
    /// What a crash left half written goes as well.
    func sweep(
        before date: Date, referenced: @Sendable (_ digests: [String], _ workspace: Identifier<Workspace>) async throws -> Set<String>
    ) async throws -> Int
}

package struct MediaDigest: Sendable, Hashable {
    /// Lower-case hex.
    package let sha256: String
    package let byteCount: Int

    package init(sha256: String, byteCount: Int) { (self.sha256, self.byteCount) = (sha256, byteCount) }
}
