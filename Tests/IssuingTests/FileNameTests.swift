import Issuing
import Testing

@Suite("File names made of document numbers")
struct FileNameTests {
    static let cases = [
        ("FAK-2026-0001", "FAK-2026-0001"), ("03/2026", "03-2026"), ("../../etc/passwd", "-.-..-etc-passwd"),
        ("ФАК 12/26", "ФАК 12-26"), ("a\u{0}b\nc", "a-b-c"), ("..", "-"), ("", "-"), ("con:|?", "con---"),
        ("1\u{202E}gpj", "1-gpj"), (".\u{301}h", "-\u{301}h"), ("a.\u{301}", "a.\u{301}"), ("a\u{2028}b", "a-b"),
    ]

    @Test("replace what a file name cannot hold", arguments: cases)
    func stem(number: String, stem: String) {
        #expect(FileName.stem(for: number) == stem)
    }

    @Test("stay short enough for every file system")
    func length() {
        let stem = FileName.stem(for: String(repeating: "Ж", count: 300))
        #expect(stem.utf8.count == 120)
    }
}
