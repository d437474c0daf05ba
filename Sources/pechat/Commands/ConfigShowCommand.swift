import Diagnostics
import JSONCore

/// `pechat config show --config FILE`: what the service would do, and where that is said.
struct ConfigShowCommand: Command {
    static let origin = OptionDescription("--origin", "say where each setting comes from")
    static let description = CommandDescription(
        "config show", summary: "check the configuration of the service and show it",
        options: [ServeCommand.config, origin],
        details: "The file is JSON; docs/service.md lists the settings. A fault is shown with its line.",
        examples: [("pechat config show --config pechat.json --origin", "each setting with its place")],
        exits: [.unreadable])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let configuration = try world.serviceConfiguration(arguments)
        var settings = configuration.origins
        if !settings.contains(where: { $0.name == "listen" }) {
            settings.insert(("listen", "[\"\(configuration.listen.joined(separator: "\",\""))\"]", "default"), at: 0)
        }
        for setting in settings {
            let origin = arguments.has(Self.origin) ? "  (\(setting.origin))" : ""
            try world.print("\(setting.name) = \(setting.value)\(origin)".printable)
        }
        return .done
    }
}

extension World {
    /// The configuration that the command line names, else what stands without one.
    func serviceConfiguration(_ arguments: Arguments) throws(ToolkitError) -> ServiceConfiguration {
        guard let file = arguments.value(ServeCommand.config) else { return ServiceConfiguration() }
        return try ServiceConfiguration(parsing: read(file, atMost: 1 << 20), file: file)
    }
}
