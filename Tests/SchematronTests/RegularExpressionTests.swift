import Foundation
import TestSupport
import Testing

@testable import Schematron

/// A call of one of the three functions and what it gives: tokens joined by `~`, or the name of an error.
struct RegexCall: Sendable, CustomTestStringConvertible {
    enum Function: String, Sendable { case matches, tokenize, replace }
    let function: Function
    let text: String
    let pattern: String
    var flags = ""
    var replacement = ""

    var testDescription: String { xpath }

    /// The call as an expression for the judge.
    var xpath: String {
        var arguments = [text, pattern]
        if function == .replace { arguments.append(replacement) }
        if !flags.isEmpty { arguments.append(flags) }
        return "\(function)(" + arguments.map(Self.literal).joined(separator: ",") + ")"
    }

    private static func literal(_ text: String) -> String {
        let controls: Set<Unicode.Scalar> = ["\n", "\r", "\t"]
        if text.unicodeScalars.contains(where: controls.contains) {
            return "codepoints-to-string((" + text.unicodeScalars.map { "\($0.value)" }.joined(separator: ",") + "))"
        }
        return "'" + text.replacing("'", with: "''") + "'"
    }

    /// Our answer.
    var answer: String {
        do throws(RegexFault) {
            let expression = try RegularExpression(pattern, flags: flags)
            let bytes = Array(text.utf8)
            var steps = 10_000_000
            switch function {
            case .matches: return try expression.matches(text, steps: &steps) ? "true" : "false"
            case .tokenize:
                return try expression.tokens(of: bytes.span, steps: &steps)
                    .map { String(decoding: bytes[$0], as: UTF8.self) }.joined(separator: "~")
            case .replace:
                let result = try expression.replacing(in: bytes.span, with: Array(replacement.utf8), steps: &steps)
                return String(decoding: result, as: UTF8.self)
            }
        } catch {
            return error.code.rawValue
        }
    }
}

@Suite("Regular expressions of XPath")
struct RegularExpressionTests {
    static func matches(_ text: String, _ pattern: String, _ flags: String = "") -> RegexCall {
        RegexCall(function: .matches, text: text, pattern: pattern, flags: flags)
    }
    static func tokenize(_ text: String, _ pattern: String) -> RegexCall {
        RegexCall(function: .tokenize, text: text, pattern: pattern)
    }
    static func replace(_ text: String, _ pattern: String, _ by: String, _ flags: String = "") -> RegexCall {
        RegexCall(function: .replace, text: text, pattern: pattern, flags: flags, replacement: by)
    }

