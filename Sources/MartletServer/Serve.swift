import Configuration
import Database
import Reactor
import Telemetry

/// Runs a server until it is told to stop.
///
/// - Returns: the exit code: 0 after a clean stop, 1 when it could not start.
package func serve(_ options: ServeOptions) -> Int32 {
    let mailbox = Mailbox()
    SignalThread.start(mailbox)
    raiseDescriptorLimit()
    keepFreedMemory()
    makeFilesPrivate()
    do throws(StartFailure) {
        let server = try Server(options)
        try server.start(mailbox)
        return server.run(mailbox)
    } catch {
        Console.complain(error.sentences)
        return 1
    }
}

/// Why a server did not start: sentences for the operator.
struct StartFailure: Error {
    let sentences: [String]

    init(_ sentences: [String]) {
        self.sentences = sentences
    }

    init(_ sentence: String) {
        sentences = [sentence]
    }
}
