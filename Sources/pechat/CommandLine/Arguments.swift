import Diagnostics

/// A command line, taken apart after the description of its command.
struct Arguments: Sendable {
    /// What is not an option, in order.
    let operands: [String]
    private let values: [String: [String]]

    /// Parses what follows the words of the command.
    ///
    /// - Throws: `usage`, naming the option and the nearest one that exists.
    init(_ words: some Sequence<String>, for command: CommandDescription) throws(ToolkitError) {
        var operands: [String] = []
        var values: [String: [String]] = [:]
        var rest = Array(words)[...]
        var onlyOperands = false
        while let word = rest.popFirst() {
            if onlyOperands || !word.hasPrefix("-") || word == "-" {
                operands.append(word)
                continue
            }
            if word == "--" {
                onlyOperands = true
                continue
            }
            let (name, inlineValue) = Self.split(word)
            guard let option = (command.options + [.helpSwitch]).first(where: { $0.name == name }) else {
                throw Self.unknown(name, in: command)
            }
            let value = try Self.value(of: option, inline: inlineValue, from: &rest, in: command)
            if values[name] != nil && !option.isRepeatable {
                throw .usage("\(name) is given twice.", in: command)
            }
            values[name, default: []].append(value)
        }
        if values["--help"] == nil && !command.operandCount.contains(operands.count) {
            throw .usage(
                operands.isEmpty
                    ? "`\(command.name)` needs \(command.operands)."
                    : "`\(command.name)` takes \(command.operands.isEmpty ? "no operands" : command.operands).",
                in: command)
        }
        self.operands = operands
        self.values = values
        let readers =
            operands + Self.inputs.flatMap { values[$0.name] ?? [] } + (values["--stdin-paths"] == nil ? [] : ["-"])
        guard readers.count(where: { $0 == "-" }) < 2 else {
            throw .usage("Standard input (-) can be read only once.", in: command)
        }
    }

    /// The options whose value names a file to read.
    private static let inputs: [OptionDescription] = [
        .key, .passwordFile, .trust, .theme, .policy, .content, .revocationList, .ocspAnswer, .timestampLogin,
        ValidateCommand.rules,
    ]

    /// Operands and options as they were said, but for those that only say where and how to answer.
    var said: [UInt8] {
        let apart: Set = [
            "--ledger", "--files", "--json", "--quiet", "--now", "--idempotency-key", "--dry-run", "--time-zone",
        ]
        let options = values.filter { !apart.contains($0.key) }.sorted { $0.key < $1.key }
        return Array("\(operands)\n\(options.map { "\($0.key) \($0.value)" })".utf8)
    }

    /// Whether a switch is on.
    func has(_ option: OptionDescription) -> Bool { values[option.name] != nil }
    /// The value of an option; nil when it was not given.
    func value(_ option: OptionDescription) -> String? { values[option.name]?.last }
    /// All values of a repeatable option.
    func all(_ option: OptionDescription) -> [String] { values[option.name] ?? [] }

    /// The value of an option as a whole number within bounds.
    func number(_ option: OptionDescription, in range: ClosedRange<Int>) throws(ToolkitError) -> Int? {
        guard let text = value(option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw ToolkitError(
                .usage, "\(option.name) takes a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    private static func split(_ word: String) -> (name: String, value: String?) {
        guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return (alias(word), nil) }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }

    private static func alias(_ word: String) -> String {
        switch word {
        case "-h": "--help"
        case "-o": "--output"
        default: word
        }
    }

    private static func value(
        of option: OptionDescription, inline: String?, from rest: inout ArraySlice<String>,
        in command: CommandDescription
    ) throws(ToolkitError) -> String {
        guard let valueName = option.value else {
            if inline != nil { throw .usage("\(option.name) takes no value.", in: command) }
            return ""
        }
        guard let value = inline ?? rest.popFirst() else {
            throw .usage("\(option.name) needs a value: \(valueName).", in: command)
        }
        let parts = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let isChoice = parts.allSatisfy(option.choices.contains) && Set(parts).count == parts.count
        guard option.choices.isEmpty || (isChoice && parts.count <= option.mostChoices) else {
            let count = option.mostChoices == 1 ? "" : ", or \(option.mostChoices) of them with a comma"
            throw .usage("\(option.name) takes one of: \(option.choices.joined(separator: ", "))\(count).", in: command)
        }
        return value
    }

    private static func unknown(_ name: String, in command: CommandDescription) -> ToolkitError {
        let known = command.options.map(\.name) + ["--help"]
        var message = "`\(command.name)` has no option \(name)."
        if let near = Spelling.nearest(to: name, among: known) { message += " Did you mean \(near)?" }
        return .usage(message, in: command)
    }
}

extension ToolkitError {
    /// A wrong command line, with the way to the help.
    static func usage(_ message: String, in command: CommandDescription) -> ToolkitError {
        ToolkitError(.usage, message, fix: "`pechat \(command.name) --help` shows how it is used.")
    }
}
