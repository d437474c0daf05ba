import CXML
import Diagnostics

/// What libxml2 says is wrong, in our words.
enum XMLParserError {
    /// Turns an error code of libxml2 into an error with a place and a remedy.
    static func malformed(_ code: Int32, at place: SourcePlace?) -> ToolkitError {
        let (message, fix) = words(for: xmlParserErrors(rawValue: UInt32(bitPattern: code)))
        return ToolkitError(
            .xmlMalformed, message, fix: fix, place: place, facts: ["libxml2": String(code)])
    }

    private static func words(for code: xmlParserErrors) -> (message: String, fix: String) {
        switch code {
        case XML_ERR_DOCUMENT_EMPTY:
            ("This is not XML: it is empty, or does not begin with `<`.", "Give an XML document.")
        case XML_ERR_DOCUMENT_END: ("There is more text after the end of the root element.", "Keep one root element.")
        case XML_ERR_TAG_NAME_MISMATCH:
            ("An end tag does not match the start tag.", "Close the elements in the order in which they were opened.")
        case XML_ERR_TAG_NOT_FINISHED:
            ("The document ends before all elements are closed.", "Check that the file is complete.")
        case XML_ERR_INVALID_CHAR, XML_ERR_INVALID_CHARREF:
            ("A character stands here that XML does not allow.", "Remove the control character.")
        case XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY:
            ("An entity is used that is not declared.", "Only &amp; &lt; &gt; &quot; &apos; and &#…; can be used.")
        case XML_ERR_ENTITYREF_SEMICOL_MISSING, XML_ERR_NAME_REQUIRED:
            ("A name is missing, or a bare `&` stands here.", "Write `&` as &amp; in text.")
        case XML_ERR_LT_IN_ATTRIBUTE: ("`<` stands inside an attribute.", "Write it as &lt;.")
        case XML_ERR_ATTRIBUTE_REDEFINED, XML_NS_ERR_ATTRIBUTE_REDEFINED:
            ("An attribute is given twice.", "Keep one of them.")
        case XML_ERR_ATTRIBUTE_NOT_STARTED, XML_ERR_ATTRIBUTE_NOT_FINISHED, XML_ERR_ATTRIBUTE_WITHOUT_VALUE:
            ("The value of an attribute is missing or not closed.", "Write name=\"value\".")
        case XML_NS_ERR_UNDEFINED_NAMESPACE:
            ("A prefix is used that no namespace declaration explains.", "Declare it with xmlns:prefix=\"…\".")
        case XML_ERR_MISPLACED_CDATA_END: ("`]]>` stands in text.", "Write it as ]]&gt;.")
        case XML_ERR_GT_REQUIRED: ("A tag is not closed with `>`.", "Close the tag.")
        case XML_ERR_COMMENT_NOT_FINISHED, XML_ERR_HYPHEN_IN_COMMENT:
            ("A comment is not closed, or `--` stands inside it.", "Close it with -->.")
        case XML_ERR_NO_MEMORY: ("The XML library ran out of memory.", "Give a smaller document.")
        default: ("The document is not well-formed XML.", "Open it in an XML editor; it shows the place.")
        }
    }
}
