import Diagnostics
import HTTPServer
import JSONCore

extension Routes {
    /// Signatures that wait for a second caller.
    static var releases: [Route] {
        [
            Route(
                "GET", "/v1/releases", operation: "listReleases", tag: "signing",
                summary: "Lists the signatures of the last day that another caller must release, or has",
                access: .scope(.sign),
                answers: [
                    .json("The releases.", .reference("ReleaseList")).naming("release", at: "/releases/0/id")
                ]
            ) { call in
                let keys = call.service.keys
                return json { writer in
                    writer.beginObject()
                    writer.key("releases")
                    writer.beginArray()
                    for release in keys.releases(at: call.now) where keys.mayUse(release.key, call) {
                        release.write(to: &writer, at: call.now)
                    }
                    writer.endArray()
                    writer.endObject()
                }
            },
            Route(
                "GET", "/v1/releases/{release}", operation: "getRelease", tag: "signing", summary: "Shows a release",
                access: .scope(.sign), answers: [.json("The release.", .reference("Release"))], problems: [404]
            ) { call throws(ToolkitError) in
                shown(try call.service.keys.release(call.path["release"] ?? "", call), call)
            },
            Route(
                "POST", "/v1/releases/{release}/approve", operation: "approveRelease", tag: "signing",
                summary: "Lets a signature pass that another caller asked for",
                details: "Compare `contentSHA256` with the document that you have seen: the service keeps none.",
                access: .scope(.sign), answers: [.json("The release.", .reference("Release"))],
                problems: [404, 409, 503]
            ) { call throws(ToolkitError) in
                shown(try call.service.keys.decide(call.path["release"] ?? "", approves: true, call), call)
            },
            Route(
                "POST", "/v1/releases/{release}/refuse", operation: "refuseRelease", tag: "signing",
                summary: "Refuses a signature for good; whoever asked for it may do so too",
                access: .scope(.sign), answers: [.json("The release.", .reference("Release"))],
                problems: [404, 409, 503]
            ) { call throws(ToolkitError) in
                shown(try call.service.keys.decide(call.path["release"] ?? "", approves: false, call), call)
            },
        ]
    }

    /// The answer to a signature that must be released first.
    static func requested(of key: ServiceKey, _ format: String, _ call: Call) throws(ToolkitError) -> HTTPResponse {
        let release = try call.service.keys.request(key, format, call)
        var response = shown(release, call, status: 202)
        response.set("Location", "/v1/releases/\(release.id)")
        return response
    }

    private static func shown(_ release: SignatureRelease, _ call: Call, status: Int = 200) -> HTTPResponse {
        json(status) { release.write(to: &$0, at: call.now) }
    }
}
