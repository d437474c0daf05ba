/// Help, written from the descriptions of the commands.
enum HelpText {
    /// What `pechat` alone and `pechat --help` print.
    static func overview(of descriptions: [CommandDescription], version: String) -> String {
        let width = descriptions.map(\.name.count).max() ?? 0
        let rows = descriptions.map { "  \(padded($0.name, to: width))  \($0.summary)" }
        return """
            pechat \(version): invoice JSON in; PDF, e-invoice XML and signature out.

            Usage: pechat COMMAND [OPTIONS] …

            Try first:
              pechat cert make-test --out trial
              pechat build invoice.json --key trial/signer.p12 --password-file trial/password.txt --out out

            Commands:
            \(rows.joined(separator: "\n"))

            `pechat COMMAND --help` explains one. A file name of - means standard input or output.
            Results go to standard output, messages to standard error. Exit codes:
              0 done, 1 document rejected, 2 usage, 3 input unreadable, 4 key or certificate,
              5 certificate inside a threshold, 6 batch finished with failures, 7 refused by state,
              70 defect, 74 file or disk, 75 try later, 130 and 143 stopped by a signal

            """
    }

    /// What `pechat COMMAND --help` prints: examples first.
    static func page(for command: CommandDescription) -> String {
        var text = "\(command.summary)\n\nUsage: \(usage(of: command))\n\nExamples:\n"
        for example in command.examples {
            text += "  # \(example.purpose)\n  \(example.line)\n"
        }
        let options = command.options + [.helpSwitch]
        let titles = options.map { option in option.value.map { "\(option.name) \($0)" } ?? option.name }
        let width = min(28, titles.map(\.count).max() ?? 0)
        text += "\nOptions:\n"
        for (option, title) in zip(options, titles) {
            var help = option.help
            if !option.choices.isEmpty { help += " (\(option.choices.joined(separator: ", ")))" }
            if option.isRepeatable { help += "; may be repeated" }
            text += "  \(padded(title, to: width))  \(help)\n"
        }
        if !command.details.isEmpty { text += "\n\(command.details)\n" }
        let exits = ([.done, .usage] + command.exits + [.inputOutput]).sorted { $0.rawValue < $1.rawValue }
        text += "\nExit codes: \(exits.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "; "))\n"
        return text
    }

    /// The usage line.
    static func usage(of command: CommandDescription) -> String {
        var words = ["pechat", command.name]
        if !command.operands.isEmpty { words.append(command.operands) }
        if !command.options.isEmpty { words.append("[OPTIONS]") }
        return words.joined(separator: " ")
    }

    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
