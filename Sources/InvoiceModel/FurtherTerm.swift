/// Something that a received document says and the invoice model has no place for.
public struct FurtherTerm: Sendable, Hashable {
    /// What it says; numbers and days are printed in the form of the page's language.
    public enum Value: Sendable, Hashable {
        /// Text, identifiers and codes, as they stand.
        case text(String)
        /// A day.
        case date(CalendarDate)
        /// A number with all of its places.
        case number(ExactDecimal)
        /// A number with all of its places, and the code of its currency.
        case amount(ExactDecimal, currency: String)
        /// A code of ISO 3166-1.
        case country(String)
        /// How something is taxed.
        case tax(VATTreatment)
    }

    /// The term of EN 16931-1 such as `BT-19`; for anything else, the names of the elements down to it.
    ///
    /// The path begins below the document, the party or the line that the term belongs to, such as
    /// `Delivery/TrackingID`.
    public var id: String
    /// The document's own word for it, such as the name of an item attribute (BT-160), in place of a label.
    public var name: String?
    /// What it says.
    public var value: Value
    /// The template field that says the same; a template that prints the field leaves the term out.
    public var field: String?

    /// Takes every property as it is.
    public init(id: String, name: String? = nil, value: Value, field: String? = nil) {
        self.id = id
        self.name = name
        self.value = value
        self.field = field
    }
}

/// The further terms of a received document, in its order.
public struct FurtherTerms: Sendable, Hashable {
    /// BT-3 where it is another code than that of the invoice's kind, such as 384.
    public var typeCode: String?
    /// Those of the document itself.
    public var document: [FurtherTerm]
    /// Those of the seller (BG-4).
    public var seller: [FurtherTerm]
    /// Those of the buyer (BG-7).
    public var buyer: [FurtherTerm]
    /// Those of each line (BG-25), as many lists as there are lines.
    public var lines: [[FurtherTerm]]

    /// Takes every property as it is.
    public init(
        typeCode: String? = nil, document: [FurtherTerm] = [], seller: [FurtherTerm] = [], buyer: [FurtherTerm] = [],
        lines: [[FurtherTerm]] = []
    ) {
        self.typeCode = typeCode
        self.document = document
        self.seller = seller
        self.buyer = buyer
        self.lines = lines
    }

    /// The same without those that say what one of these fields says.
    public func without(fields: Set<String>) -> FurtherTerms {
        func rest(_ terms: [FurtherTerm]) -> [FurtherTerm] {
            terms.filter { term in term.field.map { !fields.contains($0) } ?? true }
        }
        return FurtherTerms(
            typeCode: typeCode, document: rest(document), seller: rest(seller), buyer: rest(buyer),
            lines: lines.map { $0.isEmpty ? $0 : rest($0) })
    }
}

/// How a received document taxes something where EN 16931-1's seven categories, or a rate to a hundredth, do not do.
public struct ReceivedTax: Sendable, Hashable {
    /// The category as it stands there: IGIC and IPSI (L, M), or a national one such as Serbia's SS, N, OE and R.
    public var code: String
    /// The rate in percent as it stands there; nil where there is none.
    public var percent: ExactDecimal?

    /// Takes both as they are.
    public init(code: String, percent: ExactDecimal? = nil) {
        self.code = code
        self.percent = percent
    }
}

extension VATTreatment {
    /// The category as the document has it: `S`, or the code that was received.
    public var categoryCode: String { received?.code ?? category.rawValue }
}

extension FurtherTerm {
    /// The terms that every label catalogue names, as `<term code="BT-19">`.
    ///
    /// `BT-3:384` is the title of a document with that type code (UNTDID 1001), `BT-8:35` says when VAT is due (UNTDID
    /// 2005), `BT-81:49` how it is paid (UNTDID 4461), `BT-118:L` names a VAT category.
    public static let named: [String] = [
        "BT-6", "BT-7", "BT-8", "BT-9", "BT-10", "BT-11", "BT-12", "BT-13", "BT-14", "BT-15", "BT-16", "BT-17", "BT-18",
        "BT-19", "BT-23", "BT-24", "BT-25", "BT-26", "BT-28", "BT-29", "BT-30-1", "BT-33", "BT-34", "BT-41", "BT-45",
        "BT-46", "BT-49", "BT-59", "BT-60", "BT-61", "BT-62", "BT-63", "BG-12", "BT-69", "BT-71", "BT-72", "BT-73",
        "BT-74", "BT-79", "BT-80", "BT-81", "BT-82", "BT-83", "BT-84", "BT-85", "BT-86", "BT-87", "BT-88", "BT-89",
        "BT-90",
        "BT-91", "BT-94", "BT-106", "BT-107", "BT-108", "BT-112", "BT-120", "BT-121", "BT-122", "BT-123", "BT-124",
        "BT-126", "BT-128", "BT-132", "BT-133",
        "BT-134", "BT-135", "BT-138", "BT-147", "BT-148", "BT-149", "BT-150", "BT-151", "BT-156", "BT-157", "BT-158",
        "BT-159", "BT-160", "BT-161",
        "BT-3:82", "BT-3:261", "BT-3:326", "BT-3:384", "BT-3:388", "BT-3:389", "BT-3:393", "BT-3:395",
        "BT-3:396", "BT-3:751", "BT-3:875", "BT-3:876", "BT-3:877",
        "BT-8:3", "BT-8:35", "BT-8:432", "BT-81:1", "BT-81:20", "BT-81:31", "BT-81:42", "BT-81:49", "BT-81:57",
        "BT-81:59", "BT-81:68", "BT-118:B", "BT-118:L", "BT-118:M", "BT-118:N", "BT-118:OE", "BT-118:R", "BT-118:SS",
    ]
}
