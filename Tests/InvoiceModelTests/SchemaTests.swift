import Diagnostics
import InvoiceModel
import JSONCore
import TestSupport
import Testing

@Suite("invoice-1.schema.json")
struct SchemaTests {
    let schema: JSONDocument

    init() throws {
        schema = try JSONDocument(parsing: PackageFolder.bytes("schemas/pechat/invoice-1.schema.json"))
    }

    @Test("knows the same keys as the decoder, both ways, and no others", arguments: InvoiceSchema.keys)
    func keys(definition: String, keys: [String]) throws {
        let object = try #require(definition.isEmpty ? schema.root : schema.value(at: "/$defs/\(definition)"))
        #expect(object["additionalProperties"]?.bool == false)
        let properties = try #require(object["properties"])
        #expect(Set(properties.members.compactMap { $0.key.string }) == Set(keys))
        for property in properties.members {
            #expect(property.value["description"]?.string?.isEmpty == false, "\(property.value.pointer)")
        }
    }

    @Test("has a definition for every object that the decoder reads, and no object besides")
    func definitions() throws {
        let objects = try #require(schema.root["$defs"]).members.filter { $0.value["type"]?.string == "object" }
        #expect(
            Set(objects.compactMap { $0.key.string }) == Set(InvoiceSchema.keys.map(\.definition)).subtracting([""]))
    }

    @Test("its examples are documents that the decoder accepts")
    func examples() throws {
        let examples = try #require(schema.root["examples"])
        #expect(examples.count > 0)
        for example in examples.elements {
            let decoded = InvoiceDecoder.decode(try document(example))
            #expect(decoded.report.findings == [] && decoded.invoice != nil)
        }
    }

    @Test(
        "accepts every sample in the eyes of the Python package jsonschema", .needsSharedFolder,
        .needsPython("jsonschema"))
    func samples() throws {
        let script = """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            for name in sys.argv[2:]:
                for error in validator.iter_errors(json.load(open(name))):
                    print(name, error.json_path, error.message)
            """
        let names = SharedFolder.names(in: "samples", suffix: ".json").filter { !$0.hasSuffix(".expected.json") }
        let outcome = try Tool.python(
            script,
            ["\(PackageFolder.root)/schemas/pechat/invoice-1.schema.json"]
                + names.map { SharedFolder.path("samples/\($0)") })
        #expect(outcome.status == 0 && outcome.output == "" && outcome.errors == "")
    }

    private func document(_ value: JSONValue) throws -> JSONDocument {
        var writer = JSONWriter()
        writer.value(value)
        return try JSONDocument(parsing: writer.bytes)
    }
}
