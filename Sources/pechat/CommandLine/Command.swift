import Diagnostics

/// A command: it parses, calls `Issuing`, prints, and decides nothing.
protocol Command: Sendable {
    /// All that is said about it.
    static var description: CommandDescription { get }
    /// Takes the parsed command line.
    init(_ arguments: Arguments) throws(ToolkitError)
    /// Does it. A rejected document is a result, not a failure.
    func run(in world: World) throws(ToolkitError) -> Exit
}

/// Every command, in the order of the help text.
let commands: [any Command.Type] = [
    BuildCommand.self, BatchCommand.self, RenderCommand.self, XMLCommand.self, ValidateCommand.self, SignCommand.self,
    VerifyCommand.self, CertCheckCommand.self, CertInspectCommand.self, CertConvertCommand.self,
    CertDoctorCommand.self, CertForecastCommand.self, CertMakeTestCommand.self,
    TemplateListCommand.self, TemplateCheckCommand.self, TemplateNewCommand.self, TemplateShowCommand.self,
    IssueCommand.self, CreditCommand.self, DebitCommand.self, VoidCommand.self, PayCommand.self, SettleCommand.self,
    RefundCommand.self, ApplyCommand.self, WriteOffCommand.self, ReverseCommand.self, ShowCommand.self,
    ListCommand.self, ReportCommand.self,
    DraftCreateCommand.self, DraftListCommand.self, DraftShowCommand.self, DraftChangeCommand.self,
    DraftDeleteCommand.self, DraftQueueCommand.self, DraftUnqueueCommand.self, DraftIssueCommand.self,
    SeriesListCommand.self, SeriesBeginCommand.self,
    LedgerAuditCommand.self, LedgerExportCommand.self, LedgerImportCommand.self, LedgerBackupCommand.self,
    LedgerRestoreCommand.self, LedgerMigrateCommand.self,
    JobsListCommand.self, JobsShowCommand.self, JobsSubmitCommand.self, JobsCancelCommand.self, JobsPauseCommand.self,
    JobsResumeCommand.self, JobsRetryCommand.self, JobsForgetCommand.self, JobsFlushCommand.self, JobsRunCommand.self,
    WebhooksAddCommand.self, WebhooksListCommand.self, WebhooksDeliveriesCommand.self, WebhooksReplayCommand.self,
    WebhooksTestCommand.self, WebhooksRotateCommand.self, WebhooksDisableCommand.self, WebhooksEnableCommand.self,
    WebhooksRemoveCommand.self,
    WorkerCommand.self, ServeKeyCommand.self, ServeCommand.self, ConfigShowCommand.self,
    SchemaPrintCommand.self,
    CompletionsCommand.self, ManPageCommand.self,
]

extension ToolkitError.Code {
    /// The command line is put wrongly.
    static let usage = Self("usage", .usage)
}
