/// The edges of templates, and what becomes of one. (Meta, "Template management", read 2026-11.)
extension World {
    private static let templateLimit = 6_000
    private static let creationsPerHour = 100
    private static let hour = 60 * 60 * 1_000
    private static let day = 24 * hour

    func listTemplates(_ call: GraphCall, account: String) throws(GraphError) -> JSON {
        guard let owner = accounts[account] else { throw .unknown(account, call.method) }
        func fits(_ name: String, _ value: String) -> Bool {
            let wanted = call.list(name)
            return wanted.isEmpty || wanted.contains { $0.lowercased() == value.lowercased() }
        }
        let rows = owner.templates.reversed().compactMap { templates[$0] }.filter { template in
            // The name is searched, the others are compared.
            (call.text("name").map { template.name.contains($0.lowercased()) } ?? true)
                && (call.text("name_or_content").map { text in
                    template.name.contains(text.lowercased())
                        || template.component("BODY")?["text"]?.string?.lowercased().contains(text.lowercased()) == true
                } ?? true)
                && (call.text("content").map { text in
                    template.component("BODY")?["text"]?.string?.lowercased().contains(text.lowercased()) == true
                } ?? true)
                && fits("status", template.status.rawValue) && fits("category", template.category) && fits("language", template.language)
                && fits("parameter_format", template.format)
        }
        // Components, format and id are always there: clients can't do without.
        let always: Set<String> = ["id", "components", "parameter_format"]
        let usual: Set<String> = ["name", "parameter_format", "components", "language", "status", "category", "sub_category", "id"]
        var page = try Page(call).list(rows, id: \.id) { template throws(GraphError) in
            Fields(call).select(template.json, always: always, usual: usual)
        }
        if call.text("summary") != nil {
            page["summary"] = [
                "total_count": .integer(rows.count), "message_template_count": .integer(owner.templates.count),
                "message_template_limit": .integer(Self.templateLimit), "are_translations_complete": true,
            ]
        }
        return page
    }

    mutating func createTemplate(_ call: GraphCall, account: String) throws(GraphError) -> JSON {
        guard let name = call.text("name") else { throw .missing("name") }
        guard let language = call.text("language") else { throw .missing("language") }
        guard let category = call.text("category")?.uppercased() else { throw .missing("category") }
        try TemplateRules.checkName(name)
        guard TemplateRules.languages.contains(language) else { throw .parameter("The language \(language) isn't supported.") }
        guard TemplateRules.categories.contains(category) else { throw .parameter("The category \(category) isn't known.") }
        let format = (call.text("parameter_format") ?? "POSITIONAL").uppercased()
        guard ["POSITIONAL", "NAMED"].contains(format) else { throw .parameter("parameter_format must be POSITIONAL or NAMED.") }
        guard let components = call.parameter("components")?.array else { throw .missing("components") }
        try TemplateRules.check(components, category: category, format: format)
        let lifetime = try Self.lifetime(call, category: category)
        guard let owner = accounts[account], owner.templates.count < Self.templateLimit else {
            throw .template(2_388_019, "Too many templates", "The account has as many templates as it may have.")
        }
        guard owner.templateKeys[TemplateKey(name: name, language: language)] == nil else {
            throw .template(
                2_388_024, "Content in this language already exists", "There is a template with this name in this language already.")
        }
        guard owner.blockedTemplates[TemplateKey(name: name, language: language), default: 0] <= now else {
            throw .template(
                2_388_024, "Name not free yet", "A template of this name was deleted less than 30 days ago. Choose another name.")
        }
        try requireOwnText(components, category: category, in: account)
        let creations = owner.templateCreations.filter { $0 > now - Self.hour }
        guard creations.count < Self.creationsPerHour else {
            throw GraphError(80_008, "Too many templates", details: "An account can make \(Self.creationsPerHour) templates in an hour.")
        }
        accounts[account]?.templateCreations = creations + [now]
        let draft = TemplateDraft(
            name: name, language: language, category: category, format: format,
            components: components.map { Self.stored($0, category: category) },
            timeToLiveSeconds: lifetime)
        let template = insert(draft, into: account, status: .pending)
        sendToReview(template.id)
        return ["id": .string(template.id), "status": "PENDING", "category": .string(category)]
    }

    /// What has the very text and the line below of another template is a double of it. The texts of authentication are the same for all.
    private func requireOwnText(
        _ components: [JSON], category: String, in account: String, besides own: String? = nil
    ) throws(GraphError) {
        guard category != "AUTHENTICATION" else { return }
        func texts(_ components: [JSON]) -> [String?] {
            ["BODY", "FOOTER"].map { type in
                components.first { $0["type"]?.string?.uppercased() == type }?["text"]?.string
            }
        }
        let wanted = texts(components)
        let twin = accounts[account]?.templates.compactMap { templates[$0] }.first { other in
            other.id != own && other.category != "AUTHENTICATION" && texts(other.components) == wanted
        }
        if let twin { throw .template(nil, "Same content", "The template \(twin.name) has this content already.") }
    }

