/// What the command line says about a server; nil leaves it to the configuration.
package struct ServeOptions: Sendable {
    /// Path of the configuration file; nil takes `./martlet.yaml` where present.
    package var config: String?
    /// `ADDR:PORT`; port 0 lets the system choose.
    package var listen: String?
    /// The data directory.
    package var data: String?

    package init(config: String? = nil, listen: String? = nil, data: String? = nil) {
        self.config = config
        self.listen = listen
        self.data = data
    }
}
