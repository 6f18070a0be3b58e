/// The decoded parameters of a query string, by name.
package protocol QueryParameters {
    /// The first value of a name; nil where it is not there.
    subscript(_ name: String) -> String? { get }
    /// Every parameter, in the order of the query.
    var all: [(name: String, value: String)] { get }
}
