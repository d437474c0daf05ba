import Foundation
import TestSupport
import Testing

@Suite("pechat template")
struct TemplateCommandTests {
    private static let sample = "\(PackageFolder.root)/samples/goods/invoice.json"

    private func change(_ file: String, _ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains(old), "\(old)")
        try text.replacingOccurrences(of: old, with: new).write(toFile: file, atomically: true, encoding: .utf8)
    }

    @Test("list names the bundled templates with their kinds, and those of a folder")
    func list() throws {
        try Tool.withTemporaryFolder { folder in
            let bundled = try Program.run(["template", "list"])
            #expect(bundled.status == 0 && bundled.output.contains("classic  "))
            #expect(bundled.output.contains("bundled  invoice credit-note debit-note advance pro-forma\n"))
            #expect(try Program.run(["template", "new", "ours", "--out", folder, "--quiet"]).status == 0)
            let all = try Program.run(["template", "list", folder, "--json"]).output
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(all.utf8)) as? [[String: Any]])
            #expect(rows.last?["name"] as? String == "ours" && rows.last?["source"] as? String == "\(folder)/ours")
            #expect((rows.last?["kinds"] as? [String])?.count == 5)
        }
    }

    @Test("new makes a copy that is checked, drawn with, and never overwritten")
    func new() throws {
        try Tool.withTemporaryFolder { folder in
            let made = try Program.run(["template", "new", "ours", "--out", folder])
            #expect(made.status == 0 && made.output.hasPrefix("\(folder)/ours/template.xml\n"))
            #expect(made.errors.contains("--template \(folder)/ours"))
            let check = try Program.run(["template", "check", "\(folder)/ours"])
            #expect(check.status == 0 && check.output == "\(folder)/ours: no faults\n" && check.errors.isEmpty)
            let own = try Program.run([
                "render", Self.sample, "--template", "\(folder)/ours", "-o", "\(folder)/own.pdf",
            ])
            let bundled = try Program.run(["render", Self.sample, "-o", "\(folder)/bundled.pdf"])
            #expect(own.status == 0 && bundled.status == 0)
            func text(_ name: String) throws -> String {
                try Tool.run("pdftotext", ["\(folder)/\(name).pdf", "-"]).output
            }
            #expect(try text("own") == text("bundled"))
            let again = try Program.run(["template", "new", "ours", "--out", folder])
            #expect(again.status == 7 && again.errors.contains("exists already"))
        }
    }

    @Test("new refuses names that are no names of folders", arguments: ["../x", "Our", "a b", "-x", "", "наш"])
    func names(name: String) throws {
        let outcome = try Program.run(["template", "new", "--out", "/nonexistent", "--", name])
        #expect(outcome.status == 2 && outcome.errors.contains("small Latin letters"))
    }

    @Test("check tells all faults of all files, with file, line, column and fix")
    func check() throws {
        try Tool.withTemporaryFolder { folder in
            #expect(try Program.run(["template", "new", "ours", "--out", folder, "--quiet"]).status == 0)
            try change("\(folder)/ours/lines.xml", "{label:net}", "{label:nett}")
            try change("\(folder)/ours/heading.xml", "<rule color=\"accent\"", "<rule color=\"accnt\"")
            let outcome = try Program.run(["template", "check", "\(folder)/ours"])
            #expect(outcome.status == 1 && outcome.output.isEmpty)
            #expect(outcome.errors.contains("error: \(folder)/ours/lines.xml:"))
            #expect(outcome.errors.contains("Did you mean net?"))
            #expect(outcome.errors.contains("error: \(folder)/ours/heading.xml:"))
            let json = try Program.run(["template", "check", "\(folder)/ours", "--json"])
            #expect(json.status == 1)
            let root = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: [[String: Any]]]
            let files = try #require(root?["files"])
            #expect(
                Set(files.compactMap { ($0["file"] as? String)?.split(separator: "/").last.map(String.init) })
                    == ["lines.xml", "heading.xml"])
            #expect(files.allSatisfy { ($0["errors"] as? [[String: Any]])?.first?["line"] is Int })
            // Drawing stops at the first, and says where the others are told.
            let render = try Program.run([
                "render", Self.sample, "--template", "\(folder)/ours", "-o", "\(folder)/a.pdf",
            ])
            #expect(render.status == 1 && render.errors.contains("tells all 2 faults"))
        }
    }

    @Test("check warns of what the law wants printed, and of parts that nothing includes")
    func advice() throws {
        try Tool.withTemporaryFolder { folder in
            #expect(try Program.run(["template", "new", "ours", "--out", folder, "--quiet"]).status == 0)
            try change("\(folder)/ours/template.xml", "<include part=\"sums\"/>", "")
            let outcome = try Program.run(["template", "check", "\(folder)/ours"])
            #expect(outcome.status == 0)
            for words in ["the amount due", "the total of VAT", "why no VAT is charged", "ours/sums.xml:1:1"] {
                #expect(outcome.errors.contains(words), "\(words)")
            }
            #expect(!outcome.errors.contains("the number"))
        }
    }

    @Test("check takes themes and label catalogues too")
    func others() throws {
        try Tool.withTemporaryFolder { folder in
            let labels = "\(folder)/xx.xml"
            try FileManager.default.copyItem(atPath: "\(PackageFolder.root)/templates/labels/mk.xml", toPath: labels)
            #expect(try Program.run(["template", "check", labels]).status == 0)
            try change(labels, "<label name=\"buyer\">Купувач</label>", "<label name=\"buyr\">Купувач</label>")
            let outcome = try Program.run(["template", "check", labels])
            #expect(outcome.status == 1 && outcome.errors.contains("xx.xml:") && outcome.errors.contains("buyer"))
            let theme = "\(folder)/theme.xml"
            try Data("<theme xmlns=\"urn:pechat:theme:1\"><colors accent=\"red\"/></theme>".utf8)
                .write(to: URL(fileURLWithPath: theme))
            #expect(try Program.run(["template", "check", theme]).errors.contains("theme.xml:1:43: red is no colour."))
            try Data("<other/>".utf8).write(to: URL(fileURLWithPath: theme))
            #expect(try Program.run(["template", "check", theme]).status == 2)
        }
    }

    static let missing: [([String], String, Int32)] = [
        (["render", sample, "--template", "classik"], "There is no template called classik.", 2),
        (["render", sample, "--template", "no/such"], "no/such is no folder of a template.", 3),
        (["render", sample, "--template", "/"], "/ has no template.xml", 2),
        (["template", "show", "classic", "nothing"], "has: template.xml, ", 2),
        (["template", "check", "/no/such.xml"], "cannot be read", 3),
    ]
    @Test("names that lead nowhere are told what there is", arguments: missing)
    func unknown(words: [String], message: String, status: Int32) throws {
        let outcome = try Program.run(words)
        #expect(outcome.status == status && outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test("show prints a file of a bundled template")
    func show() throws {
        let bytes = try PackageFolder.bytes("templates/classic/sums.xml")
        #expect(
            try Program.run(["template", "show", "classic", "sums"]).output == String(decoding: bytes, as: UTF8.self))
    }
}

