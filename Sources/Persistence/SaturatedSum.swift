import Database

extension SQLiteStatement {
    /// The sum of amounts, or the end of the range that it would leave, which SQL's own `sum` makes an error of. It is
    /// read from two columns, `sum(x >> 32), sum(x & 4294967295)`; 0 where there was nothing to sum.
    func saturatedSum(_ column: Int32) -> Int64 {
        Int64(clamping: Int128(int64(column)) << 32 + Int128(int64(column + 1)))
    }
}
