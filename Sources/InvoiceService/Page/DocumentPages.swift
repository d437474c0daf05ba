import Certificates
import Diagnostics
import HTTPServer
import InvoiceModel
import Issuing
import JSONCore
import Ledger

extension Routes {
    /// Issued documents to look at.
    static var documentPages: [Route] {
        [
            page("GET", "/documents", "showDocuments", .page(.read), query: ["issuer", "cursor"]) {
                visit throws(ToolkitError) in try showDocuments(visit)
            },
            page("GET", "/documents/{issuer}/{number}", "showDocument", .page(.read), query: ["page"]) {
                visit throws(ToolkitError) in try showDocument(visit)
            },
            page("GET", "/documents/{issuer}/{number}/{file}", "openDocumentFile", .page(.read), query: ["save"]) {
                visit throws(ToolkitError) in
                let (books, issuer) = try opened(visit.call)
                let found = try books.ledger.document(visit.call.path["number"] ?? "", of: issuer)
                let role = visit.call.path["file"] ?? ""
                var response = try visit.call.documentFile(role, of: found.issued.id, issuer: issuer)
                let kind = visit.call.query("save") == nil ? "inline" : "attachment"
                response.set("Content-Disposition", disposition(kind, "\(found.standing.number).\(role)"))
                return response
            },
        ]
    }

    /// How a file is handed over, with its name (RFC 6266, RFC 8187).
    static func disposition(_ kind: String, _ name: String) -> String {
        "\(kind); filename*=UTF-8''\(escaped(name.replacing("/", with: "-")))"
    }

    static func documentPage(_ issuer: String, _ number: String) -> String {
        "/documents/\(escaped(issuer))/\(escaped(number))"
    }

    static func documentTable(
        _ documents: [(issuer: String, standing: DocumentStanding)], _ title: PageWord, _ visit: Visit
    ) -> HTML {
        let heads: [(String, PageParts.Column)] = [
            (visit.text(.number), .plain), (visit.text(.issued), .plain), (visit.text(.customer), .minor),
            (visit.text(.amount), .number), (visit.text(.outstanding), .minorNumber),
        ]
        return PageParts.table(
            visit.text(title), heads,
            documents.map { issuer, standing in
                let number = standing.number
                return [
                    "<a href=\"\(documentPage(issuer, number))\">\(number)</a>",
                    PageParts.day(standing.issueDate, visit),
                    "<span class=\"name\">\(buyer(of: number, issuer, visit) ?? standing.customer)</span>",
                    PageParts.amount(standing.text(standing.payable), standing.currency, visit),
                    PageParts.amount(standing.text(standing.outstanding), standing.currency, visit),
                ]
            })
    }

    /// The name of the buyer, which is in the document alone.
    private static func buyer(of number: String, _ issuer: String, _ visit: Visit) -> String? {
        guard let found = try? visit.call.books().ledger.document(number, of: issuer),
            let content = try? JSONDocument(parsing: found.content).root
        else { return nil }
        return content["buyer"]?["name"]?.string
    }

    private static func showDocuments(_ visit: Visit) throws(ToolkitError) -> HTTPResponse {
        let frame = PageFrame(visit: visit, current: .documents, title: visit.text(.documents))
        let books = try visit.call.books()
        let issuers = try books.ledger.issuers().filter { visit.call.mayUse($0) }
        guard let issuer = try visit.call.query("issuer") == nil ? issuers.first : visit.call.issuers().first else {
            return frame.response(empty(.noDocuments, visit))
        }
        var filter = DocumentFilter()
        filter.limit = 25
        filter.cursor = visit.call.query("cursor")
        let found = try books.ledger.documents(of: issuer, filter)
        let choice = PageParts.choice("issuer", visit.text(.issuer), issuers.map { ($0, $0) }, issuer)
        let picker: HTML? =
            issuers.count > 1
            ? "<form class=\"row\" action=\"/documents\">\(choice)<button>\(visit.text(.show))</button></form>" : nil
        let more: HTML? = found.cursor.map { cursor in
            let path = "/documents?issuer=\(escaped(issuer))&cursor=\(escaped(cursor))"
            return "<p><a href=\"\(path)\" rel=\"next\">\(visit.text(.older))</a></p>"
        }
        let list =
            found.documents.isEmpty
            ? empty(.noDocuments, visit)
            : documentTable(found.documents.map { (issuer, $0) }, .documents, visit)
        return frame.response("\(picker)\(list)\(more)")
    }

