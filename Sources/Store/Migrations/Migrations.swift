/// The schema, step by step.
package enum Migrations {
    package static let all: [Migration] = [
        .people, .messaging, .sending, .limits, .operation, .queue, .teamwork, .pace, .labels, .collaboration, .templates, .quickReplies,
        .search, .notifications, .activity, .searchNotes, .refusals, .webhooks, .senderStatus, .reception, .credits, .profiles,
        .signups, .connections, .senderUpkeep, .registrationPINs, .appWebhooks, .contacts, .templateDrafts, .campaigns, .messageRates,
        .templateMappings, .consent, .leads,
    ]
}
