import TestSupport
import Testing

@Suite("Help, completions and the man page come from one description")
struct HelpTests {
    static let names = [
        "build", "batch", "render", "xml", "validate", "sign", "verify", "cert check", "cert inspect",
        "cert convert", "cert doctor", "cert forecast", "cert make-test", "template list", "template check",
        "template new", "template show", "schema print",
        "completions", "man-page",
    ]

    @Test("every command has examples, options and exit codes in its help", arguments: names)
    func page(name: String) throws {
        let words = name.split(separator: " ").map(String.init)
        let help = try Program.run(words + ["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("Usage: pechat \(name)"))
        #expect(help.output.contains("Examples:\n  # "))
        #expect(help.output.contains("--help"))
        #expect(help.output.contains("Exit codes: 0 done"))
        #expect(try Program.run(["help"] + words).output == help.output)
    }

    @Test("the overview names every command and its summary")
    func overview() throws {
        let overview = try Program.run(["--help"])
        #expect(overview.status == 0)
        for name in Self.names { #expect(overview.output.contains("  \(name) ")) }
        #expect(try Program.run([]).status == 2)
    }

    static let mistakes = [
        (["biuld", "x.json"], "Did you mean `build`?"),
        (["cert"], "check, inspect, convert, doctor, forecast, make-test"),
        (["build"], "needs FILE.json"), (["build", "a", "b"], "takes FILE.json"),
        (["build", "a", "--kye", "k"], "Did you mean --key?"), (["build", "a", "--key"], "--key needs a value"),
        (["build", "a", "--language", "xx"], "takes one of: mk"),
        (["build", "a", "--language", "mk,mk"], "takes one of: mk"),
        (["build", "a", "--language", "mk,en,sq"], "2 of them"),
        (["build", "a", "--mark", "draft"], "has no option --mark"),
        (["render", "a", "--mark", "x"], "draft, void, copy"), (["batch", "a"], "needs --out DIR"),
        (["build", "a", "--json=1"], "takes no value"), (["build", "a", "--key", "x", "--key", "y"], "twice"),
        (["batch", "a", "--out", "b", "--workers", "0"], "from 1 to 256"),
    ]

    @Test("a wrong command line is told what is wrong and exits with 2", arguments: mistakes)
    func mistake(words: [String], hint: String) throws {
        let outcome = try Program.run(words)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains(hint), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test("bash accepts the completions and completes a command", .needsTool("bash"))
    func bash() throws {
        let script = try Program.run(["completions", "bash"]).output
        let probe = "\(script)\nCOMP_WORDS=(pechat ba); COMP_CWORD=1; _pechat; echo \"${COMPREPLY[*]}\""
        #expect(try Tool.run("bash", ["-c", probe]).output == "batch\n")
        let option =
            "\(script)\nCOMP_WORDS=(pechat cert check --thr); COMP_CWORD=3; _pechat; COMP_WORDS=(pechat build --ou); COMP_CWORD=2; _pechat; echo \"${COMPREPLY[*]}\""
        #expect(try Tool.run("bash", ["-c", option]).output == "--out\n")
    }

    @Test("the man page holds every command")
    func manual() throws {
        let page = try Program.run(["man-page"]).output
        for name in Self.names {
            #expect(page.contains(".SS pechat \(name.replacing("-", with: "\\-"))"))
        }
    }
}
