#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Turns signals into events. Start it before any other thread, so that all inherit the blocked mask.
enum SignalThread {
    static func start(_ mailbox: Mailbox) {
        var set = watched
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        // A write beyond the largest size of a file then fails as one to a full disk does, and does not end the process.
        signal(SIGXFSZ, SIG_IGN)
        let box = Unmanaged.passRetained(mailbox).toOpaque()
        #if canImport(Glibc)
            var thread = pthread_t()
            pthread_create(&thread, nil, { waitForSignals($0) }, box)
            pthread_detach(thread)
        #else
            var thread: pthread_t?
            pthread_create(&thread, nil, { waitForSignals($0) }, box)
            pthread_detach(thread!)
        #endif
    }

    fileprivate static var watched: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        return set
    }
}

private func waitForSignals(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let mailbox = Unmanaged<Mailbox>.fromOpaque(box!).takeRetainedValue()
    var set = SignalThread.watched
    while true {
        var number: Int32 = 0
        if sigwait(&set, &number) != 0 { continue }
        switch number {
        case SIGTERM: mailbox.post(.terminate)
        case SIGINT: mailbox.post(.interrupt)
        default: mailbox.post(.reload)
        }
    }
}
