import Certificates
import Diagnostics
import JSONCore

/// `pechat cert forecast FILE… --date DAY`: which certificates end before given days.
struct CertForecastCommand: Command {
    static let date = OptionDescription(
        "--date", value: "DAY", repeatable: true, "a day such as 2027-01-31, of the next batch for instance")
    static let within = OptionDescription("--within", value: "DAYS", "also the day so many days from now, such as 90d")
    static let description = CommandDescription(
        "cert forecast", summary: "say which keys end before given days", operands: "FILE|DIR…",
        operandCount: 1...10_000, options: [date, within, .passwordFile, .at, .json, .quiet],
        details: """
            Every certificate of the files counts, those of the issuers too: a signature needs all of them. Exit code 5
            means that something ends before the last of the days.
            """,
        examples: [
            ("pechat cert forecast keys/ --date 2027-01-31 --password-file password.txt", "before the January batch"),
            ("pechat cert forecast signer.pem --within 90d --json", "within a quarter, for a program"),
        ], exits: [.unreadable, .key, .threshold])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard arguments.has(Self.date) || arguments.has(Self.within) else {
            throw .usage("`cert forecast` needs --date DAY or --within DAYS.", in: Self.description)
        }
        self.arguments = arguments
    }

    /// A certificate and the file that it stands in.
    private struct Entry {
        let file: String
        let certificate: Certificate
        /// The first of the days at which it has ended; nil where it outlives them all.
        let endedAt: Timestamp?
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let now = try world.now(arguments)
        var dates: [Timestamp] = []
        for text in arguments.all(Self.date) { dates.append(try Timestamp(text)) }
        if let days = try days(Self.within, arguments) { dates.append(now.adding(seconds: days * 86_400)) }
        dates.sort()
        var entries: [Entry] = []
        for file in try CertFiles.all(arguments.operands) {
            for certificate in try world.certificates(in: file, arguments) {
                let end = dates.first { $0 > certificate.notAfter }
                entries.append(Entry(file: file, certificate: certificate, endedAt: end))
            }
        }
        entries.sort { $0.certificate.notAfter < $1.certificate.notAfter }
        if arguments.has(.json) {
            try world.write(Self.json(entries, now: now) + [UInt8(ascii: "\n")])
        } else if !arguments.has(.quiet) {
            try world.print(entries.map { Self.line($0, now: now) }.joined(separator: "\n"))
        }
        return entries.contains { $0.endedAt != nil } ? .threshold : .done
    }

    private static func line(_ entry: Entry, now: Timestamp) -> String {
        let end = entry.certificate.notAfter.description.prefix(10)
        let verdict = entry.endedAt.map { "ENDS before \($0.description.prefix(10))" } ?? "lasts"
        let days = now.days(until: entry.certificate.notAfter)
        return "\(end)  \(HelpText.padded("\(days)", to: 6))  \(HelpText.padded(verdict, to: 22))  "
            + "\(entry.file): \(entry.certificate.subject)".printable
    }

    private static func json(_ entries: [Entry], now: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginArray()
        for entry in entries {
            writer.beginObject()
            writer.member("file", entry.file)
            writer.member("subject", entry.certificate.subject)
            writer.member("serial", entry.certificate.serialNumber)
            writer.member("isAuthority", entry.certificate.isAuthority)
            writer.member("validUntil", entry.certificate.notAfter.description)
            writer.member("daysLeft", now.days(until: entry.certificate.notAfter))
            writer.member("endsBefore", orNull: entry.endedAt?.description)
            writer.endObject()
        }
        writer.endArray()
        return writer.bytes
    }
}
