import XMLCore

extension XMLSignature {
    /// The references to what was signed, without that to the properties.
    var dataReferences: [SignatureReference] {
        references.filter { reference in properties.map { reference.target != .element($0) } ?? true }
    }

    /// Whether a reference means everything but signatures: all of the document; or, where there is nothing around the
    /// signature, an object in it or a file.
    ///
    /// An enveloping or detached signature inside of another document says nothing about that document, though it would
    /// be found there.
    func isComplete(_ reference: SignatureReference) -> Bool {
        switch reference.target {
        case .document: true
        case .element(let element): element == document.root || placement == .root && objects.contains(element)
        case .outside: placement == .root
        }
    }

    /// Refuses references that would leave the properties or the document without protection.
    func checkReferences() throws(VerificationStop) {
        let ofProperties = references.filter(\.isOfProperties)
        if let properties {
            guard ofProperties.count == 1, ofProperties[0].target == .element(properties) else {
                throw ofProperties.isEmpty
                    ? SignatureReference.refused(
                        "The signature does not cover its own properties, such as its certificate.", information)
                    : SignatureReference.refused(
                        "The reference to the signed properties does not lead to those of this signature.",
                        ofProperties[0].element)
            }
            guard ofProperties[0].omission == nil, !ofProperties[0].decodesBase64 else {
                throw SignatureReference.refused(
                    "The signed properties are transformed in a way that is not accepted.", ofProperties[0].element)
            }
        } else if let lost = ofProperties.first {
            throw SignatureReference.refused("The signed properties are not there.", lost.element)
        }
        let data = dataReferences
        guard !data.isEmpty else {
            throw SignatureReference.refused("The signature does not cover the document.", information)
        }
        for reference in data where reference.omission != nil {
            try checkOmission(of: reference)
        }
        guard placement == .ubl else { return }
        guard data.count == 1, data[0].target == .document, !data[0].decodesBase64 else {
            throw SignatureReference.refused(
                "The signature refers to something else than the document and its own properties.",
                data.last?.element ?? information)
        }
        guard data[0].omission != nil else {
            throw SignatureReference.refused("The document is transformed in a way that is not accepted.", information)
        }
    }

    private func checkOmission(of reference: SignatureReference) throws(VerificationStop) {
        let isWhole = reference.target == .document || reference.target == .element(document.root)
        // Without the signature nothing would be left of a document that is one.
        guard isWhole, placement != .root, reference.omission != .slot || slot != nil else {
            throw SignatureReference.refused(
                "The document is transformed in a way that is not accepted.", reference.element)
        }
    }

    /// Refuses content in the places that no reference covers: the signature itself, and the slot around it.
    ///
    /// A reader that looks for an amount anywhere in the document would find the forged one there first.
    func refuseForeignContent() throws(VerificationStop) {
        let covered = references.compactMap { reference -> XMLElement? in
            if case .element(let element) = reference.target { element } else { nil }
        }
        for object in objects where !covered.contains(object) {
            let isOfProperties = qualifying.map { object.elements == [$0] } ?? false
            guard isOfProperties || object.elements.contains(where: covered.contains) && object.elements.count == 1
            else { throw Self.malformed("The signature holds an Object that it does not cover.", object) }
        }
        var open = signature.elements.filter { $0 != information }
        while let element = open.popLast() {
            if covered.contains(element) { continue }
            guard SignatureNames.isOfSignatures(element.namespace) else {
                throw Self.malformed("Content stands inside the signature, where nothing protects it.", element)
            }
            // Countersignatures are signatures of their own over this one.
            if element.isDSig("Signature"), element.parent?.name != "CounterSignature" {
                throw Self.malformed("A signature stands inside another one.", element)
            }
            if !element.isDSig("Signature") { open += element.elements }
        }
    }

    /// `sig:UBLDocumentSignatures`, if the signature is exactly where UBL wants it.
    static func slot(of signature: XMLElement, in document: XMLDocument) throws(VerificationStop) -> XMLElement {
        let misplaced = VerificationStop.failed(
            .formatFailure, "signature.misplaced", "There is no signature in the UBL slot; it stands elsewhere.",
            fix: "The signature belongs into ext:UBLExtensions, the first element of the document.",
            at: signature.place)
        let steps = [
            ("SignatureInformation", SignatureNames.signatureAggregates),
            ("UBLDocumentSignatures", SignatureNames.signatures), ("ExtensionContent", SignatureNames.extensions),
            ("UBLExtension", SignatureNames.extensions), ("UBLExtensions", SignatureNames.extensions),
        ]
        var element = signature
        var slot = signature
        for (name, namespace) in steps {
            guard let parent = element.parent, parent.name == name, parent.namespace == namespace else {
                throw misplaced
            }
            // Content beside the slot would be a second extension in disguise; signatures may stand side by side.
            let isRow = name == "UBLExtensions" || name == "UBLDocumentSignatures"
            guard isRow || parent.all(element.name, namespace: element.namespace).count == 1 else { throw misplaced }
            if name == "UBLDocumentSignatures" { slot = parent }
            element = parent
        }
        guard element.parent == document.root, document.root.elements.first == element,
            document.root.all("UBLExtensions", namespace: SignatureNames.extensions).count == 1
        else { throw misplaced }
        let labels = ["ID", "ReferencedSignatureID"]
        for information in slot.elements {
            guard information.name == "SignatureInformation",
                information.namespace == SignatureNames.signatureAggregates
            else { throw malformed("The signature slot holds something else than a signature.", information) }
            for part in information.elements where !part.isDSig("Signature") {
                guard labels.contains(part.name), part.elements.isEmpty,
                    part.namespace?.hasPrefix(SignatureNames.ublPrefix) == true
                else { throw malformed("The signature slot holds something else than a signature.", part) }
            }
        }
        return slot
    }
}