    static let table: [(RegexCall, String)] = [
        // Anchors and lines
        (matches("abc", "^b"), "false"), (matches("abc", "^a.c$"), "true"), (matches("a\n", "a$"), "false"),
        (matches("a\nb", "^b$"), "false"), (matches("a\nb", "^b$", "m"), "true"), (matches("a\n", "^$", "m"), "false"),
        (matches("a", "^*a"), "true"), (matches("\n", "."), "false"), (matches("\r", "."), "false"),
        (matches("\n", ".", "s"), "true"), (matches("a\nb\n", "b$", "m"), "true"),
        // Quantifiers
        (matches("aaa", "^a{2}$"), "false"), (matches("aaa", "^a{2,}$"), "true"), (matches("aaa", "^a{1,2}$"), "false"),
        (matches("a", "a{0}"), "true"), (matches("a", "a{,2}"), "FORX0002"), (matches("a", "a**"), "FORX0002"),
        (matches("a", "a{1,0}"), "FORX0002"), (matches("a", "*a"), "FORX0002"), (matches("a", "a{"), "FORX0002"),
        (replace("aaa", "a*?b?a", "x"), "xxx"), (replace("abab", "(?:ab)+?", "x"), "xx"),
        (replace("<a><b>", "<.+>", "x"), "x"), (replace("<a><b>", "<.+?>", "x"), "xx"),
        // Choices take the first that matches, not the longest
        (replace("abc", "(a|ab)(c|bcd)?", "[$1,$2]"), "[a,]bc"), (matches("a", "|"), "true"),
        (matches("b", "a|"), "true"),
        // Classes
        (matches("b", "[a-c-e]"), "true"), (matches("-", "[a-c-e]"), "true"), (matches("-", "[-a]"), "true"),
        (matches("-", "[a-]"), "true"), (matches("^", "[a^]"), "true"), (matches("^", "[^^]"), "false"),
        (matches("-", "[\\d-z]"), "true"), (matches("x", "[\\d-z]"), "false"), (matches("x", "[a-\\d]"), "FORX0002"),
        (matches("-", "[+--]"), "FORX0002"), (matches("-", "[--a]"), "FORX0002"), (matches("a", "[z-a]"), "FORX0002"),
        (matches("", "[]"), "FORX0002"), (matches("[", "[[]"), "FORX0002"), (matches("a", "[a"), "FORX0002"),
        (matches("b", "[a-z-[aeiou]]"), "true"), (matches("e", "[a-z-[aeiou]]"), "false"),
        (matches("c", "[^a-[b]]"), "true"), (matches("b", "[^a-[b]]"), "false"), (matches("a", "[a-[a]b]"), "FORX0002"),
        // Escapes
        (matches("5", "^\\d$"), "true"), (matches("٣", "^\\d$"), "true"), (matches("x", "\\D"), "true"),
        (matches("\t", "^\\s$"), "true"), (matches("\u{A0}", "\\s"), "false"), (matches("_", "\\w"), "false"),
        (matches("+", "\\w"), "true"), (matches("Ж", "^\\w$"), "true"), (matches("-", "\\c"), "true"),
        (matches("-", "\\i"), "false"), (matches("Ж", "^\\p{Lu}$"), "true"), (matches("ж", "^\\p{Lu}$"), "false"),
        (matches("ж", "^\\P{Lu}$"), "true"), (matches("Ж", "\\p{IsCyrillic}"), "true"),
        (matches("a", "\\p{L}"), "true"),
        (matches("a", "\\p{Foo}"), "FORX0002"), (matches("/", "\\/"), "FORX0002"), (matches("a{", "a\\{"), "true"),
        (matches("a}", "a}"), "FORX0002"), (matches("a]", "a]"), "FORX0002"), (matches("a", "a\\"), "FORX0002"),
        // Flags
        (matches("ЖUЧ", "^жuч$", "i"), "true"), (matches("A", "[a-z-[a]]", "i"), "false"),
        (matches("b", "[A-Z-[A]]", "i"), "true"), (matches("k", "\u{212A}", "i"), "true"),
        (matches("a", "\\p{Lu}", "i"), "false"), (matches("a b", "a b", "x"), "false"),
        (matches("ab", "a b", "x"), "true"),
        (matches("a b", "a[ ]b", "x"), "true"), (matches("a.b", "a.b", "q"), "true"),
        (matches("axb", "a.b", "q"), "false"),
        (matches("a", "a", "g"), "FORX0001"), (replace("a.b", ".", "$1", "q"), "a$1b"),
        // Groups and replacements
        (replace("a1b2", "([a-z])([0-9])", "$2$1$3$12"), "1aa22bb2"), (replace("ab", "(a)|b", "[$1]"), "[a][]"),
        (replace("abc", ".", "\\$"), "$$$"), (replace("abc", ".", "$"), "FORX0004"),
        (replace("abc", ".", "\\x"), "FORX0004"), (replace("abc", "b*", "x"), "FORX0003"),
        (replace("abc", "b", "[$0]"), "a[b]c"), (matches("a", "(a"), "FORX0002"), (matches("a", "a)"), "FORX0002"),
        (replace("darted", "^(.*?)d(.*)$", "$1c$2"), "carted"),
        // Tokens
        (tokenize("a,,b,", ","), "a~~b~"), (tokenize("", "a"), ""), (tokenize("abc", "x*"), "FORX0003"),
        (tokenize("abracadabra", "(ab)|(a)"), "~r~c~d~r~"), (tokenize("1, 15, 24", ",\\s*"), "1~15~24"),
    ]

    @Test("give what the recommendation says", arguments: table)
    func answers(call: RegexCall, expected: String) {
        #expect(call.answer == expected)
    }

