import Buffers
import Reactor

/// Runs `body` as a task of a fresh loop and returns what it returns; the loop is shut down in order.
func onLoop<R: Sendable>(_ body: @escaping @Sendable (EventLoop) async throws -> R) async throws -> R {
    let group = EventLoopGroup(count: 1)
    group.start()
    let loop = group.loops[0]
    let result: Result<R, any Error> = await withCheckedContinuation { continuation in
        loop.spawn {
            do {
                continuation.resume(returning: .success(try await body(loop)))
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }
    group.shutDown()
    return try result.get()
}

/// Collects what a stream receives. Confined to its loop.
final class Collector: StreamHandler, @unchecked Sendable {
    var bytes = ByteBuffer()
    var end: StreamError?
    var drains = 0
    let waiter = Waiter()

    func received(_ bytes: UnsafeRawBufferPointer) {
        self.bytes.append(bytes)
        waiter.resume()
    }

    func ended(_ reason: StreamError) {
        end = reason
        waiter.resume()
    }

    func drained() {
        drains += 1
        waiter.resume()
    }

    func waitForBytes(_ count: Int) async {
        while bytes.count < count, end == nil { await waiter.wait() }
    }

    func waitForEnd() async {
        while end == nil { await waiter.wait() }
    }
}

/// A connected pair on the loopback interface of one loop.
struct StreamPair {
    let client: TCPStream
    let server: TCPStream
    let listener: TCPListener

    static func connect(on loop: EventLoop) async throws -> StreamPair {
        let accepted = Waiter()
        let box = Box()
        let listener = TCPListener(loop: loop) { stream in
            box.stream = stream
            accepted.resume()
        }
        let bound = try ListeningSocket.bind(SocketAddress(ip: "127.0.0.1", port: 0)!, count: 1)
        try listener.listen(descriptor: bound.descriptors[0])
        let client = TCPStream(loop: loop)
        try await client.connect(to: bound.address)
        await accepted.wait()
        return StreamPair(client: client, server: box.stream!, listener: listener)
    }

    private final class Box: @unchecked Sendable { var stream: TCPStream? }
}
