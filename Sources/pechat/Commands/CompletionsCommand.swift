import Diagnostics

/// `pechat completions SHELL`: what the shell needs to complete commands and options.
struct CompletionsCommand: Command {
    static let description = CommandDescription(
        "completions", summary: "print shell completions", operands: "bash|zsh|fish", operandCount: 1...1,
        examples: [
            ("pechat completions bash > /etc/bash_completion.d/pechat", "for bash"),
            ("pechat completions zsh > ~/.zfunc/_pechat", "for zsh"),
            ("pechat completions fish > ~/.config/fish/completions/pechat.fish", "for fish"),
        ])

    private let shell: String

    init(_ arguments: Arguments) throws(ToolkitError) {
        shell = arguments.operands[0]
        guard ["bash", "zsh", "fish"].contains(shell) else {
            throw .usage("Completions are made for bash, zsh and fish.", in: Self.description)
        }
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let descriptions = commands.map { $0.description }
        try world.write(Array((shell == "fish" ? Self.fish(descriptions) : Self.bash(descriptions, shell)).utf8))
        return .done
    }

    /// bash, and zsh through its bash emulation.
    private static func bash(_ descriptions: [CommandDescription], _ shell: String) -> String {
        let first = Set(descriptions.compactMap { $0.name.split(separator: " ").first }).sorted()
        var cases = ""
        for command in descriptions {
            let options = (command.options + [.helpSwitch]).map(\.name).joined(separator: " ")
            cases += "        \"\(command.name)\"*) words=\"\(options)\" ;;\n"
        }
        for group in first {
            let members = descriptions.filter { $0.name.hasPrefix("\(group) ") }.map {
                $0.name.dropFirst(group.count + 1)
            }
            if !members.isEmpty { cases += "        \"\(group)\") words=\"\(members.joined(separator: " "))\" ;;\n" }
        }
        let head = shell == "zsh" ? "#compdef pechat\nautoload -U +X bashcompinit && bashcompinit\n" : ""
        return """
            \(head)_pechat() {
                local word="${COMP_WORDS[COMP_CWORD]}" words="" line="${COMP_WORDS[*]:1:COMP_CWORD-1}"
                case "$line" in
                    "") words="\(first.joined(separator: " "))" ;;
            \(cases)    esac
                if [[ $word == -* || -z $line || "$words" != --* ]]; then
                    COMPREPLY=($(compgen -W "$words" -- "$word"))
                else
                    COMPREPLY=($(compgen -f -- "$word"))
                fi
            }
            complete -o filenames -F _pechat pechat

            """
    }

    private static func fish(_ descriptions: [CommandDescription]) -> String {
        var text = ""
        for command in descriptions {
            let words = command.name.split(separator: " ")
            let seen = words.dropLast().map { "__fish_seen_subcommand_from \($0)" }
            let condition = seen.isEmpty ? "__fish_use_subcommand" : seen.joined(separator: "; and ")
            if words.count > 1 {
                text += "complete -c pechat -n __fish_use_subcommand -a '\(words[0])'\n"
            }
            text +=
                "complete -c pechat -n '\(condition)' -a '\(words[words.count - 1])' -d '\(quoted(command.summary))'\n"
            let inside = words.map { "__fish_seen_subcommand_from \($0)" }.joined(separator: "; and ")
            for option in command.options + [.helpSwitch] {
                let value = option.value == nil ? "" : " -r"
                text +=
                    "complete -c pechat -n '\(inside)' -l \(option.name.dropFirst(2))\(value) -d '\(quoted(option.help))'\n"
            }
        }
        return text
    }

    /// Text inside single quotes of fish.
    private static func quoted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    }
}
