extension ReportTable {
    /// The table as CSV (RFC 4180): commas, CRLF, UTF-8 without a mark, the names of the columns first.
    ///
    /// Decimals have a point and all places of their currency. A text that a spreadsheet would take for a formula, because
    /// it begins with `=`, `+`, `-`, `@`, a tab or a line break, gets an apostrophe in front and is quoted.
    public var csv: [UInt8] {
        var bytes: [UInt8] = []
        Self.append(columns.map(Self.field), to: &bytes)
        for row in rows {
            Self.append(
                row.map { cell in if case .text(let text) = cell { Self.field(text) } else { cell.plain } }, to: &bytes)
        }
        return bytes
    }

    private static func append(_ fields: [String], to bytes: inout [UInt8]) {
        bytes.append(contentsOf: fields.joined(separator: ",").utf8)
        bytes.append(contentsOf: "\r\n".utf8)
    }

    /// A text as a field, harmless for spreadsheets.
    private static func field(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isFormula = scalars.first.map(formulaStarts.contains) ?? false
        guard isFormula || scalars.contains(where: quoted.contains) else { return text }
        var field = "\""
        if isFormula { field.append("'") }
        for scalar in scalars {
            if scalar == "\"" { field.append("\"") }
            field.unicodeScalars.append(scalar)
        }
        return field + "\""
    }

    /// The full-width forms start formulas in some languages of spreadsheets.
    private static let formulaStarts: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠",
    ]
    private static let quoted: Set<Unicode.Scalar> = [",", "\"", "\r", "\n"]
}
