import InvoiceModel
import Typography

/// Words of a second language among those of the first, while a text is put together.
///
/// A text is evaluated into UTF-8 bytes; two bytes that never occur in UTF-8 mark where the other language begins and
/// ends. Shaping needs to know, because letters have other forms in other languages, and so does a reader that speaks.
enum SecondLanguage {
    static let begin: UInt8 = 0xFE
    static let end: UInt8 = 0xFF
    /// Stands between the two: the line may break behind it, not before.
    static let joint = Array("\u{A0}/ ".utf8)

    /// Appends words of the second language.
    static func append(_ words: some Sequence<UInt8>, to text: inout [UInt8]) {
        text.append(begin)
        text += words
        text.append(end)
    }

    /// Takes the marks out, where nobody needs the languages apart.
    static func strip(_ text: inout [UInt8]) { text.removeAll { $0 == begin || $0 == end } }

    /// The parts of a text by language.
    static func parts(of text: [UInt8]) -> [(isSecond: Bool, bytes: ArraySlice<UInt8>)] {
        var parts: [(isSecond: Bool, bytes: ArraySlice<UInt8>)] = []
        var start = 0
        var isSecond = false
        for (index, byte) in text.enumerated() where byte == begin || byte == end {
            if start < index { parts.append((isSecond, text[start..<index])) }
            start = index + 1
            isSecond = byte == begin
        }
        if start < text.count { parts.append((isSecond, text[start...])) }
        return parts
    }
}

extension Scope {
    /// Appends what a label says, in both languages where there are two.
    func append(_ label: Label, to text: inout [UInt8], inBoth: Bool = true) {
        appendPair(self.text(label), inBoth ? secondText(label) : nil, to: &text)
    }

    /// Appends words, and their translation where there is one that differs.
    func appendPair(_ first: String, _ second: String?, to text: inout [UInt8]) {
        text += first.utf8
        guard let second, second != first, !second.isEmpty else { return }
        text += SecondLanguage.joint
        SecondLanguage.append(second.utf8, to: &text)
    }

    /// The words of a label in the second language; nil without one.
    func secondText(_ label: Label) -> String? { second?.text(label, seller: seller.value.address.country) }

    /// What a label says in both languages, where nothing tells them apart.
    func plainText(_ label: Label) -> String {
        var text: [UInt8] = []
        append(label, to: &text, inBoth: printsLabelsInBoth)
        SecondLanguage.strip(&text)
        return String(decoding: text, as: UTF8.self)
    }
}

extension Composition {
    /// Whether a text is one line in one look: never while there are two languages, since they are shaped apart.
    func isUniform(_ block: TextBlock) -> Bool { block.isUniform && scope.second == nil }

    /// The end of a line that would part a translation: before its first word, where that is on the line.
    func translationStart(_ end: Int, from start: Int) -> Int {
        guard scope.second != nil, words[end].language != nil else { return end }
        var first = end
        while first > start, words[first - 1].language != nil { first -= 1 }
        return first > start ? first : end
    }

    /// Adds the words of a text to the line, each part in its language.
    mutating func addWords(_ text: [UInt8], of span: TextSpan) {
        guard let second = scope.second, let secondFonts else {
            return addWords(String(decoding: text, as: UTF8.self), of: span, font: fonts[span.style.font.index])
        }
        for part in SecondLanguage.parts(of: text) {
            let start = words.count
            let font = part.isSecond ? secondFonts[span.style.font.index] : fonts[span.style.font.index]
            addWords(String(decoding: part.bytes, as: UTF8.self), of: span, font: font)
            guard part.isSecond else { continue }
            for index in start..<words.count { words[index].language = second.language }
        }
    }
}
