extension ConsentWords {
    /// What a workspace has until it changes it.
    package static let standard: ConsentWords = {
        do {
            return try ConsentWords(standardLanguages)
        } catch {
            fatalError("The words that come with the program break its rules: \(error)")
        }
    }()

    private static let standardLanguages: [Language] = [
        Language(
            code: "en",
            optOut: Group(
                ["stop", "unsubscribe", "opt out", "stop offers", "no more offers"],
                confirmation: "You will get no more offers from us here. Write START if you want them again."),
            stopAll: Group(
                ["stop all", "stopall", "stop everything"],
                confirmation: "We will not write to you here any more, except to answer you. Write START if you want to hear from us again."
            ),
            optIn: Group(
                ["start", "unstop", "subscribe", "opt in"],
                confirmation: "Thank you. You will hear from us here again. Write STOP at any time to end it.")),
        Language(
            code: "it",
            optOut: Group(
                ["stop", "disiscrivimi", "cancellami", "basta offerte", "stop offerte"],
                confirmation: "Non riceverai più le nostre offerte qui. Scrivi INIZIA se le vuoi di nuovo."),
            stopAll: Group(
                ["stop tutto", "basta tutto"],
                confirmation:
                    "Non ti scriveremo più qui, se non per risponderti. Scrivi INIZIA se vuoi ricevere di nuovo i nostri messaggi."),
            optIn: Group(
                ["start", "inizia", "iscrivimi"],
                confirmation: "Grazie. Riceverai di nuovo i nostri messaggi qui. Scrivi STOP quando vuoi per smettere.")),
        Language(
            code: "es",
            optOut: Group(
                ["stop", "baja", "darme de baja", "no más ofertas", "cancelar suscripción"],
                confirmation: "Ya no recibirás nuestras ofertas aquí. Escribe ALTA si las quieres de nuevo."),
            stopAll: Group(
                ["baja total", "parar todo"],
                confirmation: "Ya no te escribiremos aquí, salvo para responderte. Escribe ALTA si quieres volver a recibir mensajes."),
            optIn: Group(
                ["start", "alta", "suscribirme"],
                confirmation: "Gracias. Volverás a recibir nuestros mensajes aquí. Escribe BAJA cuando quieras dejarlo.")),
        Language(
            code: "pt_BR",
            optOut: Group(
                ["stop", "sair", "descadastrar", "parar ofertas"],
                confirmation: "Você não receberá mais as nossas ofertas aqui. Escreva INSCREVER se quiser recebê-las de novo."),
            stopAll: Group(
                ["parar tudo"],
                confirmation: "Não escreveremos mais aqui, a não ser para responder. Escreva INSCREVER se quiser receber mensagens de novo."
            ),
            optIn: Group(
                ["start", "inscrever", "quero receber"],
                confirmation: "Obrigado. Você receberá as nossas mensagens aqui de novo. Escreva SAIR quando quiser parar.")),
        Language(
            code: "ro",
            optOut: Group(
                ["stop", "dezabonare", "fără oferte"],
                confirmation: "Nu vei mai primi ofertele noastre aici. Scrie PORNEȘTE dacă le vrei din nou."),
            stopAll: Group(
                ["stop tot", "oprește tot"],
                confirmation: "Nu îți vom mai scrie aici, decât ca să îți răspundem. Scrie PORNEȘTE dacă vrei din nou mesajele noastre."),
            optIn: Group(
                ["start", "pornește", "abonare"],
                confirmation: "Mulțumim. Vei primi din nou mesajele noastre aici. Scrie STOP oricând ca să renunți.")),
        Language(
            code: "de",
            optOut: Group(
                ["stopp", "stop", "abmelden", "abbestellen", "keine Werbung"],
                confirmation: "Sie erhalten hier keine Angebote mehr von uns. Schreiben Sie START, wenn Sie wieder welche möchten."),
            stopAll: Group(
                ["alles stoppen", "stopp alles"],
                confirmation:
                    "Wir schreiben Ihnen hier nicht mehr, außer um Ihnen zu antworten. Schreiben Sie START, wenn Sie wieder von uns hören möchten."
            ),
            optIn: Group(
                ["start"],
                confirmation: "Danke. Sie hören hier wieder von uns. Schreiben Sie STOPP, wann immer Sie es beenden möchten.")),
        Language(
            code: "fr",
            optOut: Group(
                ["stop", "désabonner", "me désabonner", "plus d'offres"],
                confirmation: "Vous ne recevrez plus nos offres ici. Écrivez REPRENDRE si vous les voulez de nouveau."),
            stopAll: Group(
                ["tout arrêter", "stop tout"],
                confirmation:
                    "Nous ne vous écrirons plus ici, sauf pour vous répondre. Écrivez REPRENDRE pour recevoir de nouveau nos messages."),
            optIn: Group(
                ["start", "reprendre", "m'abonner"],
                confirmation: "Merci. Vous recevrez de nouveau nos messages ici. Écrivez STOP quand vous voulez arrêter.")),
        Language(
            code: "nl",
            optOut: Group(
                ["stop", "afmelden", "uitschrijven"],
                confirmation: "U krijgt hier geen aanbiedingen meer van ons. Schrijf START als u ze weer wilt."),
            stopAll: Group(
                ["stop alles"],
                confirmation: "Wij schrijven u hier niet meer, behalve om u te antwoorden. Schrijf START als u weer van ons wilt horen."),
            optIn: Group(
                ["start"],
                confirmation: "Dank u. U hoort hier weer van ons. Schrijf STOP wanneer u wilt stoppen.")),
        Language(
            code: "pl",
            optOut: Group(
                ["stop", "wypisz", "rezygnuję"],
                confirmation: "Nie będziesz już tu dostawać naszych ofert. Napisz START, jeśli chcesz je znowu otrzymywać."),
            stopAll: Group(
                ["stop wszystko"],
                confirmation:
                    "Nie będziemy już tu do Ciebie pisać, chyba że w odpowiedzi. Napisz START, jeśli chcesz znowu dostawać wiadomości."),
            optIn: Group(
                ["start"],
                confirmation: "Dziękujemy. Znowu będziesz tu dostawać nasze wiadomości. Napisz STOP, kiedy zechcesz przestać.")),
        Language(
            code: "tr",
            optOut: Group(
                ["dur", "stop", "üyelikten çık"],
                confirmation: "Buradan artık tekliflerimizi almayacaksınız. Yeniden almak isterseniz BAŞLA yazın."),
            stopAll: Group(
                ["hepsini durdur"],
                confirmation: "Size yanıt vermek dışında buradan artık yazmayacağız. Yeniden mesaj almak isterseniz BAŞLA yazın."),
            optIn: Group(
                ["başla", "start"],
                confirmation: "Teşekkürler. Mesajlarımızı buradan yeniden alacaksınız. Bırakmak istediğinizde DUR yazın.")),
        Language(
            code: "ar",
            optOut: Group(
                ["توقف", "إيقاف", "إلغاء الاشتراك"],
                confirmation: "لن تصلك عروضنا هنا بعد الآن. اكتب ابدأ إذا أردتها من جديد."),
            stopAll: Group(
                ["إيقاف الكل"],
                confirmation: "لن نكتب إليك هنا بعد الآن إلا للرد عليك. اكتب ابدأ إذا أردت رسائلنا من جديد."),
            optIn: Group(
                ["ابدأ", "اشتراك"],
                confirmation: "شكرا لك. ستصلك رسائلنا هنا من جديد. اكتب توقف متى أردت إيقافها.")),
    ]
}
