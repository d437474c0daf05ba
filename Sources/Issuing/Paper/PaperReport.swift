public import Diagnostics

/// One thing in which a paper and its e-invoice do not say the same.
public struct PaperDisagreement: Sendable {
    /// The rule, the term, and where the XML has it; the message quotes nothing of the document.
    public let finding: Finding
    /// The page, from 1; nil where the paper says nothing about it.
    public let page: Int?
    /// What the paper says; nil where it says nothing about it.
    public let paper: String?
    /// What the XML says; nil where it says nothing about it.
    public let xml: String?

    /// Puts a disagreement together.
    public init(finding: Finding, page: Int? = nil, paper: String? = nil, xml: String? = nil) {
        self.finding = finding
        self.page = page
        self.paper = paper
        self.xml = xml
    }
}

/// What came of comparing the pages of a document with the e-invoice inside of it.
public struct PaperReport: Sendable {
    /// How many values of the XML were looked for.
    public internal(set) var compared = 0
    /// How many of them the paper says as the XML does.
    public internal(set) var agreeing = 0
    /// How many lines the XML has.
    public internal(set) var lines = 0
    /// How many numbers and dates of the paper were looked for in the XML.
    public internal(set) var readOnPaper = 0
    /// Whether the pages were read through a structure tree; without one cells are told apart by their places.
    public internal(set) var isTagged = false
    /// How many pages were read.
    public internal(set) var pages = 0
    /// The language that the paper says it is in.
    public internal(set) var language: String?
    /// Each disagreement, those of the XML in its order, then those of the paper.
    public internal(set) var disagreements: [PaperDisagreement] = []

    /// Whether paper and XML state the same invoice; warnings are allowed.
    public var isFaithful: Bool { !disagreements.contains { $0.finding.severity == .error } }
}