    private static func showDocument(_ visit: Visit) throws(ToolkitError) -> HTTPResponse {
        let (books, issuer) = try opened(visit.call)
        let found = try books.ledger.document(visit.call.path["number"] ?? "", of: issuer)
        let standing = found.standing
        let path = documentPage(issuer, standing.number)
        let content = try JSONDocument(parsing: found.content).root
        let options = DocumentOptions(mark: standing.mark).numbered(standing.number)
        let buyer = content["buyer"]?["name"]?.string ?? standing.customer
        let outstanding = PageParts.amount(standing.text(standing.outstanding), standing.currency, visit)
        return PageFrame(visit: visit, current: .documents, title: standing.number).response(
            """
            <div class="document"><section class="facts" aria-label="\(visit.text(.details))">
            <dl><dt>\(visit.text(.customer))</dt><dd>\(buyer)</dd>
            <dt>\(visit.text(.issuer))</dt><dd>\(content["seller"]?["name"]?.string ?? issuer)</dd>
            <dt>\(visit.text(.issued))</dt><dd>\(PageParts.day(standing.issueDate, visit))</dd>
            <dt>\(visit.text(.amount))</dt><dd>\(PageParts.amount(standing.text(standing.payable), standing.currency, visit))</dd>
            <dt>\(visit.text(.outstanding))</dt><dd>\(outstanding)</dd></dl>
            <p class="row"><a class="button" href="\(path)/pdf">\(visit.text(.openPDF))</a>
            <a class="button" href="\(path)/pdf?save=1">\(visit.text(.downloadPDF))</a>
            <a class="button" href="\(path)/xml?save=1">\(visit.text(.downloadXML))</a></p></section>
            \(preview(found.content, options, standing.number, path, visit))</div>
            """)
    }

    /// One page of a document as a picture, with the way to the others.
    static func preview(
        _ content: [UInt8], _ options: DocumentOptions, _ name: String, _ path: String?, _ visit: Visit
    ) -> HTML {
        let wanted = visit.call.query("page").flatMap { Int($0) } ?? 1
        let picture = Picture()
        do throws(ToolkitError) {
            let outcome = try visit.call.workbench.pictures(of: content, options, dotsPerInch: 96, page: max(1, wanted))
            {
                _, count, png in (picture.bytes, picture.pages) = (png, count)
            }
            guard case .drawn = outcome else { return empty(.noPreview, visit) }
        } catch { return empty(.noPreview, visit) }
        let words = visit.text(.pageOf).replacing("{page}", with: "\(wanted)")
            .replacing("{pages}", with: "\(picture.pages)")
        func link(_ page: Int, _ word: PageWord) -> HTML? {
            guard let path, (1...picture.pages).contains(page) else { return nil }
            return "<a href=\"\(path)?page=\(page)\">\(visit.text(word))</a>"
        }
        return """
            <figure class="sheet"><img alt="\(name): \(words)" src="data:image/png;base64,\(base64(picture.bytes))">
            <figcaption>\(link(wanted - 1, .previous)) \(words) \(link(wanted + 1, .next))</figcaption></figure>
            """
    }

    /// What the drawing hands out.
    private final class Picture {
        var bytes: [UInt8] = []
        var pages = 1
    }

    private static func base64(_ bytes: [UInt8]) -> String { String(decoding: Base64.encode(bytes), as: UTF8.self) }
}
