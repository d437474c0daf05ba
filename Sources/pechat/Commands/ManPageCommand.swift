import Diagnostics

/// `pechat man-page`: the manual, made of the same descriptions as the help.
struct ManPageCommand: Command {
    static let description = CommandDescription(
        "man-page", summary: "print the manual page",
        examples: [("pechat man-page > /usr/local/share/man/man1/pechat.1", "for `man pechat`")])

    init(_ arguments: Arguments) throws(ToolkitError) {}

    func run(in world: World) throws(ToolkitError) -> Exit {
        var text = """
            .TH PECHAT 1 "" "pechat \(Version.text)" "User Commands"
            .SH NAME
            pechat \\- invoice JSON in; PDF, e\\-invoice XML and signature out
            .SH SYNOPSIS
            .B pechat
            COMMAND [OPTIONS] ...
            .SH COMMANDS

            """
        for command in commands.map({ $0.description }) { text += Self.section(for: command) }
        text += ".SH EXIT STATUS\n"
        let exits: [Exit] = [
            .done, .rejected, .usage, .unreadable, .key, .threshold, .batchFailures, .state, .defect, .inputOutput,
            .later, .interrupted, .terminated,
        ]
        for exit in exits { text += ".TP\n.B \(exit.rawValue)\n\(Self.escaped(exit.meaning))\n" }
        try world.write(Array(text.utf8))
        return .done
    }

    private static func section(for command: CommandDescription) -> String {
        var text = ".SS \(escaped(HelpText.usage(of: command)))\n\(escaped(command.summary)).\n"
        if !command.details.isEmpty { text += ".PP\n\(escaped(command.details))\n" }
        for option in command.options {
            let value = option.value.map { " \\fI\(escaped($0))\\fR" } ?? ""
            text += ".TP\n\\fB\(escaped(option.name))\\fR\(value)\n\(escaped(option.help))\n"
        }
        text += ".PP\nExamples:\n"
        for example in command.examples {
            text += ".PP\n\(escaped(example.purpose)):\n.PP\n.RS\n.nf\n\(escaped(example.line))\n.fi\n.RE\n"
        }
        return text
    }

    /// Text that roff prints as it stands.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let plain = line.replacing("\\", with: "\\e").replacing("-", with: "\\-")
            return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&\(plain)" : String(plain)
        }.joined(separator: "\n")
    }
}
