extension Credits {
    /// Reads a decimal amount of dollars that is a whole number of nano-dollars.
    ///
    /// - Returns: nil also for an amount with more places, which must not be rounded behind somebody's back.
    package init?(exactly text: Span<UInt8>) {
        guard let number = DecimalNumber(text, places: AccountingLimits.creditPlaces), !number.isRounded else {
            return nil
        }
        self.init(nanos: number.value)
    }

    package init?(exactly text: String) {
        self.init(exactly: text.utf8Span.span)
    }
}
