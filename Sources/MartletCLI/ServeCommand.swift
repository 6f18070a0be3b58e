import Configuration
import MartletServer

/// `martlet serve`.
struct ServeCommand {
    let options: ServeOptions

    /// - Parameter verb: whose arguments they are; other verbs look at what a server would be started with.
    init(_ arguments: ParsedArguments, of verb: Verb = .serve) throws(UsageError) {
        if let listen = arguments.value(.listen), ListenAddress(listen) == nil {
            throw UsageError(
                verb: verb, message: "--listen needs ADDR:PORT such as 127.0.0.1:8080 or [::1]:0, not \"\(listen)\"")
        }
        options = ServeOptions(
            config: arguments.value(.config), listen: arguments.value(.listen), data: arguments.value(.data))
    }

    func run() -> Int32 {
        serve(options)
    }
}
