extension MartletSchema {
    /// What version 1 did not know of keys and workspaces.
    static let toVersion2 = """
        """
}
