import Certificates
import Diagnostics
import InvoiceModel
import JSONCore
import Ledger

/// Pieces that several pages show.
enum PageParts {
    /// A section with its heading.
    static func section(_ title: String, _ content: HTML) -> HTML {
        "<section><h2>\(title)</h2>\(content)</section>"
    }

    /// A moment; a script writes it in the zone of whoever looks.
    static func time(_ moment: Timestamp) -> HTML {
        let text = moment.description
        return
            "<time datetime=\"\(text)\">\(text.prefix(10).description) \(text.dropFirst(11).prefix(5).description) UTC</time>"
    }

    /// A day as the language writes it.
    static func day(_ day: CalendarDate, _ visit: Visit) -> HTML {
        guard visit.language == .mk else { return "<time>\(day.description)</time>" }
        let parts = day.description.split(separator: "-")
        return "<time datetime=\"\(day.description)\">\(parts.reversed().joined(separator: "."))</time>"
    }

    /// An amount with groups of three digits, as the language writes it.
    static func amount(_ text: String, _ currency: String, _ visit: Visit) -> HTML {
        let parts = text.split(separator: ".", maxSplits: 1)
        let isNegative = text.hasPrefix("-")
        let digits = Array((parts.first ?? "0").drop { $0 == "-" })
        var whole = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { whole += visit.language == .mk ? "." : "," }
            whole.append(digit)
        }
        let rest = parts.count == 2 ? (visit.language == .mk ? "," : ".") + parts[1] : ""
        return "\(isNegative ? "−" : "")\(whole)\(rest)\u{A0}\(currency)"
    }

    /// The state of a job, as a coloured word.
    static func state(_ job: JobRecord, _ visit: Visit) -> HTML {
        let word = job.isToCancel && !job.state.isFinal ? PageWord.stopping : word(for: job.state)
        return "<span class=\"state \(job.state.rawValue)\" data-state>\(visit.text(word))</span>"
    }

    static func word(for state: JobState) -> PageWord {
        switch state {
        case .pending: .pending
        case .processing: .processing
        case .paused: .paused
        case .completed: .completed
        case .completedWithErrors: .completedWithErrors
        case .failed: .failedState
        case .cancelled: .cancelled
        }
    }

    /// How far a job got: a bar, and the same in words.
    static func progress(_ job: JobRecord, _ visit: Visit) -> HTML {
        guard job.counts.total > 0 else { return "" }
        let words = visit.text(.ofTotal).replacing("{current}", with: "\(job.counts.processed)")
            .replacing("{total}", with: "\(job.counts.total)")
        return """
            <progress max="\(job.counts.total)" value="\(job.counts.processed)" aria-label="\(visit.text(.progress))"></progress>
            <span class="count" data-count>\(words)</span>
            """
    }

    /// What the script says, in the language of the page: `{"processing": "во тек", …}`.
    static func words(_ visit: Visit) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        for state in JobState.allCases { writer.member(state.rawValue, visit.text(word(for: state))) }
        for word in [PageWord.ofTotal, .left, .rate, .seconds, .minutes, .hours, .stopping] {
            writer.member(word.rawValue, visit.text(word))
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// What is wrong with a document: each with its place and what to do.
    static func findings(_ findings: [Finding], _ visit: Visit) -> HTML? {
        guard !findings.isEmpty else { return nil }
        let items: [HTML] = findings.map { finding in
            let place =
                finding.place.map { "\(visit.text(.line)) \($0.line)" + ($0.column.map { ":\($0)" } ?? "") } ?? ""
            return """
                <li class="\(finding.severity.rawValue)"><p lang="en">\(finding.message)</p>
                <p class="fix" lang="en">\(finding.fix)</p>
                <p class="place"><code>\(finding.rule)</code> <code>\(finding.pointer)</code> \(place)</p></li>
                """
        }
        return "<ol class=\"findings\">\(items)</ol>"
    }

    /// A table that scrolls by itself where it is too wide.
    ///
    /// - Parameters:
    ///   - title: What it is, for those who do not see it.
    ///   - heads: The columns; numbers are set to the right, and what is minor is left out where there is little room.
    ///   - rows: The cells of each row; the first one is its name.
    /// - Returns: The table.
    static func table(_ title: String, _ heads: [(String, Column)], _ rows: [[HTML]]) -> HTML {
        let head: [HTML] = heads.map { name, column in
            "<th scope=\"col\" class=\"\(column.rawValue)\">\(name)</th>"
        }
        let body: [HTML] = rows.map { cells in
            let cells: [HTML] = zip(heads, cells).enumerated().map { index, cell in
                index == 0
                    ? "<th scope=\"row\">\(cell.1)</th>" : "<td class=\"\(cell.0.1.rawValue)\">\(cell.1)</td>"
            }
            return "<tr>\(cells)</tr>"
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(title)"><table>
            <thead><tr>\(head)</tr></thead><tbody>\(body)</tbody></table></div>
            """
    }

    /// What stands in a column.
    enum Column: String {
        case plain, number
        case minor
        case minorNumber = "minor number"
    }

    /// What the user knows an item of a batch by, in the language of the page.
    static func label(_ item: JobBoard.Item, _ visit: Visit) -> String {
        item.label.hasPrefix("line ") ? "\(visit.text(.line)) \(item.label.dropFirst(5))" : item.label
    }

    /// Choices of a form.
    static func choice(
        _ name: String, _ label: String, _ options: [(value: String, text: String)], _ chosen: String = ""
    )
        -> HTML
    {
        let items: [HTML] = options.map { option in
            let mark: HTML = option.value == chosen ? " selected" : ""
            return "<option value=\"\(option.value)\"\(mark)>\(option.text)</option>"
        }
        return "<label>\(label)<select name=\"\(name)\">\(items)</select></label>"
    }
}
