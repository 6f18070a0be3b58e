/// Every bound of this module.
package enum AccessLimits {
    /// Characters of a key that somebody chose or brought along.
    package static let keyBytes = 16...256
    /// Characters of the name of a key.
    package static let keyNameBytesMax = 256
    /// Presented keys that a loop remembers: a power of two.
    package static let rememberedKeys = 256
}
