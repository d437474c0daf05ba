"""Makes the fixtures again: python make.py, with reportlab, weasyprint and fpdf2 installed."""
import datetime

from reportlab.pdfgen import canvas
from weasyprint import HTML, Attachment
import fpdf

page = canvas.Canvas("reportlab.pdf", pagesize=(300, 200), invariant=1)
page.setFont("Helvetica", 12)
page.drawString(40, 150, "Invoice 2026-001")
page.setFont("Times-Bold", 10)
page.drawString(40, 130, "Café Zürich – 1.234,56 €")
page.drawRightString(260, 130, "(1) \\ end")
text = page.beginText(40, 100)
text.setFont("Courier", 9)
text.setLeading(11)
text.textLines("first line\nsecond line")
page.drawText(text)
page.showPage()
page.drawString(40, 100, "page two")
page.save()

HTML(string="""<html lang="mk"><head><title>Фактура</title><style>@page { size: A5; margin: 15mm;
@bottom-center { content: "Страна " counter(page) } } body { font: 10pt "Noto Sans" } td { padding: 2mm }</style></head>
<body><h1>Фактура 7/2026</h1><p>Купувач: <b>Ѓорѓи</b>: Ќосев</p>
<table><thead><tr><th>Опис</th><th>Износ</th></tr></thead><tbody>
<tr><td>Столица со наслон, многу долг опис кој се крши во повеќе редови на оваа страница</td><td>1.234,50</td></tr>
<tr><td colspan="2">Вкупно 1.234,50 ден.</td></tr></tbody></table></body></html>""").write_pdf(
    "weasyprint.pdf", pdf_variant="pdf/ua-1", pdf_identifier=b"pechat",
    attachments=[Attachment(string="<a>Ѓ</a>", name="прилог.xml", description="an attachment")])

document = fpdf.FPDF(format="A5")
document.set_creation_date(datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc))
document.add_page()
document.add_font("noto", "", "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf")
document.set_font("noto", size=10)
document.cell(text="Количина 391,4 Ћирилица ΑΩ")
document.ln()
document.multi_cell(0, text="Овој текст стои во повеќе редови и се крши таму каде што нема повеќе место.")
document.output("fpdf2.pdf")
