import TestSupport

/// Looks on the drawn page for every value of a UBL document; written in Python, so that it shares nothing with us.
///
/// What need not be there: the version of UBL, bytes of embedded files, sums of zero; and what the words beside a value
/// say: `ChargeIndicator`, the tax schemes `VAT` and `TAX`, the type 130 of an invoiced object. What may stand in words, by the names in `templates/labels/en.xml`:
/// codes of units, countries, currencies, VAT categories (S as its rate), kinds and means of payment; the scheme 0160 is GTIN.
enum PageJudge {
    /// How a document is changed before it is drawn.
    enum Change: Int, CaseIterable {
        /// Not at all.
        case none
        /// Every value becomes one that stands nowhere else.
        case values
        /// VAT categories and tax schemes too, so that nobody knows them.
        case taxCodes
        /// Every leaf stands twice, with two values.
        case leavesTwice
        /// Every group of leaves stands twice.
        case groupsTwice
        /// Every element below the root but the lines stands twice.
        case partsTwice
    }

    /// Draws a document and looks for its values.
    ///
    /// - Returns: What is not on the page, one path a line; the first line counts the values.
    static func report(on file: String, _ change: Change, template: String) throws -> [String] {
        let labels = "\(PackageFolder.root)/templates/labels/en.xml"
        let outcome = try Tool.python(script, [Program.path, labels, template, String(change.rawValue), file])
        guard outcome.status == 0 else { throw JudgeFailure(message: outcome.errors) }
        return outcome.output.split(separator: "\n").map(String.init)
    }

    /// Why the judge could not do its work.
    struct JudgeFailure: Error {
        let message: String
    }

    private static let script = #"""
        import copy, datetime, decimal, re, subprocess, sys, tempfile
        import xml.etree.ElementTree as ET

        CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
        NEVER = {"UBLVersionID", "ChargeIndicator", "EmbeddedDocumentBinaryObject", "InvoiceTypeCode",
                 "CreditNoteTypeCode"}
        KEPT = NEVER | {"DocumentCurrencyCode", "TaxCurrencyCode"}
        TELLING = {"schemeID", "unitCode", "mimeCode", "filename", "listID", "listVersionID", "name"}
        pechat, labels, template, change, source = sys.argv[1:]
        change = int(change)
        names = {e.get("code"): e.text for e in ET.parse(labels).getroot() if e.get("code")}
        words = {e.get("name"): e.text for e in ET.parse(labels).getroot() if e.get("name")}
        categories = {"Z": "zero-rated", "E": "exempt", "AE": "reverse-charge", "K": "intra-community", "G": "export",
                      "O": "out-of-scope"}
        means = {"10": "cash", "30": "credit-transfer", "58": "credit-transfer", "48": "card", "54": "card",
                 "55": "card", "97": "clearing"}

        def leaves(element, path=()):
            path = path + (element.tag.split("}")[1],)
            if not len(element): yield element, path
            for child in element: yield from leaves(child, path)

        def is_category(path): return path[-2] in ("TaxCategory", "ClassifiedTaxCategory")

        def twins(root):
            """Doubles what the change says; the twin follows at once."""
            if change == 3:
                chosen = [(p, c) for p in root.iter() for c in p if not len(c)
                          and c.tag.split("}")[1] not in KEPT
                          and p.tag.split("}")[1] not in ("TaxScheme", "TaxCategory", "ClassifiedTaxCategory")]
            elif change == 4:
                chosen = [(p, c) for p in root.iter() for c in p if len(c) and not any(len(x) for x in c)]
            elif change == 5:
                chosen = [(root, c) for c in root if len(c) and not c.tag.endswith("Line")]
            else: return
            for parent, child in chosen:
                parent.insert(list(parent).index(child) + 1, copy.deepcopy(child))

        def wanted(root):
            """Gives every value its own text, and returns (path, kind, value)."""
            result, number = [], 0
            parents = {child: parent for parent in root.iter() for child in parent}
            for element, path in leaves(root):
                name, text = path[-1], (element.text or "").strip()
                if not text: continue
                for key in TELLING & set(element.attrib):
                    if name in KEPT and name != "EmbeddedDocumentBinaryObject" or change == 0 and key == "listID" \
                            and name != "ItemClassificationCode" or path[-2] == "TaxScheme" and change == 0: continue
                    number += 1
                    if change: element.set(key, f"w{number}q")
                    result.append((path + ("@" + key,), "text", element.get(key)))
                number += 1
                if name == "DocumentTypeCode" and text == "130" and change == 0: continue
                if name in (NEVER if change == 0 else KEPT): continue
                if change != 2 and path[-2] == "TaxScheme":
                    if text not in ("VAT", "TAX", "FC") and change == 0: result.append((path, "text", text))
                elif change != 2 and is_category(path) and name == "ID":
                    if text != "S": result.append((path, "category", text))
                elif name.endswith("Date"):
                    day = datetime.date.fromisoformat(text[:10])
                    if change: day = datetime.date(2000, 1, 1) + datetime.timedelta(days=number)
                    element.text = day.isoformat()
                    result.append((path, "date", day))
                elif name.endswith(("Amount", "Quantity", "Numeric", "Percent")):
                    if is_category(path) and change != 2 and parents[element].findtext(CBC + "ID") != "S": continue
                    whole = number % 70 + 11 if name == "Percent" else 7000 + number
                    if change: element.text = f"{'-' if text[0] == '-' else ''}{whole}.{number % 89 + 11}"
                    result.append((path, "number", decimal.Decimal(element.text.strip())))
                else:
                    if change: element.text = f"w{number}q"
                    kind = "means" if name == "PaymentMeansCode" else "text"
                    result.append((path, kind, element.text))
            return result

        tree = ET.parse(source)
        twins(tree.getroot())
        values = wanted(tree.getroot())
        with tempfile.TemporaryDirectory() as folder:
            tree.write(folder + "/in.xml", encoding="utf-8", xml_declaration=True)
            subprocess.run([pechat, "render", folder + "/in.xml", "-o", folder + "/out.pdf", "--language", "en",
                            "--quiet", "--template", template], check=True)
            page = subprocess.run(["pdftotext", "-raw", folder + "/out.pdf", "-"], check=True, capture_output=True,
                                  text=True).stdout
        flat, squeezed = re.sub(r"\s+", " ", page), re.sub(r"\s+", "", page)
        numbers = {abs(decimal.Decimal(text.replace(",", ""))) for text in re.findall(r"\d[\d,]*(?:\.\d+)?", flat)}

        def is_shown(kind, value):
            if kind == "number": return value == 0 or abs(value) in numbers
            if kind == "date": return f"{value.day} {value.strftime('%b')} {value.year}" in flat
            if kind == "category": value = words.get(categories.get(value)) or names.get("BT-118:" + value) or value
            if kind == "means": value = words.get(means.get(value)) or value
            candidates = [value] + ([names[value]] if value in names else [])
            if value == "0160": candidates.append("GTIN")
            note = re.fullmatch(r"(?s)\s*#([A-Z]{3})#(.*)", value)
            if note: candidates.append(f"{note[1]}: {note[2]}")
            return any(re.sub(r"\s+", "", text) in squeezed for text in candidates)

        print(len(values), "values")
        for path, kind, value in values:
            if not is_shown(kind, value): print("/".join(path[1:]), "=", value)
        """#
}
