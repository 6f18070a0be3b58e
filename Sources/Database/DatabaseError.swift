/// What went wrong in the embedded database.
package struct DatabaseError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// No room on the disk, or the database is at its page bound.
        case full
        /// Somebody else holds a lock.
        case locked
        case readOnly
        case corrupt
        /// The file is there and is no SQLite database, or another program's.
        case foreign
        /// The file was made by a newer version of this program.
        case newerSchema(found: Int, known: Int)
        /// The file was moved or deleted while open.
        case removed
        case cannotOpen
        case ioError
        /// The row breaks a constraint: only this row is at fault.
        case constraint
        /// Another process uses the data directory.
        case directoryInUse(pid: Int?)
        /// A mistake of ours.
        case other
    }

    package let kind: Kind
    /// SQLite's extended result code; 0 where SQLite was not asked.
    package let code: Int32
    /// A sentence for the log.
    package let message: String

    package init(_ kind: Kind, code: Int32 = 0, _ message: String) {
        self.kind = kind
        self.code = code
        self.message = message
    }

    /// Whether one row is at fault, so that the others of its batch can be stored.
    package var isRowError: Bool { kind == .constraint }
}

extension DatabaseError: CustomStringConvertible {
    package var description: String { message }
}
