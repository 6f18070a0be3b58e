/// Runs a server until it is told to stop.
///
/// - Returns: the exit code of the process.
package func serve(_ options: ServeOptions) -> Int32 {
    1
}
