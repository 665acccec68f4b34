package import Hummingbird
internal import Services

/// All pages, with what they are drawn with.
package struct Pages: Sendable {
    private let printer: PagePrinter
    private let services: WebServices
    private let configuration: WebConfiguration

    /// Throws when a template can't be parsed.
    package init(services: WebServices, configuration: WebConfiguration) throws {
        printer = PagePrinter(templates: try PageTemplates(), halts: services.sending.halts, now: services.now)
        (self.services, self.configuration) = (services, configuration)
    }

    package var routes: RouteSet {
        let inbox = InboxPages(printer: printer, services: services)
        let leads = LeadPages(printer: printer, services: services)
        let cookie = SessionCookie(isSecure: configuration.isSecure)
        return EntrancePages(printer: printer, services: services, cookie: cookie).routes + inbox.routes
            + ConversationPages(inbox: inbox, services: services).routes + NotePages(inbox: inbox, services: services).routes
            + MessageDetailPages(inbox: inbox, services: services).routes
            + ConversationDetailsPages(inbox: inbox, services: services).routes
            + SavedViewPages(services: services).routes + PresencePages(printer: printer, services: services).routes
            + SenderPages(printer: printer, services: services).routes
            + ConnectionPages(printer: printer, services: services, configuration: configuration).routes
            + SignupPages(printer: printer, services: services, configuration: configuration).routes
            + QueuePages(printer: printer, services: services).routes + MediaPages(services: services).routes
            + PeoplePages(printer: printer, services: services).routes + LabelPages(printer: printer, services: services).routes
            + ContactPages(printer: printer, services: services).routes + ContactGroupPages(printer: printer, services: services).routes
            + ContactImportPages(printer: printer, services: services).routes
            + CampaignPages(printer: printer, services: services).routes
            + ConsentPages(printer: printer, services: services).routes
            + ConsentWordPages(printer: printer, services: services).routes
            + leads.routes + ClientPages(leads: leads).routes + LeadSettingsPages(leads: leads).routes
            + TemplatePages(printer: printer, services: services).routes
            + TemplateDraftPages(printer: printer, services: services).routes
            + TemplateMappingPages(printer: printer, services: services).routes
            + TemplatePickerPages(printer: printer, services: services).routes
            + NewConversationPages(printer: printer, services: services).routes
            + SearchPages(printer: printer, services: services).routes
            + QuickReplyPages(printer: printer, services: services).routes + DraftPages(services: services).routes
            + SettingsPages(printer: printer, services: services, cookie: cookie).routes
            + JobPages(printer: printer, services: services).routes + SendingPages(printer: printer, services: services).routes
            + HealthPages(printer: printer, services: services).routes
            + NotificationPages(printer: printer, services: services).routes + PushPages(services: services).routes
            + MailPages(printer: printer, services: services).routes
            + WebhookPages(printer: printer, services: services).routes
            + ReceptionPages(printer: printer, services: services).routes
            + CreditPages(printer: printer, services: services).routes
            + MessageRatePages(printer: printer, services: services).routes
            + SubscriptionPages(printer: printer, services: services).routes
            + ProfilePages(printer: printer, services: services).routes
            + NumberPages(printer: printer, services: services).routes
            + HandlingPages(printer: printer, services: services).routes
            + PlacePages(printer: printer, services: services).routes
            + ConversationExportPages(printer: printer, services: services, configuration: configuration).routes
            + LiveStream(services: services).routes
    }

    /// What a browser gets when something can't be done.
    package func problemPage(_ answer: ProblemAnswer, _ request: Request) -> Response { printer.problemPage(answer, request) }
}
