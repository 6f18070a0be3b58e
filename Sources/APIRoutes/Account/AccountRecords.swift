package import Activity

/// Everything that the routes of an account read of the store.
package typealias AccountRecords = ActivityReading & GenerationReading & LedgerListing & LedgerReading & RecordExporting
