package import CUV

/// An object that owns the memory of one libuv handle.
///
/// libuv writes to a handle until the callback of `uv_close`, so the memory cannot go with the Swift object: the owner
/// keeps itself alive (`retainHandle`) until that callback, which frees the memory and lets the owner go.
package class HandleOwner: @unchecked Sendable {
    /// Set once `uv_close` was called: from then on no other callback may touch the object's state.
    package private(set) final var isClosed = false
    private final var memory: UnsafeMutableRawPointer?

    package init() {}

    package final var handle: UnsafeMutablePointer<uv_handle_t> {
        memory!.assumingMemoryBound(to: uv_handle_t.self)
    }

    /// Takes over `memory`, an initialised handle, until it is closed.
    package final func own(_ memory: UnsafeMutableRawPointer) {
        self.memory = memory
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    package static func of(_ handle: UnsafeMutablePointer<uv_handle_t>) -> HandleOwner? {
        handle.pointee.data.map { Unmanaged<HandleOwner>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Closes the handle; safe to call twice.
    package final func closeHandle() {
        if isClosed || memory == nil { return }
        isClosed = true
        willClose()
        uv_close(handle) { handle in
            let owner = Unmanaged<HandleOwner>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            owner.memory!.deallocate()
            owner.memory = nil
            owner.didClose()
        }
    }

    /// Called right before the handle closes: resume waiters here.
    package func willClose() {}
    /// Called when libuv has let go of the handle and cancelled its requests.
    package func didClose() {}
}