    /// How long messages may wait, if the call says so.
    private static func lifetime(_ call: GraphCall, category: String) throws(GraphError) -> Int? {
        guard let value = call.parameter("message_send_ttl_seconds") else { return nil }
        guard let seconds = value.integer else {
            throw .template(nil, "Lifetime not valid", "message_send_ttl_seconds is a whole number.")
        }
        try TemplateRules.checkLifetime(seconds, category: category)
        return seconds
    }

    @discardableResult
    mutating func insert(_ draft: TemplateDraft, into account: String, status: Template.Status) -> Template {
        var template = Template(
            id: ids.object(), account: account, name: draft.name, language: draft.language, category: draft.category, format: draft.format,
            components: draft.components, status: status, createdAt: now)
        template.timeToLiveSeconds = draft.timeToLiveSeconds
        templates[template.id] = template
        accounts[account]?.templates.append(template.id)
        accounts[account]?.templateKeys[template.key] = template.id
        return template
    }

    /// A component as it is read back: the fixed texts of authentication are there, and a code button is an address.
    private static func stored(_ component: JSON, category: String) -> JSON {
        var component = component
        component["type"] = component["type"]?.string.map { .string($0.uppercased()) }
        guard category == "AUTHENTICATION" else { return component }
        switch component["type"]?.string {
        case "BODY" where component.given("text") == nil:
            let advice = component["add_security_recommendation"]?.bool == true ? " For your security, do not share this code." : ""
            component["text"] = .string("*{{1}}* is your verification code." + advice)
        case "FOOTER":
            if let minutes = component["code_expiration_minutes"]?.integer {
                component["text"] = .string("This code expires in \(minutes) minutes.")
            }
        case "BUTTONS":
            component["buttons"] = component["buttons"]?.array.map { buttons in
                .array(
                    buttons.map { button in
                        guard button["type"]?.string?.uppercased() == "OTP" else { return button }
                        let type = button["otp_type"]?.string?.uppercased() ?? "COPY_CODE"
                        return .fields(
                            ("type", "URL"), ("text", button.given("text") ?? "Copy code"),
                            ("url", .string("https://www.whatsapp.com/otp/code/?otp_type=\(type)&code=otp{{1}}")),
                            ("example", [.string("https://www.whatsapp.com/otp/code/?otp_type=\(type)&code=otp123456")]))
                    })
            }
        default: break
        }
        return component
    }

    mutating func edit(_ template: Template, _ call: GraphCall) throws(GraphError) -> JSON {
        guard [.approved, .rejected, .paused].contains(template.status) else {
            throw .parameter("Templates can be edited only while they are approved, rejected or paused.")
        }
        var changed = template
        if template.status == .approved {
            let edits = template.edits.filter { $0 > now - 30 * Self.day }
            guard !edits.contains(where: { $0 > now - Self.day }), edits.count < 10 else {
                throw .template(
                    2_388_024, "Edited too often", "An approved template can be edited once in 24 hours and ten times in 30 days.")
            }
            changed.edits = edits + [now]
        }
        if let category = call.text("category")?.uppercased(), category != template.category {
            guard template.status != .approved else { throw .parameter("The category of an approved template can't change.") }
            guard TemplateRules.categories.contains(category) else { throw .parameter("The category \(category) isn't known.") }
            changed.category = category
        }
        if let given = call.parameter("components") {
            guard let components = given.array else { throw .parameter("components must be an array.") }
            try TemplateRules.check(components, category: changed.category, format: template.format)
            try requireOwnText(components, category: changed.category, in: template.account, besides: template.id)
            changed.components = components.map { Self.stored($0, category: changed.category) }
        } else if changed.category != template.category {
            // What was right in one category may be wrong in the other.
            try TemplateRules.check(template.components, category: changed.category, format: template.format)
        }
        if let seconds = try Self.lifetime(call, category: changed.category) { changed.timeToLiveSeconds = seconds }
        changed.status = .pending
        templates[template.id] = changed
        sendToReview(template.id)
        return ["success": true, "id": .string(template.id), "name": .string(template.name), "category": .string(changed.category)]
    }

    mutating func deleteTemplates(_ call: GraphCall, account: String) throws(GraphError) -> JSON {
        var chosen = Set(call.list("hsm_id") + call.list("hsm_ids"))
        let name = call.text("name")
        guard name != nil || !chosen.isEmpty else { throw .missing("name") }
        if chosen.isEmpty { chosen = Set((accounts[account]?.templates ?? []).filter { templates[$0]?.name == name }) }
        let found = chosen.compactMap { templates[$0] }.filter { $0.account == account && (name == nil || $0.name == name) }
        guard found.count == chosen.count, !found.isEmpty else {
            throw .template(2_593_002, "Message template not found", "There is no such template.")
        }
        guard !found.contains(where: { $0.status == .disabled }) else { throw .parameter("A disabled template can't be deleted.") }
        for template in found {
            templates[template.id] = nil
            accounts[account]?.templateKeys[template.key] = nil
            if template.status == .approved { accounts[account]?.blockedTemplates[template.key] = now + 30 * Self.day }
        }
        accounts[account]?.templates.removeAll { chosen.contains($0) }
        return ["success": true]
    }

