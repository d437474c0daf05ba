/// The words of the page, in Macedonian and in English.
enum PageWord: String, CaseIterable {
    case draft, checkTitle, failedTitle, overview, jobs, failed, documents, certificates, check, signIn, signOut, skip
    case mainMenu, languageMenu, key, keyHint, keyWrong, running, nothingRunning, recentJobs, noJobs, recentDocuments
    case noDocuments, state, job, progress, submitted, batch, filesOf, pending, processing, paused, completed
    case completedWithErrors, failedState, cancelled, stopping, cancel, pause, resume, retry, forget, ofTotal, left
    case rate, successful, failedItems, cancelledItems, total, failures, noFailures, reason, upload, uploadHint, file
    case strict, signing, signNone, signXML, signPDF, signBoth, submit, number, issued, customer, amount, outstanding
    case issuer, show, older, openPDF, downloadPDF, downloadXML, preview, pageOf, previous, next, noPreview
    case noCertificates, validUntil, issuedTo, issuedBy, daysLeft, standard, switchedOff, pasteJSON, pasteHint
    case template, ofDocument, validate, accepted, rejected, findings, line, noBooks, problem, notFound, back, request
    case jobsRunning, jobsFailed, nextExpiry, details, items, kind, doneCancel, donePause, doneResume, doneRetry
    case doneForget, doneUpload, moreFailed, seconds, minutes, hours

    /// The text in a language.
    func text(in language: PageLanguage) -> String {
        let (macedonian, english) = both
        return language == .mk ? macedonian : english
    }

