internal import Hummingbird

/// Routes of one feature, by what is known of their callers.
package struct RouteSet: Sendable {
    package var open: [Route<WebContext>]
    package var account: [Route<AccountContext>]
    package var member: [Route<MemberContext>]
    package var api: [Route<APIContext>]

    package init(
        open: [Route<WebContext>] = [], account: [Route<AccountContext>] = [], member: [Route<MemberContext>] = [],
        api: [Route<APIContext>] = []
    ) {
        (self.open, self.account, self.member, self.api) = (open, account, member, api)
    }

    package static func + (one: Self, other: Self) -> Self {
        RouteSet(
            open: one.open + other.open, account: one.account + other.account, member: one.member + other.member, api: one.api + other.api)
    }

    var declarations: [RouteDeclaration] {
        open.map(\.declaration) + account.map(\.declaration) + member.map(\.declaration) + api.map(\.declaration)
    }
}
