/// The bounds of this module.
package enum TelemetryLimits {
    /// One log line with its newline. Fields that do not fit are left out, and the line says so.
    package static let lineBytes = 16 * 1024
    /// One text value in a log line, before escaping. Longer values are cut and end in an ellipsis.
    package static let valueBytes = 1024
    /// A loop hands its lines to the writer once it holds this many bytes, if the timer has not done so before.
    package static let batchBytes = 16 * 1024
    /// How long a loop gathers lines before it hands them to the writer, in milliseconds: a request on a quiet server
    /// would otherwise wake the writer's thread for each line.
    package static let gatherMs: UInt64 = 20
    /// Lines that wait for a slow log descriptor; beyond it they are dropped and counted.
    package static let queueBytes = 4 * 1024 * 1024
    /// Pairs of model and provider with metrics of their own; later ones share the labels `other`.
    package static let endpoints = 4096
    /// One label value; longer ones are cut.
    package static let labelBytes = 128
    /// The size up to which a file under /proc is read.
    static let processFileBytes = 4096
}
