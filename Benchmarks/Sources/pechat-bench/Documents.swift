/// Invoices to measure with: realistic Macedonian text, every document different.
struct Documents {
    let lines: Int

    private static let items: [(name: String, unit: String, price: Int, rate: Int)] = [
        ("Лаптоп Lenovo ThinkPad E14, 14\\\" WUXGA, 16 GB RAM, македонска тастатура", "H87", 5_499_000, 18),
        ("Монитор Dell P2723QE, 27\\\", 4K UHD, USB-C напојување 90 W", "H87", 3_125_000, 18),
        ("Тастатура безжична со кирилични ознаки (Ѓѓ, Ќќ, Ѕѕ, Џџ, Љљ, Њњ, Јј)", "H87", 239_000, 18),
        ("Глувче оптичко, ергономско, USB", "H87", 89_000, 18),
        ("Кабел UTP Cat 6, надворешен, двојно оклопен", "MTR", 3850, 18),
        ("Инсталација и тестирање на работни станици на локација на купувачот", "HUR", 145_000, 18),
        ("Месечно одржување на серверска инфраструктура според договор", "MON", 2_860_000, 18),
        ("Хартија за печатење A4, 80 g/m², 500 листа", "RM", 24_500, 18),
        ("Тонер HP 117A, црн, оригинален", "H87", 312_000, 18),
        ("Учебник „Основи на сметководството“, второ дополнето издание", "H87", 62_000, 5),
        ("Збирка решени задачи по даночно право и ДДВ", "H87", 48_000, 5),
        ("Пченично брашно тип 400, вреќа 25 kg", "KGM", 3240, 5),
        ("Ѓеврек со сусам, свежо печен (кутија од 40 парчиња)", "XCT", 72_000, 5),
        ("Џем од шумски овошја без додаден шеќер, тегла 370 g", "H87", 18_990, 5),
        ("Угостителска услуга: службен ручек, мени „Љубојно“", "C62", 1_080_000, 10),
        ("Кетеринг за обука (кафе-пауза, безалкохолни пијалаци и ќебапи)", "H87", 45_000, 10),
        ("Лиценца за канцелариски софтвер, 12 месеци, по корисник", "H87", 894_000, 18),
        ("Годишна претплата за софтвер за е-Фактура, пакет „Професионален“", "ANN", 1_799_000, 18),
        ("Превоз и достава Скопје – Охрид (комбе до 1,5 t)", "KMT", 2900, 18),
        ("Работно биро 160 × 80 cm, даб сонома, со метална конструкција", "H87", 965_000, 18),
    ]

    /// The JSON of one document.
    ///
    /// - Parameter index: Which one; another index gives other words, quantities, prices and sums.
    /// - Returns: UTF-8.
    func json(_ index: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2048 + 360 * lines)
        var text = """
            {"kind":"invoice","number":"FAK-2026-\(index + 1)","issueDate":"2026-11-20","supplyDate":"2026-11-18",\
            "dueDate":"2026-12-20","currency":"MKD","language":"mk","seller":{"name":"Вардар Технологии ДООЕЛ Скопје",\
            "taxNumber":"4030995135699","vatNumber":"МК4030995135699","registrationNumber":"7312458","address":\
            {"street":"бул. „Партизански Одреди“","number":"102/3-15","city":"Скопје","postalCode":"1000","country":"MK"},\
            "contact":{"name":"Елена Ѓорѓиевска","phone":"+389 2 3123 456","email":"smetki@vardar.example"},"accounts":\
            [{"account":"200003332266115","iban":"MK07200003332266115","bic":"STOBMK2X","bank":"Стопанска банка АД Скопје"}],\
            "vatPayer":true},"buyer":{"name":"Џамбо Маркет – Љубчо Ќосев и др. ДОО подружница \(index)",\
            "taxNumber":"4058018530158","address":{"street":"ул. „Никола Ѕвездин“","number":"\(index % 200 + 1)",\
            "city":"Скопје","postalCode":"1060","country":"MK"}},"payment":{"means":"30","reference":"FAK-2026-\(index + 1)",\
            "terms":[{"percent":"100","days":30}]},"references":{"order":"НАР-2026/\(index)"},"lines":[
            """
        for line in 0..<lines {
            let item = Self.items[(line + index) % Self.items.count]
            let serial = (index &* 7919 &+ line &* 104_729) % 9000 + 1000
            let price = item.price + serial % 97
            let quantity = "\(serial % 24 + 1)" + (line % 5 == 4 ? ".\(serial % 9 + 1)" : "")
            let name = line % 3 == 0 ? "\(item.name), \(serial)" : item.name
            text += """
                \(line == 0 ? "" : ","){"id":"\(line + 1)","item":{"name":"\(name)","code":"АРТ-\(serial)"},\
                "quantity":"\(quantity)","unit":"\(item.unit)","price":"\(price / 100).\(price % 100 < 10 ? "0" : "")\(price % 100)",\
                "vat":{"category":"S","rate":"\(item.rate)"}
                """
            if line % 4 == 0 {
                text +=
                    ",\"discounts\":[{\"percent\":\"\(line % 8 == 0 ? "10" : "2.5")\",\"reason\":\"Рабат\",\"code\":\"95\"}]"
            }
            text += "}"
            bytes += text.utf8
            text = ""
        }
        bytes += "],\"notes\":[\"Стоката е испорачана по испратница ИСП-2026/\(index).\"]}".utf8
        return bytes
    }
}
