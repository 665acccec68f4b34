internal import Foundation

extension FileHandle {
    /// Writes what can be written: a stream that leads to a full disk, or to a reader who has gone, doesn't end the program.
    func tell(_ text: String) { try? write(contentsOf: Data(text.utf8)) }
}