    @Test("refuse a back-reference and name it")
    func backReference() {
        #expect {
            try RegularExpression("(a)\\1")
        } throws: { error in
            let fault = error as? RegexFault
            return fault?.code == .pattern && fault?.message.contains("\\1") == true && fault?.offset == 3
        }
    }

    @Test("are judged as Saxon judges, in the table", .needsPython("saxonche"))
    func judged() throws {
        let calls = Self.table.map(\.0)
        for (call, answer) in zip(calls, try Self.saxon(calls)) where call.answer != answer {
            Issue.record("\(call.xpath): \(call.answer), Saxon says \(answer)")
        }
    }

    @Test(
        "made at random are judged as Saxon and Perl judge, where the two agree", .needsPython("saxonche"),
        .needsTool("perl"))
    func judgedAtRandom() throws {
        let calls = Self.random(3000)
        let judged = zip(try Self.saxon(calls), try Self.perl(calls)).map { $0 == $1 ? $0 : nil }
        for (call, answer) in zip(calls, judged) {
            guard let answer, call.answer != answer else { continue }
            Issue.record("\(call.xpath): \(call.answer), the judges say \(answer)")
        }
        #expect(judged.count { $0 != nil } > 2900, "\(judged.count { $0 != nil }) cases where the judges agree")
        #expect(Set(judged).count > 200)
    }

    static func saxon(_ calls: [RegexCall]) throws -> [String] {
        let script = """
            import sys
            from saxonche import PySaxonProcessor
            with PySaxonProcessor(license=False) as saxon:
                xpath = saxon.new_xpath_processor()
                for line in open(sys.argv[1], encoding='utf-8'):
                    call = "string-join(" + line.rstrip('\\n') + "!string(.), '~')"
                    try: print(xpath.evaluate(call).head.string_value)
                    except Exception as e: print(str(e)[:8])
            """
        return try answers(calls.map(\.xpath), by: "python3", ["-c", script])
    }

    /// Perl's regular expressions have the same order of preference; only the subtraction is written in another way.
    static func perl(_ calls: [RegexCall]) throws -> [String] {
        let script = """
            use utf8; use open qw(:std :utf8); use Encode;
            open(my $in, '<:utf8', $ARGV[0]);
            while (my $line = <$in>) {
                chomp $line;
                my ($function, $text, $pattern, $flags) = split /\\t/, $line, -1;
                $pattern =~ s/\\[a-c-\\[b\\]\\]/[ac]/g;
                $pattern = "(?$flags)$pattern";
                my $empty = '' =~ /$pattern/;
                if ($function eq 'matches') { print $text =~ /$pattern/ ? 'true' : 'false' }
                elsif ($function eq 'tokenize' && $text eq '') { }
                elsif ($empty) { print 'FORX0003' }
                elsif ($function eq 'replace') { $text =~ s/$pattern/<$&>/g; print $text }
                else { my $last = 0; my @parts;
                    while ($text =~ /$pattern/g) { push @parts, substr($text, $last, $-[0] - $last); $last = $+[0] }
                    print join('~', @parts, substr($text, $last)) }
                print "\\n";
            }
            """
        let lines = calls.map { "\($0.function)\t\($0.text)\t\($0.pattern)\t\($0.flags)" }
        return try answers(lines, by: "perl", ["-e", script])
    }

    private static func answers(_ lines: [String], by program: String, _ arguments: [String]) throws -> [String] {
        let outcome = try Tool.withTemporaryFolder { folder in
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/calls"))
            return try Tool.run(program, arguments + ["\(folder)/calls"])
        }
        let answers = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
            String.init)
        try #require(answers.count == lines.count, "\(outcome.errors.prefix(400))")
        return answers
    }

    /// Calls over a small alphabet, so that many of them match.
    static func random(_ count: Int) -> [RegexCall] {
        var random = SplitMix(seed: 4)
        func pattern(_ depth: Int) -> String {
            let atoms = ["a", "b", "c", ".", "[ab]", "[^a]", "\\d", "1", "\\w", "[a-c-[b]]", "ж", "\\p{L}"]
            var text = ""
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let pick = Int.random(in: 0..<10, using: &random)
                let atom =
                    pick < 3 && depth > 0
                    ? "(" + pattern(depth - 1) + ")"
                    : pick == 3 && depth > 0
                        ? "(" + pattern(depth - 1) + "|" + pattern(depth - 1) + ")"
                        : atoms.randomElement(using: &random) ?? "a"
                let quantifiers = ["", "", "", "*", "+", "?", "{2}", "{1,2}", "*?", "+?", "{0,2}?"]
                text += atom + (quantifiers.randomElement(using: &random) ?? "")
            }
            let ends = Int.random(in: 0..<8, using: &random)
            return depth < 2 ? text : (ends == 0 ? "^" : "") + text + (ends == 1 ? "$" : "")
        }
        return (0..<count).map { _ in
            let letters = ["a", "b", "c", "1", "ж", "A"]
            let text = (0..<Int.random(in: 0...9, using: &random)).map { _ in
                letters.randomElement(using: &random) ?? "a"
            }.joined()
            let function: RegexCall.Function =
                [.matches, .tokenize, .replace].randomElement(using: &random) ?? .matches
            let pattern = pattern(2)
            return RegexCall(
                function: function, text: text, pattern: pattern,
                flags: Int.random(in: 0..<4, using: &random) == 0 ? "i" : "",
                replacement: "<$0>")
        }
    }

    @Test(
        "made to backtrack end in time that is linear in the text",
        arguments: ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*)*x", "((a*)*)*b", "^(a?){30}a{30}$", "(x+x+)+y"])
    func linear(pattern: String) throws {
        let expression = try RegularExpression(pattern)
        func steps(_ count: Int) throws -> Int {
            let text = Array((String(repeating: "a", count: count) + "!").utf8)
            var steps = 1_000_000_000
            _ = try expression.matches(text.span, steps: &steps)
            return 1_000_000_000 - steps
        }
        let few = try steps(1000)
        let many = try steps(8000)
        #expect(many <= 9 * few, "\(few) and \(many) steps")
    }

    @Test("stop at the limit of steps")
    func limit() throws {
        let expression = try RegularExpression("(a|b)*c")
        let text = Array(repeating: UInt8(ascii: "a"), count: 100_000)
        var steps = 50_000
        #expect(throws: RegexFault.exhausted) { try expression.matches(text.span, steps: &steps) }
    }

    @Test(
        "too large or too deep are refused",
        arguments: [
            "((a{1000}){1000}){1000}", "(){20000}{20000}", "((){20000}){20000}", "a{99999999999999999999}",
            String(repeating: "(", count: 100_000), String(repeating: "[a-", count: 10_000),
        ])
    func large(pattern: String) {
        #expect(throws: RegexFault.self) { try RegularExpression(pattern) }
    }
}
