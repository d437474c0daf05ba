import TestSupport
import Testing

@Suite(
    "The page in a real browser", .needsTool("chromium"), .needsPython("playwright", "axe_core_python"))
struct PageBrowserTests {
    @Test("is signed in at, uploads, watches, cancels, shows and downloads, and axe finds nothing")
    func drive() throws {
        let script = "\(PackageFolder.root)/scripts/judge-page"
        let outcome = try Tool.run("timeout", ["400", "python3", script, "--sample", Program.path])
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors.suffix(2000))")
    }
}