    private var both: (String, String) {
        switch self {
        case .overview: ("Преглед", "Overview")
        case .jobs: ("Задачи", "Jobs")
        case .failed: ("Неуспешни", "Failed")
        case .documents: ("Документи", "Documents")
        case .certificates: ("Сертификати", "Certificates")
        case .check: ("Проверка", "Check")
        case .checkTitle: ("Проверка на документ", "Check a document")
        case .failedTitle: ("Неуспешни документи", "Failed documents")
        case .signIn: ("Најави се", "Sign in")
        case .signOut: ("Одјави се", "Sign out")
        case .skip: ("Кон содржината", "Skip to content")
        case .mainMenu: ("Главно мени", "Main menu")
        case .languageMenu: ("Јазик", "Language")
        case .key: ("Пристапен клуч", "Access key")
        case .keyHint:
            (
                "Клучот го прави „pechat serve key create“. Не се чува во прелистувачот.",
                "`pechat serve key create` makes one. The browser does not keep it."
            )
        case .keyWrong: ("Овој клуч не важи.", "This key cannot be used.")
        case .running: ("Во тек", "In progress")
        case .nothingRunning: ("Ништо не е во тек.", "Nothing is in progress.")
        case .recentJobs: ("Последни задачи", "Recent jobs")
        case .noJobs: ("Сѐ уште нема задачи.", "There are no jobs yet.")
        case .recentDocuments: ("Последни документи", "Recent documents")
        case .noDocuments: ("Сѐ уште нема документи.", "There are no documents yet.")
        case .state: ("Состојба", "State")
        case .job: ("Задача", "Job")
        case .progress: ("Напредок", "Progress")
        case .submitted: ("Поднесена", "Submitted")
        case .batch: ("Серија", "Batch")
        case .draft: ("Нацрт", "Draft")
        case .filesOf: ("Датотеки", "Files")
        case .pending: ("чека", "waiting")
        case .processing: ("во тек", "in progress")
        case .paused: ("паузирана", "paused")
        case .completed: ("завршена", "done")
        case .completedWithErrors: ("завршена со грешки", "done with errors")
        case .failedState: ("неуспешна", "failed")
        case .cancelled: ("откажана", "cancelled")
        case .stopping: ("запира", "stopping")
        case .cancel: ("Откажи", "Cancel")
        case .pause: ("Паузирај", "Pause")
        case .resume: ("Продолжи", "Resume")
        case .retry: ("Обиди се повторно", "Try again")
        case .forget: ("Избриши од списокот", "Remove from the list")
        case .ofTotal: ("{current} од {total}", "{current} of {total}")
        case .left: ("уште околу {time}", "about {time} left")
        case .rate: ("{rate} во секунда", "{rate} a second")
        case .successful: ("Успешни", "Done")
        case .failedItems: ("Неуспешни", "Failed")
        case .cancelledItems: ("Откажани", "Cancelled")
        case .total: ("Вкупно", "Total")
        case .failures: ("Што не успеа", "What failed")
        case .noFailures: ("Ништо не е неуспешно.", "Nothing failed.")
        case .reason: ("Причина", "Reason")
        case .upload: ("Нова серија", "New batch")
        case .uploadHint:
            (
                "Датотека со по еден документ во ред (NDJSON), најмногу 64 MiB.",
                "A file with one document on each line (NDJSON), 64 MiB at most."
            )
        case .file: ("Датотека", "File")
        case .strict: ("Одбиј ги сите ако еден не може да се прочита", "Refuse them all if one cannot be read")
        case .signing: ("Потпис", "Signature")
        case .signNone: ("без потпис", "none")
        case .signXML: ("XML", "XML")
        case .signPDF: ("PDF", "PDF")
        case .signBoth: ("XML и PDF", "XML and PDF")
        case .submit: ("Поднеси", "Submit")
        case .number: ("Број", "Number")
        case .issued: ("Издаден", "Issued")
        case .customer: ("Купувач", "Customer")
        case .amount: ("Износ", "Amount")
        case .outstanding: ("За плаќање", "Outstanding")
        case .issuer: ("Издавач", "Issuer")
        case .show: ("Прикажи", "Show")
        case .older: ("Постари", "Older")
        case .openPDF: ("Отвори PDF", "Open PDF")
        case .downloadPDF: ("Преземи PDF", "Download PDF")
        case .downloadXML: ("Преземи XML", "Download XML")
        case .preview: ("Преглед на страница", "Preview")
        case .pageOf: ("Страница {page} од {pages}", "Page {page} of {pages}")
        case .previous: ("Претходна", "Previous")
        case .next: ("Следна", "Next")
        case .noPreview: ("Прегледот не може да се нацрта.", "The preview cannot be drawn.")
        case .noCertificates: ("Услугата нема клучеви за потпишување.", "The service has no signing keys.")
        case .validUntil: ("Важи до", "Valid until")
        case .issuedTo: ("Издаден на", "Issued to")
        case .issuedBy: ("Издал", "Issued by")
        case .daysLeft: ("преостанати денови", "days left")
        case .standard: ("основен", "default")
        case .switchedOff: ("исклучен", "switched off")
        case .pasteJSON: ("Документ (JSON)", "Document (JSON)")
        case .pasteHint:
            (
                "Залепете JSON на фактура. Ништо не се издава ниту чува.",
                "Paste the JSON of an invoice. Nothing is issued or kept."
            )
        case .template: ("Шаблон", "Template")
        case .ofDocument: ("како во документот", "the document’s own")
        case .validate: ("Провери и прикажи", "Check and preview")
        case .accepted: ("Документот е исправен.", "The document is in order.")
        case .rejected: ("Документот е одбиен", "The document is rejected")
        case .findings: ("Забелешки", "Findings")
        case .line: ("ред", "line")
        case .noBooks: ("Услугата не води книга.", "The service keeps no books.")
        case .problem: ("Ова не успеа", "This did not work")
        case .notFound: ("Ја нема оваа страница", "There is no such page")
        case .back: ("Назад на прегледот", "Back to the overview")
        case .request: ("Барање", "Request")
        case .jobsRunning: ("Задачи во тек", "Jobs in progress")
        case .jobsFailed: ("Задачи со грешки", "Jobs with errors")
        case .nextExpiry: ("Денови до истек", "Days to the next expiry")
        case .details: ("Детали", "Details")
        case .items: ("Документи", "Documents")
        case .kind: ("Вид", "Kind")
        case .doneCancel: ("Задачата се откажува.", "The job is being cancelled.")
        case .donePause: ("Задачата е паузирана.", "The job is paused.")
        case .doneResume: ("Задачата продолжува.", "The job goes on.")
        case .doneRetry: ("Неуспешното се обидува повторно.", "What failed is tried again.")
        case .doneForget: ("Задачата е избришана од списокот.", "The job is removed from the list.")
        case .doneUpload: ("Серијата е поднесена.", "The batch is submitted.")
        case .moreFailed: ("Прикажани се првите {count}.", "The first {count} are shown.")
        case .seconds: ("{n} с", "{n} s")
        case .minutes: ("{n} мин", "{n} min")
        case .hours: ("{n} ч", "{n} h")
        }
    }

    /// What is said about an outcome that came with the address.
    static func done(_ name: String?) -> PageWord? {
        name.flatMap { PageWord(rawValue: "done\($0.prefix(1).uppercased())\($0.dropFirst())") }
    }
}
