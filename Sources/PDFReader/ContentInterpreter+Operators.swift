extension ContentInterpreter {
    /// Performs an operator (ISO 32000-1, Annex A); those that neither show nor move text do nothing.
    mutating func perform(_ word: String, _ operands: [PDFObject]) throws(PDFFault) {
        switch word {
        case "Tj": if let string = operands.last?.string { try show(string) }
        case "TJ": try showArray(operands.last?.array ?? [])
        case "'":
            nextLine()
            if let string = operands.last?.string { try show(string) }
        case "\"":
            if operands.count >= 3 {
                state.wordSpace = operands[operands.count - 3].number ?? 0
                state.characterSpace = operands[operands.count - 2].number ?? 0
            }
            nextLine()
            if let string = operands.last?.string { try show(string) }
        case "BDC":
            let properties = operands.last ?? .null
            let named = try properties.name.map { name throws(PDFFault) in try resource("Properties", name) }
            let list = try document.resolved(named ?? properties).dictionary
            try beginMarked(operands.dropLast().last?.name ?? "", list)
        case "BMC": try beginMarked(operands.last?.name ?? "", nil)
        case "EMC": try endMarked()
        case "Do": if let name = operands.last?.name { try draw(name) }
        case "q": try save()
        case "Q": restore()
        case "cm":
            if let matrix = PageMatrix(operands.suffix(6).map(\.self)) { state.matrix = matrix.then(state.matrix) }
        case "Tf":
            if operands.count >= 2, let name = operands[operands.count - 2].name {
                try selectFont(name, size: operands.last?.number ?? 0)
            }
        case "gs": try applyState(operands.last?.name)
        default: performPosition(word, operands)
        }
    }

    private mutating func performPosition(_ word: String, _ operands: [PDFObject]) {
        let number = operands.last?.number ?? 0
        switch word {
        case "BT":
            line = PageMatrix()
            pen = line
        case "Td", "TD":
            guard operands.count >= 2, let x = operands[operands.count - 2].number else { return }
            if word == "TD" { state.leading = -number }
            moveLine(x, number)
        case "Tm":
            guard let matrix = PageMatrix(operands.suffix(6).map(\.self)) else { return }
            line = matrix
            pen = matrix
        case "T*": nextLine()
        case "Tc": state.characterSpace = number
        case "Tw": state.wordSpace = number
        case "Tz": state.scale = number / 100
        case "TL": state.leading = number
        case "Ts": state.rise = number
        case "Tr": state.mode = operands.last?.integer ?? 0
        default: if shapes != nil { paint(word, operands) }
        }
    }

    private mutating func moveLine(_ x: Double, _ y: Double) {
        line = PageMatrix(e: x, f: y).then(line)
        pen = line
    }

    private mutating func nextLine() { moveLine(0, -state.leading) }

    private mutating func showArray(_ items: [PDFObject]) throws(PDFFault) {
        for item in items {
            if let string = item.string {
                try show(string)
            } else if let number = item.number {
                move(-number / 1000 * state.size * state.scale)
            }
        }
    }

    /// `/Font` of a graphics state dictionary (8.4.5).
    private mutating func applyState(_ name: String?) throws(PDFFault) {
        guard let name, let dictionary = try document.resolved(try resource("ExtGState", name)).dictionary,
            let pair = try document.resolved(dictionary["Font"]).array, pair.count == 2
        else { return }
        try selectFont(pair[0], size: pair[1].number ?? 0)
    }
}
