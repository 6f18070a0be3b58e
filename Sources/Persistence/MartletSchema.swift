import Database

/// The tables of Martlet's embedded database, as steps from one version to the next. A step that has been released is
/// never changed; a new one is added, in a file of its own.
enum MartletSchema {
    static let schema = Schema(
        applicationID: 0x4D52_544C,
        migrations: [toVersion1, toVersion2, toVersion3, toVersion4, toVersion5, toVersion6])
}