@Suite("--theme")
struct ThemeOptionTests {
    private static let sample = "\(PackageFolder.root)/samples/goods/invoice.json"

    private func render(_ theme: String, logo: [UInt8]? = nil) throws -> (pdf: Data?, status: Int32, errors: String) {
        try Tool.withTemporaryFolder { folder in
            try Data("<theme xmlns=\"urn:pechat:theme:1\">\(theme)</theme>".utf8)
                .write(to: URL(fileURLWithPath: "\(folder)/theme.xml"))
            if let logo { try Data(logo).write(to: URL(fileURLWithPath: "\(folder)/logo.png")) }
            let outcome = try Program.run(
                ["render", Self.sample, "--theme", "\(folder)/theme.xml", "-o", "\(folder)/a.pdf"])
            return (FileManager.default.contents(atPath: "\(folder)/a.pdf"), outcome.status, outcome.errors)
        }
    }

    @Test("changes the file, and warns of colours that cannot be read")
    func colors() throws {
        let plain = try render("")
        let red = try render("<colors accent=\"#7A1F3D\"/>")
        #expect(plain.status == 0 && red.status == 0 && plain.pdf != nil && plain.pdf != red.pdf)
        let pale = try render("<colors text=\"#AAAAAA\"/>")
        #expect(pale.status == 0 && pale.errors.contains("warning: ") && pale.errors.contains("theme.xml:1:43"))
    }

    @Test("looks for the logo beside the theme, and takes PNG and JPEG alone")
    func logo() throws {
        #expect(try render("<logo file=\"logo.png\"/>").status == 3)
        let wrong = try render("<logo file=\"logo.png\"/>", logo: Array("GIF89a".utf8))
        #expect(wrong.status == 3 && wrong.errors.contains("theme.xml:1:41: The picture is neither"))
    }
}
