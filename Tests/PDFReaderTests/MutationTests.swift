import Diagnostics
import Foundation
import PDFReader
import TestSupport
import Testing

/// Ways to spoil a file.
private enum Mutation: Int, CaseIterable {
    case flipBits, replaceBytes, cut, removeBlock, repeatBlock, changeDigits, swapNumbers, insertBrackets

    func apply(to bytes: inout [UInt8], _ random: inout SplitMix) {
        guard bytes.count > 64 else { return }
        let place = Int.random(in: 0..<bytes.count - 32, using: &random)
        let length = Int.random(in: 1..<min(400, bytes.count - place), using: &random)
        switch self {
        case .flipBits:
            for _ in 0..<Int.random(in: 1..<16, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        case .replaceBytes:
            for index in place..<place + min(length, 8) { bytes[index] = .random(in: 0...255, using: &random) }
        case .cut: bytes.removeSubrange(place...)
        case .removeBlock: bytes.removeSubrange(place..<place + length)
        case .repeatBlock: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case .changeDigits, .swapNumbers:
            // Digits are what tables, references and lengths are made of.
            let digits = bytes.indices.filter { 0x30...0x39 ~= bytes[$0] }
            for _ in 0..<6 {
                guard let index = digits.randomElement(using: &random), let other = digits.randomElement(using: &random)
                else { return }
                bytes[index] = self == .changeDigits ? .random(in: 0x30...0x39, using: &random) : bytes[other]
            }
        case .insertBrackets:
            let brackets = ["[", "<<", "(", ">>", "]", ")", " R ", " obj ", "stream\n", "/Kids[3 0 R]", "-", "%"]
            bytes.insert(contentsOf: Array((brackets.randomElement(using: &random) ?? "").utf8), at: place)
        }
    }
}

@Suite("A spoilt file is read or refused; nothing else happens")
struct MutationTests {
    private static let limits: PDFLimits = {
        var limits = PDFLimits.standard
        limits.parsedBytes = 64 << 20
        limits.unpackedBytes = 32 << 20
        return limits
    }()

    /// Reads all there is; whether it could be read, and the code where not.
    private static func read(_ bytes: [UInt8]) -> String {
        do throws(ToolkitError) {
            let document = try PDFDocument(parsing: bytes, limits: limits)
            let text = try document.text()
            _ = text.blocks()
            for index in text.elements.indices.prefix(20) { _ = text.text(of: index) }
            _ = try document.embeddedFiles()
            for revision in document.revisions { #expect(revision.range.upperBound <= bytes.count) }
            for number in document.objectNumbers.prefix(200) {
                let id = PDFObjectID(number: number)
                if let range = try document.range(of: id) { #expect(range.upperBound <= bytes.count) }
            }
            return "read"
        } catch {
            return error.code.name
        }
    }

    private static func expectCalm(_ file: Corpus.File, rounds: Int, seed: UInt64) {
        var random = SplitMix(seed: seed)
        var outcomes: [String: Int] = [:]
        for round in 0..<rounds {
            var bytes = file.bytes
            let mutation = Mutation.allCases[round % Mutation.allCases.count]
            for _ in 0...Int.random(in: 0..<3, using: &random) { mutation.apply(to: &bytes, &random) }
            outcomes[read(bytes), default: 0] += 1
        }
        let known: Set = ["read", "pdf.malformed", "pdf.limit", "pdf.encrypted"]
        #expect(known.isSuperset(of: outcomes.keys), "\(file.name)")
        #expect(outcomes["read", default: 0] > rounds / 20, "\(file.name): \(outcomes)")
        #expect(outcomes.count > 1, "\(file.name): \(outcomes)")
    }

    @Test("files of other makers", arguments: ["reportlab", "weasyprint", "fpdf2"])
    func fixtures(name: String) throws {
        let file = try #require(try Corpus.fixtures().first { $0.name == name })
        Self.expectCalm(file, rounds: 400, seed: 1)
    }

    @Test(
        "our own, in every layout", .needsSharedFolder, .needsTool("qpdf"),
        arguments: [-1] + Corpus.layouts.indices.map(\.self))
    func layouts(index: Int) throws {
        let own = try Corpus.own("credit-note")
        let file = index < 0 ? own : try Corpus.rewritten(own, Corpus.layouts[index])
        Self.expectCalm(file, rounds: 120, seed: UInt64(index + 7))
    }

    @Test("signed and attacked files", .needsSharedFolder)
    func vectors() throws {
        var random = SplitMix(seed: 5)
        var outcomes: [String: Int] = [:]
        for file in try Corpus.vectors() where file.bytes.count < 200_000 {
            for mutation in Mutation.allCases {
                var bytes = file.bytes
                mutation.apply(to: &bytes, &random)
                outcomes[Self.read(bytes), default: 0] += 1
            }
        }
        #expect(outcomes["read", default: 0] > 100)
        #expect(Set(["read", "pdf.malformed", "pdf.limit", "pdf.encrypted"]).isSuperset(of: outcomes.keys))
    }

    @Test("every beginning of a file")
    func beginnings() throws {
        let file = try #require(try Corpus.fixtures().first)
        for count in stride(from: 0, through: file.bytes.count, by: 3) {
            let outcome = Self.read(Array(file.bytes[..<count]))
            #expect(["read", "pdf.malformed"].contains(outcome))
        }
        #expect(Self.read(file.bytes) == "read")
    }

    @Test("noise")
    func noise() {
        var random = SplitMix(seed: 9)
        for _ in 0..<200 {
            let noise = (0..<Int.random(in: 0..<2000, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(Self.read(noise) == "pdf.malformed")
            #expect(
                Self.read(Array("%PDF-1.4\n1 0 obj<</Pages 1 0 R>>endobj trailer<</Root 1 0 R>>".utf8) + noise) != "")
        }
    }
}
