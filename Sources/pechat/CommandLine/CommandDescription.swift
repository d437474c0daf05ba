import InvoiceModel
import Issuing

/// All that is said about a command in one place: parsing, help, completions and the man page are made of it.
struct CommandDescription: Sendable {
    /// The words that call it, such as `cert check`.
    let name: String
    /// One line for the list of commands.
    let summary: String
    /// What stands behind the words, as the usage line shows it; empty for nothing.
    let operands: String
    /// How many operands are allowed.
    let operandCount: ClosedRange<Int>
    /// The options, in the order of the help text.
    let options: [OptionDescription]
    /// A paragraph or two that the summary does not say.
    let details: String
    /// Lines to copy, each with what it does.
    let examples: [(line: String, purpose: String)]
    /// The exit codes beyond 0, 2, 70 and 74 that the command can end with.
    let exits: [Exit]

    init(
        _ name: String, summary: String, operands: String = "", operandCount: ClosedRange<Int> = 0...0,
        options: [OptionDescription] = [], details: String = "", examples: [(line: String, purpose: String)],
        exits: [Exit] = []
    ) {
        self.name = name
        self.summary = summary
        self.operands = operands
        self.operandCount = operandCount
        self.options = options
        self.details = details
        self.examples = examples
        self.exits = exits
    }
}

/// One option of a command.
struct OptionDescription: Sendable {
    /// The option as it is written, such as `--out`.
    let name: String
    /// The name of its value in the help text; nil for a switch.
    let value: String?
    /// Whether it may be given several times.
    let isRepeatable: Bool
    /// One line.
    let help: String
    /// The only values that it takes; empty when any goes.
    let choices: [String]
    /// How many of the choices it takes at once, divided by commas.
    let mostChoices: Int

    init(
        _ name: String, value: String? = nil, repeatable: Bool = false, choices: [String] = [], mostChoices: Int = 1,
        _ help: String
    ) {
        self.name = name
        self.value = value
        self.isRepeatable = repeatable
        self.choices = choices
        self.mostChoices = mostChoices
        self.help = help
    }

    static let json = OptionDescription("--json", "print the result as JSON")
    static let quiet = OptionDescription("--quiet", "print no messages and no progress, errors excepted")
    static let helpSwitch = OptionDescription("--help", "show this help")
    static let key = OptionDescription(
        "--key", value: "KEY",
        "the key to sign with: a .p12, .pfx or .pem file, a pkcs11: URI, or a .json file that names a remote key")
    static let sealed = OptionDescription(
        "--sign", value: "WHAT", choices: Seal.Target.allCases.map(\.rawValue),
        "what --key signs: the XML, the PDF, or both (the default)")
    static let passwordFile = OptionDescription(
        "--password-file", value: "FILE", "the key's password, first line of FILE; - for standard input")
    static let template = OptionDescription(
        "--template", value: "NAME|DIR", "a bundled template, or the folder of one; classic by default")
    static let fonts = OptionDescription(
        "--fonts", value: "DIR", "a folder of .ttf and .otf files, for themes and for characters that are missing")
    static let language = OptionDescription(
        "--language", value: "LANG[,LANG]", choices: DocumentLanguage.allCases.map(\.rawValue), mostChoices: 2,
        "the language of the page, instead of the document's; after a comma a second one for the labels")
    static let profile = OptionDescription(
        "--profile", value: "ID", choices: ProfileName.allCases.map(\.rawValue),
        "the e-invoice specification, instead of the document's")
    static let check = OptionDescription(
        "--check", "make nothing whose XML breaks a rule of EN 16931; what its profile wants besides is a warning")
    static let theme = OptionDescription(
        "--theme", value: "FILE", "an XML file with logo, colours, fonts and sizes")
    static let mark = OptionDescription(
        "--mark", value: "MARK", choices: DocumentMark.allCases.map(\.rawValue),
        "what is written across the pages; a draft and a void print carry no XML")
    static let trust = OptionDescription(
        "--trust", value: "CA.pem|DIR", repeatable: true,
        "certificates of authorities that are recognised, or a folder of them")
    static let trustedList = OptionDescription(
        "--trusted-list", value: "FILE|URL", repeatable: true,
        "a trusted list (ETSI TS 119 612) whose qualified services are recognised")
    static let listSigner = OptionDescription(
        "--list-signer", value: "CERT.pem", repeatable: true, "the certificate by which trusted lists must be signed")
    static let allowAddress = OptionDescription(
        "--allow-address", value: "ADDRESS[/BITS]", repeatable: true,
        "an address or block of the own network that certificates and webhooks may lead to, such as 10.0.0.0/8")
    static let at = OptionDescription(
        "--at", value: "TIME", "judge as of this time, such as 2026-11-20T12:00:00Z, instead of now")
    static let now = OptionDescription(
        "--now", value: "TIME", "the signing time, such as 2026-11-20T12:00:00Z, instead of the clock")
}
