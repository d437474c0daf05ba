extension RuleSet {
    /// A report in the Schematron Validation Report Language (ISO/IEC 19757-3, annex D).
    ///
    /// Every pattern that is active is named, then each rule that found its context with its failed asserts and
    /// successful reports. SVRL has no word for an assert that could not be decided: it stands as a failed assert
    /// whose text begins with the error, so that no reader takes the document for valid.
    ///
    /// - Parameter report: What this rule set said about a document.
    /// - Returns: The XML in UTF-8.
    public func svrl(_ report: RuleReport) -> [UInt8] { Self.svrl([(self, report)]) }

    /// What several rule sets said about one document, as one report: their patterns stand one after the other.
    ///
    /// - Parameter parts: The rule sets in the order in which they were applied, each with its report.
    /// - Returns: The XML in UTF-8; the title names all of them.
    public static func svrl(_ parts: [(rules: RuleSet, report: RuleReport)]) -> [UInt8] {
        var xml = SVRLText()
        xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        let titles = parts.compactMap(\.rules.title)
        let only = parts.count == 1 ? parts.first?.rules : nil
        xml.open(
            "schematron-output",
            [
                ("xmlns:svrl", "http://purl.oclc.org/dsdl/svrl"),
                ("title", titles.isEmpty ? nil : titles.joined(separator: "; ")), ("phase", only?.phase),
                ("schemaVersion", only?.version),
            ])
        var declared: Set<[String]> = []
        for (prefix, uri) in parts.flatMap(\.rules.namespaces) where declared.insert([prefix, uri]).inserted {
            xml.empty("ns-prefix-in-attribute-values", [("prefix", prefix), ("uri", uri)])
        }
        for (rules, report) in parts { rules.write(report, to: &xml) }
        xml.close("schematron-output")
        return xml.bytes
    }

    private func write(_ report: RuleReport, to xml: inout SVRLText) {
        var next = 0
        for (number, pattern) in rules.patterns.enumerated() {
            xml.empty("active-pattern", [("id", pattern.id), ("name", pattern.title)])
            while next < report.trace.count, let rule = rule(report.trace[next]), rule.pattern == number {
                let fired = report.trace[next]
                xml.empty(
                    "fired-rule",
                    [("id", rule.id), ("context", rule.context), ("role", rule.role), ("flag", rule.flag)])
                for outcome in report.outcomes[Int(fired.start)..<Int(fired.end)] { xml.outcome(outcome) }
                next += 1
            }
        }
    }

    private func rule(_ fired: RuleRun.Fired) -> CompiledRules.Rule? {
        rules.rules.indices.contains(Int(fired.rule)) ? rules.rules[Int(fired.rule)] : nil
    }
}

/// Writes the elements of SVRL; whatever the texts hold, the result is well-formed.
private struct SVRLText {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ text: String) { bytes += text.utf8 }

    mutating func open(_ name: String, _ attributes: [(String, String?)]) { start(name, attributes, ">\n") }

    mutating func empty(_ name: String, _ attributes: [(String, String?)]) { start(name, attributes, "/>\n") }

    mutating func close(_ name: String) { append("</svrl:\(name)>\n") }

    mutating func outcome(_ outcome: RuleOutcome) {
        let name = outcome.kind == .successfulReport ? "successful-report" : "failed-assert"
        open(
            name,
            [
                ("id", outcome.id), ("location", outcome.location), ("test", outcome.test), ("role", outcome.role),
                ("flag", outcome.flag),
            ])
        for diagnostic in outcome.diagnostics {
            start("diagnostic-reference", [("diagnostic", diagnostic.id)], ">")
            text(diagnostic.message)
            close("diagnostic-reference")
        }
        if case .error(let code) = outcome.kind {
            text("[\(code)] This could not be decided: \(outcome.message)")
        } else {
            text(outcome.message)
        }
        close(name)
    }

    private mutating func text(_ text: String) {
        append("<svrl:text>")
        escape(text)
        append("</svrl:text>\n")
    }

    private mutating func start(_ name: String, _ attributes: [(String, String?)], _ end: String) {
        append("<svrl:\(name)")
        for case (let name, let value?) in attributes {
            append(" \(name)=\"")
            escape(value)
            append("\"")
        }
        append(end)
    }

    private mutating func escape(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": append("&amp;")
            case "<": append("&lt;")
            case ">": append("&gt;")
            case "\"": append("&quot;")
            case "\t", "\n", "\r": append("&#\(scalar.value);")
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": append("\u{FFFD}")
            default: bytes += UTF8.encode(scalar).map(Array.init) ?? []
            }
        }
    }
}
