import Buffers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A request body in one contiguous run of memory, followed by the padding that SIMD parsers ask for.
///
/// Of a known length it is allocated once; pages of a large one cost memory only when they are filled, and only filled
/// bytes count against the budget. Of unknown length it doubles. Immutable once `ServerExchange.readBody` returned it;
/// the memory lives as long as the object.
package final class RequestBody: @unchecked Sendable {
    private var storage: UnsafeMutableRawPointer
    private var capacity: Int
    private var isMapped: Bool
    private let budget: MemoryBudget?
    package private(set) var count = 0

    /// A body of no bytes.
    package static let empty = RequestBody()

    private init() {
        capacity = 0
        budget = nil
        isMapped = false
        // A process without memory for a few bytes could not answer either.
        storage = Self.allocate(ByteBuffer.padding, mapped: false)!
    }

    /// - Returns: nil when the system has no memory, or no addresses, for that many bytes.
    init?(capacity: Int, budget: MemoryBudget?) {
        let mapped = capacity > ServerLimits.heapBodyBytes
        guard let storage = Self.allocate(capacity + ByteBuffer.padding, mapped: mapped) else { return nil }
        self.storage = storage
        self.capacity = capacity
        self.budget = budget
        isMapped = mapped
    }

    /// A body made here instead of received: what a request in another dialect became.
    ///
    /// - Returns: nil when the memory budget is used up, or the system's memory.
    package convenience init?(copying bytes: UnsafeRawBufferPointer, budget: MemoryBudget?) {
        self.init(capacity: bytes.count, budget: budget)
        if !append(bytes) { return nil }
    }

    deinit {
        Self.free(storage, capacity + ByteBuffer.padding, mapped: isMapped)
        budget?.giveBack(count)
    }

    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: storage, count: count) }

    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let start = UnsafePointer(storage.assumingMemoryBound(to: UInt8.self))
            let span = Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count))
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// Where the next bytes go.
    var space: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: storage + count, count: capacity - count)
    }

    /// Whether `pointer` is where the next bytes go: then they need no copy.
    func isAtEnd(_ pointer: UnsafeRawPointer) -> Bool { pointer == UnsafeRawPointer(storage + count) }

    /// Claims bytes that were written into `space`.
    ///
    /// - Returns: false when the memory budget is used up.
    func claim(_ added: Int) -> Bool {
        if let budget, !budget.take(added) { return false }
        count += added
        return true
    }

    /// Copies bytes to the end, growing when needed.
    ///
    /// - Returns: false when the memory budget is used up, or the system's memory; nothing is taken then.
    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.isEmpty { return true }
        if let budget, !budget.take(bytes.count) { return false }
        if capacity - count < bytes.count,
            !grow(to: max(capacity * 2, count + bytes.count, ServerLimits.chunkedBodyBytes))
        {
            budget?.giveBack(bytes.count)
            return false
        }
        memcpy(storage + count, bytes.baseAddress!, bytes.count)
        count += bytes.count
        return true
    }

    private func grow(to wanted: Int) -> Bool {
        let mapped = wanted > ServerLimits.heapBodyBytes
        guard let fresh = Self.allocate(wanted + ByteBuffer.padding, mapped: mapped) else { return false }
        memcpy(fresh, storage, count)
        Self.free(storage, capacity + ByteBuffer.padding, mapped: isMapped)
        storage = fresh
        capacity = wanted
        isMapped = mapped
        return true
    }

    /// A system that never promises more than it has (`vm.overcommit_memory=2`) counts what is mapped, filled or not, and
    /// may refuse.
    private static func allocate(_ count: Int, mapped: Bool) -> UnsafeMutableRawPointer? {
        if !mapped { return malloc(count) }
        let memory = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | noReserve, -1, 0)
        return memory == MAP_FAILED ? nil : memory
    }

    #if os(Linux)
        /// Address space is not memory: a system that counts it as such must not refuse a large body for it.
        private static let noReserve = MAP_NORESERVE
    #else
        private static let noReserve: Int32 = 0
    #endif

    private static func free(_ storage: UnsafeMutableRawPointer, _ count: Int, mapped: Bool) {
        if mapped { munmap(storage, count) } else { release(storage) }
    }
}

private func release(_ pointer: UnsafeMutableRawPointer) { free(pointer) }
