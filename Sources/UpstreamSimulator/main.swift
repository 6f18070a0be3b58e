import Reactor

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Plays model providers by script; docs/simulator.md says how.
func fail(_ message: String) -> Never {
    let line = "error: \(message)\n"
    _ = write(2, line, line.utf8.count)
    exit(2)
}

var listenText = "127.0.0.1:9090"
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
    switch argument {
    case "--listen":
        guard let value = arguments.popFirst() else { fail("--listen needs ADDRESS:PORT") }
        listenText = value
    default: fail("usage: UpstreamSimulator [--listen ADDRESS:PORT]")
    }
}
guard let colon = listenText.lastIndex(of: ":"), let port = UInt16(listenText[listenText.index(after: colon)...]),
    let address = SocketAddress(ip: String(listenText[..<colon]), port: port)
else { fail("\(listenText) is not ADDRESS:PORT") }

signal(SIGPIPE, SIG_IGN)
var descriptorLimit = rlimit()
if getrlimit(fileLimit, &descriptorLimit) == 0 {
    descriptorLimit.rlim_cur = descriptorLimit.rlim_max
    setrlimit(fileLimit, &descriptorLimit)
}

let loop = EventLoop()
let simulator = Simulator(loop: loop)
do {
    let bound = try simulator.listen(on: address)
    print("simulator listening on http://\(bound)")
    fflush(nil)
} catch {
    fail("cannot listen on \(address): \(error)")
}
loop.run()