    mutating func unpause(_ template: Template) -> JSON {
        guard template.status == .paused else { return ["success": false, "reason": "The template isn't paused."] }
        setStatus(.approved, of: template.id)
        return ["success": true]
    }

    private mutating func sendToReview(_ id: String) {
        guard settings.review != .pending else { return }
        effects.append(.after(milliseconds: settings.reviewDelay, .review(template: id)))
    }

    /// The outcome of a review, by the switch as it stands now.
    mutating func review(_ id: String) {
        guard templates[id]?.status == .pending else { return }
        switch settings.review {
        case .approve: setStatus(.approved, of: id)
        case .reject: setStatus(.rejected, of: id, reason: "INVALID_FORMAT")
        case .pending: break
        }
    }

    /// Changes a template's status and tells the apps.
    mutating func setStatus(_ status: Template.Status, of id: String, reason: String = "NONE") {
        guard var template = templates[id] else { return }
        let wasPaused = template.status == .paused
        template.status = status
        template.rejectedReason = status == .rejected ? reason : "NONE"
        templates[id] = template
        let title: JSON? =
            switch status {
            case .paused: ["title": "FIRST_PAUSE", "description": "The quality of the template is low. It is paused for 3 hours."]
            case .approved where wasPaused: ["title": "UNPAUSE", "description": "The template can be sent again."]
            case .disabled: ["title": "DISABLED", "description": "The template is disabled for good."]
            default: nil
            }
        notify(
            account: template.account, field: "message_template_status_update",
            value: .fields(
                ("event", .string(status.rawValue)), ("message_template_id", Int(id).map { .integer($0) }),
                ("message_template_name", .string(template.name)),
                ("message_template_language", .string(template.language)), ("message_template_category", .string(template.category)),
                ("reason", status == .paused ? .null : .string(template.rejectedReason)), ("other_info", title),
                ("disable_info", status == .disabled ? ["disable_date": .string(String(seconds))] : nil),
                (
                    "rejection_info",
                    status == .rejected
                        ? ["reason": .string("The review found a fault."), "recommendation": .string("Change the text and send it again.")]
                        : nil
                )), subject: template.account)
    }
}

extension World {
    /// Changes a template's quality and tells the apps.
    mutating func setQuality(_ quality: String, of id: String) {
        guard var template = templates[id] else { return }
        let before = template.quality
        template.quality = quality
        templates[id] = template
        notify(
            account: template.account, field: "message_template_quality_update",
            value: .fields([("previous_quality_score", .string(before)), ("new_quality_score", .string(quality))] + template.newsMembers),
            subject: template.account)
    }

    /// Puts a template into another category, as the platform does by itself, and tells the apps.
    mutating func setCategory(_ category: String, of id: String) {
        guard var template = templates[id] else { return }
        let before = template.category
        template.category = category
        templates[id] = template
        notify(
            account: template.account, field: "template_category_update",
            value: .fields([("previous_category", .string(before)), ("new_category", .string(category))] + template.newsMembers),
            subject: template.account)
    }

    /// Gives a template other components, as if somebody had edited it and the review were over, and tells the apps.
    mutating func setComponents(_ components: [JSON], of id: String) {
        guard var template = templates[id] else { return }
        template.components = components
        templates[id] = template
        let text = template.component("BODY")?["text"] ?? ""
        notify(
            account: template.account, field: "message_template_components_update",
            value: .fields(template.newsMembers + [("message_template_element", text)]), subject: template.account)
    }
}

extension Template {
    /// How webhooks name it.
    fileprivate var newsMembers: [(String, JSON?)] {
        [
            ("message_template_id", Int(id).map { .integer($0) }), ("message_template_name", .string(name)),
            ("message_template_language", .string(language)),
        ]
    }

    var json: JSON {
        .fields(
            ("name", .string(name)), ("parameter_format", .string(format)), ("components", .array(components)),
            ("language", .string(language)),
            ("status", .string(status.rawValue)), ("category", .string(category)), ("sub_category", "CUSTOM"),
            ("rejected_reason", .string(rejectedReason)),
            ("quality_score", ["score": .string(quality), "date": .integer(createdAt / 1_000)]),
            ("message_send_ttl_seconds", timeToLiveSeconds.map { .integer($0) }), ("cta_url_link_tracking_opted_out", false),
            ("id", .string(id)))
    }
}
