/// `martlet doctor`.
struct DoctorCommand {
    init(_ arguments: ParsedArguments, _ console: Console) throws(UsageError) {}
    func run() -> Int32 { 1 }
}
