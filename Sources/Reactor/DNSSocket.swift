import CAres
import CUV

/// Watches one socket of c-ares, which owns it. Confined to its loop.
final class DNSSocket: HandleOwner, @unchecked Sendable {
    private weak var resolver: DNSResolver?
    private var descriptor: Int32 = -1

    convenience init(_ descriptor: Int32, of resolver: DNSResolver, loop: EventLoop) {
        self.init()
        self.descriptor = descriptor
        self.resolver = resolver
        let memory = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
        let status = uv_poll_init_socket(loop.uv, memory, descriptor)
        precondition(status == 0, "libuv cannot watch a socket of c-ares")
        own(memory)
        // A lookup under way does not keep a stopped loop running.
        uv_unref(handle)
    }

    private var watcher: UnsafeMutablePointer<uv_poll_t> {
        UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_poll_t.self)
    }

    func watch(reading: Bool, writing: Bool) {
        if isClosed { return }
        let events = (reading ? Int32(UV_READABLE.rawValue) : 0) | (writing ? Int32(UV_WRITABLE.rawValue) : 0)
        uv_poll_start(watcher, events) { poll, status, events in
            let handle = UnsafeMutableRawPointer(poll!).assumingMemoryBound(to: uv_handle_t.self)
            let socket = HandleOwner.of(handle) as! DNSSocket
            if socket.isClosed { return }
            // After an error c-ares finds out itself what it is.
            let canRead = status < 0 || events & Int32(UV_READABLE.rawValue) != 0
            let canWrite = status < 0 || events & Int32(UV_WRITABLE.rawValue) != 0
            socket.resolver?.process(
                reading: canRead ? socket.descriptor : -1, writing: canWrite ? socket.descriptor : -1)
        }
    }
}
