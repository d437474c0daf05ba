import Diagnostics
import Foundation
import Testing
import XMLCore

@Suite("CanonicalXML")
struct CanonicalXMLTests {
    static let cases = [
        ("<?xml version='1.0'?>\n<!-- x --><a  b='2'\n a=\"1\"/>\n", "<a a=\"1\" b=\"2\"></a>"),
        ("<a xmlns:unused='urn:u' xmlns:p='urn:p'><p:b/></a>", "<a><p:b xmlns:p=\"urn:p\"></p:b></a>"),
        ("<a>x<![CDATA[<&>]]>&#13;\r\n</a>", "<a>x&lt;&amp;&gt;&#xD;\n</a>"),
        ("<a b=\"&lt;&quot;&#9;&#10;'>\"/>", "<a b=\"&lt;&quot;&#x9;&#xA;'>\"></a>"),
        ("\u{FEFF}<а>ж😀</а>", "<а>ж😀</а>"),
        ("<?p x?><a/><?q y?>", "<?p x?>\n<a></a>\n<?q y?>"),
    ]

    @Test("the exclusive form without comments", arguments: cases)
    func exclusive(text: String, expected: String) throws {
        #expect(try String(decoding: CanonicalXML.exclusive(Array(text.utf8)), as: UTF8.self) == expected)
        // It is its own canonical form.
        #expect(try CanonicalXML.exclusive(Array(expected.utf8)) == Array(expected.utf8))
    }

    @Test("what XMLDocument refuses is refused here too")
    func refusals() {
        for (text, code) in [
            ("<a>", "xml.malformed"), ("<p:a/>", "xml.malformed"), ("<!DOCTYPE a><a/>", "xml.hasDTD"),
            ("<a xmlns='relative'/>", "xml.notCanonical"),
            (String(repeating: "<a>", count: 100_000), "xml.tooDeep"),
        ] {
            let error = #expect(throws: ToolkitError.self) { try CanonicalXML.exclusive(Array(text.utf8)) }
            #expect(error?.code.name == code)
        }
    }

    @Test("xmllint makes the same of the official examples")
    func oracle() throws {
        let folder = Shared.folder.appending(path: "vectors/rules/cen-examples")
        guard let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        else {
            print("SKIPPED: no shared vectors beside the package")
            return
        }
        for file in files where file.pathExtension.lowercased() == "xml" {
            let ours = try CanonicalXML.exclusive([UInt8](Data(contentsOf: file)))
            let theirs = try Tool.run("/usr/bin/xmllint", "--exc-c14n", file.path).output
            // xmllint keeps comments; ours have none.
            let stripped = String(decoding: theirs, as: UTF8.self).replacing(/<!--[\s\S]*?-->\n?/, with: "")
            if stripped.utf8.count == theirs.count { #expect(ours == theirs, "\(file.lastPathComponent)") }
            #expect(!ours.isEmpty)
        }
    }
}

/// Runs another program.
enum Tool {
    static func run(_ path: String, _ arguments: String...) throws -> (status: Int32, output: [UInt8]) {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
