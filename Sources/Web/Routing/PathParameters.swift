package import Domain
internal import Foundation
package import Hummingbird

extension RequestContext {
    /// A path parameter, percent-decoded: the router hands them over as they came.
    package func parameter(_ name: String) throws -> String {
        guard let text = parameters.get(name)?.removingPercentEncoding else { throw RequestProblem.pathUnknown }
        return text
    }

    /// An id in the path. What can't be an id of this kind names nothing, so it is a 404 like any other.
    package func id<Entity: Identified>(_ name: String, of _: Entity.Type) throws -> Identifier<Entity> {
        guard let id = Identifier<Entity>(parsing: try parameter(name)) else { throw RequestProblem.resourceMissing }
        return id
    }
}
