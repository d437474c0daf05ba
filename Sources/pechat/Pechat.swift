import Diagnostics
import Glibc
import Issuing

/// The program.
@main
struct Pechat {
    static func main() {
        exit(runProgram(Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}

/// Finds the command, runs it and turns every error into a message and an exit code.
func runProgram(_ words: [String]) -> Exit {
    // A reader that went away and a file that grew too large are errors of a write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    StandardStreams.reserve()
    let world = World(toolkit: Toolkit.bundled())
    let wantsJSON = words.contains("--json")
    do {
        return try dispatch(words, in: world)
    } catch {
        Complaint(error).print(asJSON: wantsJSON, in: world)
        return Exit(error.code.kind)
    }
}

/// Calls the command whose words begin the line.
private func dispatch(_ words: [String], in world: World) throws(ToolkitError) -> Exit {
    guard let first = words.first, !["--help", "-h", "help"].contains(first) || words.count > 1 else {
        try world.write(Array(HelpText.overview(of: commands.map { $0.description }, version: Version.text).utf8))
        return words.isEmpty ? .usage : .done
    }
    if first == "--version" {
        try world.print("pechat \(Version.text)")
        return .done
    }
    let line = first == "help" ? Array(words.dropFirst()) + ["--help"] : words
    for command in commands {
        let name = command.description.name.split(separator: " ").map(String.init)
        guard line.starts(with: name) else { continue }
        let arguments = try Arguments(line.dropFirst(name.count), for: command.description)
        if arguments.has(.helpSwitch) {
            try world.write(Array(HelpText.page(for: command.description).utf8))
            return .done
        }
        return try command.init(arguments).run(in: world)
    }
    throw unknownCommand(line)
}

private func unknownCommand(_ line: [String]) -> ToolkitError {
    let names = commands.map { $0.description.name }
    let group = names.filter { $0.hasPrefix("\(line[0]) ") }
    if !group.isEmpty {
        return ToolkitError(
            .usage,
            "`\(line[0])` needs one of: \(group.map { String($0.dropFirst(line[0].count + 1)) }.joined(separator: ", ")).",
            fix: "`pechat \(group[0]) --help` shows how one is used.")
    }
    var message = "There is no command `\(line[0])`."
    if let near = Spelling.nearest(to: line[0], among: names) { message += " Did you mean `\(near)`?" }
    return ToolkitError(.usage, message, fix: "`pechat --help` lists the commands.")
}
