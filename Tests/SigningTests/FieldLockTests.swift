import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Signing

@Suite("ISO 32000-1, 12.8.2.4: locked form fields", .needsTool("openssl"), .needsTool("python3"))
struct FieldLockTests {
    /// A form with a name, an amount, a group with a date in it, and a signature field that locks something.
    static func form(lock: String = "") -> [UInt8] {
        PDFFixtures.plain(
            catalogue: "/AcroForm<</Fields[6 0 R 7 0 R 8 0 R 10 0 R]>>", page: "/Annots[6 0 R 7 0 R 9 0 R 10 0 R]",
            objects: [
                field("name"), field("amount"), "<</FT/Tx/T(group)/Kids[9 0 R]>>",
                field("date").replacing(">>", with: "/Parent 8 0 R>>"),
                "<</Type/Annot/Subtype/Widget/FT/Sig/T(approval)/F 4/Rect[0 0 0 0]/P 3 0 R\(lock)>>",
            ])
    }

    private static func field(_ name: String, value: String = "") -> String {
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(\(name))/Rect[0 0 200 50]/P 3 0 R\(value)>>"
    }

    static func filling(_ name: String, in pdf: [UInt8]) throws -> [UInt8] {
        let numbers = ["name": 6, "amount": 7, "date": 9]
        if name == "group" {
            return try PDFFixtures.appending([(8, "<</FT/Tx/T(group)/Kids[9 0 R]/V(1)>>")], to: pdf)
        }
        let parent = name == "date" ? "/Parent 8 0 R" : ""
        return try PDFFixtures.appending(
            [
                (
                    numbers[name] ?? 6,
                    field(name, value: "\(parent)/V(1)").replacing("/P 3 0 R/Parent", with: "/P 3 0 R/Parent")
                )
            ],
            to: pdf)
    }

    /// Made anew for each test: the leak sanitizer does not recognise the payload of an enum whose case Swift keeps in
    /// the spare bits of the pointer, so that a constant would count as lost.
    static var locks: [(lock: FieldLock, locked: [String], open: [String])] {
        [
            (.all, ["name", "amount", "date", "group"], []),
            (.only(["amount"]), ["amount"], ["name", "date", "group"]),
            (.only(["group"]), ["date", "group"], ["name", "amount"]),
            (.only(["group.date"]), ["date", "group"], ["name", "amount"]),
            (.allBut(["name", "group"]), ["amount"], ["name", "date", "group"]),
            (.allBut(["nam"]), ["name", "amount", "date", "group"], []),
        ]
    }

    @Test("those that the signature locks may not be filled in, the others may", arguments: locks.indices)
    func signature(index: Int) throws {
        let (lock, locked, open) = Self.locks[index]
        let keys = try LevelShop()
        var options = PDFSignatureOptions()
        options.lock = lock
        let signed = try keys.pades("seal").sign(Self.form(), options: options, at: LevelShop.moment).bytes
        #expect(try PAdESTests.verify(signed).isValid)
        for name in locked {
            let report = try PAdESTests.verify(Self.filling(name, in: signed))
            #expect(report.status == .failed && report.code == "signature.changedLater", "\(name): \(report.text)")
            #expect(report.pdf?.changes.violations.contains { $0.contains("locks") } == true)
        }
        for name in open {
            let report = try PAdESTests.verify(Self.filling(name, in: signed))
            #expect(report.isValid && report.pdf?.changes.level == .formFilling, "\(name): \(report.text)")
        }
    }

    @Test(
        "what the signed field wants locked goes into the signature, and pyHanko holds later changes against it",
        .needsPython("pyhanko"))
    func field() throws {
        let keys = try LevelShop()
        var options = PDFSignatureOptions()
        options.fieldName = "approval"
        let form = Self.form(lock: "/Lock<</Type/SigFieldLock/Action/Include/Fields[(amount)]>>")
        let signed = try keys.pades("seal").sign(form, options: options, at: LevelShop.moment).bytes
        #expect(String(decoding: signed, as: UTF8.self).contains("/TransformMethod/FieldMDP"))
        for (name, isAllowed) in [("name", true), ("amount", false)] {
            let filled = try Self.filling(name, in: signed)
            #expect(try PAdESTests.verify(filled).isValid == isAllowed)
            #expect(try PAdESTests.pyHanko(filled, trust: keys.root).allSatisfy(\.bottomLine) == isAllowed, "\(name)")
        }
    }

    @Test("a lock of the field alone counts, and its permissions as well", arguments: [1, 2, 3])
    func permissions(level: Int) throws {
        let keys = try LevelShop()
        var options = PDFSignatureOptions()
        options.fieldName = "approval"
        let form = Self.form(lock: "/Lock<</Type/SigFieldLock/Action/Include/Fields[(amount)]/P \(level)>>")
        let signed = try keys.pades("seal").sign(form, options: options, at: LevelShop.moment).bytes
        #expect(try PAdESTests.verify(Self.filling("name", in: signed)).isValid == (level > 1))
        #expect(try !PAdESTests.verify(Self.filling("amount", in: signed)).isValid)
        // Taking the lock off later is a change of the field.
        let text = String(decoding: signed, as: Unicode.ASCII.self)
        let widget = try #require(text.matches(of: /\n10 0 obj\n(<<[^\n]*>>)\nendobj/).last.map { String($0.1) })
        let unlocked = widget.replacing(/\/Lock *<<.*?>>/, with: "")
        try #require(unlocked != widget)
        let attack = try PDFFixtures.appending([(10, unlocked)], to: signed)
        #expect(try !PAdESTests.verify(Self.filling("amount", in: attack)).isValid)
    }

    @Test("a signature field that is locked may not be signed later")
    func signing() throws {
        let keys = try LevelShop()
        var options = PDFSignatureOptions()
        options.lock = .only(["approval"])
        let first = try keys.pades("seal").sign(Self.form(), options: options, at: LevelShop.moment).bytes
        options.lock = nil
        options.fieldName = "approval"
        let second = try keys.pades("seal").sign(first, options: options, at: LevelShop.moment).bytes
        #expect(try !PAdESTests.verify(second).isValid)
        options.fieldName = nil
        #expect(
            try PAdESTests.verify(keys.pades("seal").sign(first, options: options, at: LevelShop.moment).bytes).isValid)
    }
}
