import CUV

/// A system error of a socket, by libuv's number.
package struct StreamError: Error, Equatable, Sendable {
    /// A negative libuv code.
    package let code: Int32

    package init(code: Int32) {
        self.code = code
    }

    package static let cancelled = StreamError(code: UV_ECANCELED.rawValue)
    package static let endOfFile = StreamError(code: UV_EOF.rawValue)
    package static let timedOut = StreamError(code: UV_ETIMEDOUT.rawValue)
    package static let addressInUse = StreamError(code: UV_EADDRINUSE.rawValue)
    /// The connection is unusable although the system reports no error: a layer above it failed.
    package static let aborted = StreamError(code: UV_ECONNABORTED.rawValue)
    package static let refused = StreamError(code: UV_ECONNREFUSED.rawValue)
}

extension StreamError: CustomStringConvertible {
    package var description: String {
        String(cString: uv_strerror(code))
    }
}
