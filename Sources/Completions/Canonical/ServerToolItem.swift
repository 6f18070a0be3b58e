/// A use of a tool that the provider runs itself, in no dialect: what it was asked, how far it is, what came of it.
///
/// Decoders tell of it in steps: each is one of these with what is new, and steps of one `id` are one use. In a
/// conversation that comes back such uses are what their dialect made of them (`native`, calls of kind `server`).
/// Source: openrouter spec 27.2, 27.3, wire spec 8.
package struct ServerToolItem: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        case webSearch, fileSearch, codeInterpreter
        /// What was drawn comes as media behind it.
        case imageGeneration
    }

    package enum Status: UInt8, Sendable, Comparable {
        /// Begun; what it is asked may still be coming.
        case inProgress
        /// The search, the code, the drawing is under way.
        case running
        case completed, failed

        package static func < (left: Status, right: Status) -> Bool { left.rawValue < right.rawValue }
        /// Whether nothing follows.
        package var isEnd: Bool { self >= .completed }
    }

    /// What a search found.
    package struct Source: Sendable, Equatable {
        package var url: String
        package var title: String?

        package init(url: String, title: String? = nil) {
            self.url = url
            self.title = title
        }
    }

    /// What a drawing looks like so far.
    package struct Draft: Sendable, Equatable {
        /// Counts the drafts of one drawing, from 0.
        package var index: Int
        /// Base64.
        package var data: String

        package init(index: Int, data: String) {
            self.index = index
            self.data = data
        }
    }

    package var kind: Kind
    /// The provider's own, or one that its decoder made: unique in the answer, never empty.
    package var id: String
    package var status: Status
    /// The dialect that its provider speaks, as in `NativeItem`.
    package var dialect: String
    /// What was searched for.
    package var queries: [String] = []
    /// The page that was opened, where that was done instead of a search.
    package var url: String?
    package var sources: [Source] = []
    /// The code that is run: to append.
    package var code = ""
    /// What the code printed.
    package var output: String?
    package var draft: Draft?
    /// The whole use as its provider wrote it: for a caller of the same dialect.
    package var native: RawJSON?

    package init(_ kind: Kind, id: String, _ status: Status, dialect: String) {
        self.kind = kind
        self.id = id
        self.status = status
        self.dialect = dialect
    }

    /// Takes a further step. Drafts are of the moment, and are not kept.
    package mutating func join(_ step: ServerToolItem) {
        status = max(status, step.status)
        if !step.queries.isEmpty { queries = step.queries }
        url = step.url ?? url
        if !step.sources.isEmpty { sources = step.sources }
        code += step.code
        output = step.output ?? output
        native = step.native ?? native
    }
}
