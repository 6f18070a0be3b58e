extension MartletSchema {
    /// Why a generation went where it went, and the lists of endpoints that this is told by.
    ///
    /// `decision` is the number of a catalogue, or a blob that begins with it; NULL for generations of earlier versions.
    static let toVersion5 = """
        ALTER TABLE generations ADD COLUMN decision;
        ALTER TABLE in_flight ADD COLUMN decision;
        CREATE TABLE catalogues (fingerprint INTEGER PRIMARY KEY, endpoints TEXT NOT NULL, until_ms INTEGER);
        """
}
