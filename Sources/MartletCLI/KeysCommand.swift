import Buffers
import HTTPWire
import JSONText

/// `martlet keys`: the API keys of a running server.
struct KeysCommand: Sendable {
    /// What can be done with keys.
    enum Action: String, CaseIterable {
        case create, list, update, disable, enable, delete
    }

    private let options: ServerOptions
    private let action: Action
    /// The name of a new key, or which key is meant.
    private let subject: String?
    /// The members that the flags ask for.
    private let changes: KeyChanges
    private let wantsAll: Bool
    private let wantsJSON: Bool
    private let console: Console

    init(_ arguments: ParsedArguments, nowMs: Int64, _ console: Console) throws(UsageError) {
        options = try ServerOptions(arguments, .keys, console.environment, key: .management)
        // The parser let only known actions pass.
        action = Action(rawValue: arguments.action) ?? .list
        changes = try KeyChanges(arguments, action, nowMs: nowMs)
        wantsAll = arguments.has(.all)
        wantsJSON = arguments.has(.json)
        self.console = console
        if action == .create {
            let names = [arguments.value(.name), arguments.operands.first].compactMap(\.self)
            guard let name = names.first, names.count == 1 else {
                let message = names.isEmpty ? "a key needs a name: --name NAME" : "the name is given twice"
                throw UsageError(verb: .keys, action: arguments.action, message: message)
            }
            subject = name
        } else {
            subject = arguments.operands.first
        }
        if options.key == nil {
            throw UsageError(
                verb: .keys, action: arguments.action,
                message: "set MARTLET_MANAGEMENT_KEY, or give --key-file, to a management key of the server")
        }
    }

    func run() -> Int32 {
        CommandLoop.ask(options, console) { client throws(CallFailure) in
            switch action {
            case .create: try await create(client)
            case .list: try await list(client)
            case .update: try await change(client, changes.json(), "changed")
            case .disable: try await change(client, Array("{\"disabled\":true}".utf8), "disabled")
            case .enable: try await change(client, Array("{\"disabled\":false}".utf8), "enabled")
            case .delete: try await delete(client)
            }
        }
    }

    private func create(_ client: APIClient) async throws(CallFailure) {
        let answer = try await client.request(.post, "/keys", body: changes.json(name: subject))
        if wantsJSON { return show(answer) }
        let (row, key) = try read(answer) { json in (json["data"].flatMap { KeyRow($0) }, json["key"]?.string) }
        guard let row, let key else { throw Self.notAKey }
        console.out("key:  \(TerminalText.line(key))\n")
        console.out("hash: \(TerminalText.line(row.hash))\n")
        console.err("This is the only time that the key is shown.\n")
    }

    private func list(_ client: APIClient) async throws(CallFailure) {
        let pages = try await pages(client, everything: wantsAll)
        if wantsJSON {
            var buffer = ByteBuffer()
            buffer.append("{\"data\":[")
            var isFirst = true
            for page in pages {
                try read(page) { json in
                    guard let list = json["data"] else { return }
                    for element in list.elements {
                        if !isFirst { buffer.append(",") }
                        isFirst = false
                        buffer.append(text: element.rawText)
                    }
                }
            }
            buffer.append("]}")
            return console.out(TerminalText.clean(buffer.text) + "\n")
        }
        let rows = try rows(pages)
        if rows.isEmpty { return console.complain("the server has no keys\(wantsAll ? "" : " that are valid now")") }
        console.out(KeyRow.table(rows))
    }

    private func change(_ client: APIClient, _ body: [UInt8], _ done: String) async throws(CallFailure) {
        let row = try await find(client)
        let answer = try await client.request(.patch, "/keys/\(row.hash)", body: body)
        if wantsJSON { return show(answer) }
        console.out("\(done): \(TerminalText.line(row.shown))\n")
    }

    private func delete(_ client: APIClient) async throws(CallFailure) {
        let row = try await find(client)
        let answer = try await client.request(.delete, "/keys/\(row.hash)")
        if wantsJSON { return show(answer) }
        console.out("deleted: \(TerminalText.line(row.shown))\n")
    }

    /// The one key that is meant: by its hash, by the hash's beginning, by its name or its label.
    private func find(_ client: APIClient) async throws(CallFailure) -> KeyRow {
        let wanted = subject ?? ""
        let rows = try rows(await pages(client, everything: true))
        if let row = rows.first(where: { $0.hash == wanted }) { return row }
        let named = rows.filter { $0.name == wanted || $0.label == wanted }
        let begun = wanted.count >= CLILimits.hashDigits ? rows.filter { $0.hash.hasPrefix(wanted) } : []
        let found = named.isEmpty ? begun : named
        if found.count == 1 { return found[0] }
        let shown = TerminalText.line(wanted)
        if found.isEmpty { throw CallFailure("No key has the hash or the name \(shown). See: martlet keys list --all") }
        let hashes = found.map { "\($0.hash.prefix(16))" }.joined(separator: ", ")
        throw CallFailure("\(found.count) keys are called \(shown); say which by its hash: \(hashes)")
    }

    // MARK: Answers

    private func pages(_ client: APIClient, everything: Bool) async throws(CallFailure) -> [[UInt8]] {
        var pages: [[UInt8]] = []
        var offset = 0
        while pages.count < CLILimits.keyPages {
            let filter = everything ? "&include_disabled=true&include_expired=true" : ""
            let page = try await client.get("/keys?offset=\(offset)\(filter)")
            let count = try read(page) { $0["data"]?.isArray == true ? $0["data"]?.count : nil }
            guard let count else {
                throw CallFailure("The answer is no list of keys: is \(options.address.text) the API of a martlet?")
            }
            if count == 0 { break }
            pages.append(page)
            offset += count
        }
        return pages
    }

    private func rows(_ pages: [[UInt8]]) throws(CallFailure) -> [KeyRow] {
        var rows: [KeyRow] = []
        for page in pages {
            rows += try read(page) { json in json["data"]?.elements.compactMap { KeyRow($0) } ?? [] }
        }
        return rows
    }

    private func read<Result>(_ answer: [UInt8], _ body: (JSONValue) -> Result) throws(CallFailure) -> Result {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let json = try? scanner.scan(copying: answer.span) else { throw Self.notAKey }
        return body(json)
    }

    private func show(_ answer: [UInt8]) {
        console.out(TerminalText.clean(String(decoding: answer, as: UTF8.self)) + "\n")
    }

    private static let notAKey = CallFailure("The server's answer is not the expected JSON.")
}
