import InvoiceModel
import PageLayout
import Testing

@Suite("Amounts in words")
struct WordsTests {
    static func words(_ minorUnits: Int, _ code: String, _ language: DocumentLanguage) throws -> String? {
        Money(minorUnits: minorUnits).inWords(of: try #require(Currency(code: code)), in: language)
    }

    /// Whole units, currency, words; first the cases of facts/mk-efaktura.md §5.5 in their order.
    static let macedonianCases: [(Int, String, String)] = [
        (1, "MKD", "еден денар"), (2, "MKD", "два денари"), (3, "MKD", "три денари"),
        (1000, "MKD", "илјада денари"), (2000, "MKD", "две илјади денари"),
        (21_000, "MKD", "дваесет и една илјада денари"), (11_000, "MKD", "единаесет илјади денари"),
        (2_000_000_000, "MKD", "две милијарди денари"), (1_000_000, "MKD", "еден милион денари"),
        (2_000_000, "MKD", "два милиони денари"), (1, "EUR", "едно евро"), (2, "EUR", "две евра"),
        (21, "MKD", "дваесет и еден денар"), (11, "MKD", "единаесет денари"), (19, "MKD", "деветнаесет денари"),
        (60, "MKD", "шеесет денари"), (100, "MKD", "сто денари"), (200, "MKD", "двесте денари"),
        (300, "MKD", "триста денари"), (400, "MKD", "четиристотини денари"), (500, "MKD", "петстотини денари"),
        (600, "MKD", "шестотини денари"), (700, "MKD", "седумстотини денари"), (800, "MKD", "осумстотини денари"),
        (900, "MKD", "деветстотини денари"), (105, "MKD", "сто и пет денари"), (120, "MKD", "сто и дваесет денари"),
        (125, "MKD", "сто дваесет и пет денари"), (1100, "MKD", "илјада и сто денари"),
        (2500, "MKD", "две илјади и петстотини денари"), (121_000, "MKD", "сто дваесет и една илјада денари"),
        (202_123, "MKD", "двесте и две илјади сто дваесет и три денари"),
        (10_000_001, "MKD", "десет милиони и еден денар"), (0, "MKD", "нула денари"),
        (5, "MKD", "пет денари"), (12, "MKD", "дванаесет денари"), (22, "EUR", "дваесет и две евра"),
        (21, "EUR", "дваесет и едно евро"), (101, "MKD", "сто и еден денар"), (111, "MKD", "сто и единаесет денари"),
        (1001, "MKD", "илјада и еден денар"), (1021, "MKD", "илјада дваесет и еден денар"),
        (100_000, "MKD", "сто илјади денари"), (101_000, "MKD", "сто и една илјада денари"),
        (111_000, "MKD", "сто и единаесет илјади денари"), (1_100_000, "MKD", "еден милион и сто илјади денари"),
        (1_001_000, "MKD", "еден милион и илјада денари"), (1_000_000_000, "MKD", "една милијарда денари"),
        (21_000_000, "MKD", "дваесет и еден милион денари"), (1, "RSD", "еден динар"), (2, "RSD", "два динари"),
        (1, "USD", "еден американски долар"), (2, "USD", "два американски долари"),
        (
            999_999_999_999, "EUR",
            "деветстотини деведесет и девет милијарди деветстотини деведесет и девет милиони деветстотини деведесет "
                + "и девет илјади деветстотини деведесет и девет евра"
        ),
    ]
    @Test("Macedonian", arguments: macedonianCases)
    func macedonian(units: Int, currency: String, words: String) throws {
        #expect(try Self.words(units * 100, currency, .macedonian) == words)
    }

    static let serbianCases: [(Int, String, String)] = [
        (0, "RSD", "нула динара"), (1, "RSD", "један динар"), (2, "RSD", "два динара"), (5, "RSD", "пет динара"),
        (11, "RSD", "једанаест динара"), (12, "RSD", "дванаест динара"), (21, "RSD", "двадесет један динар"),
        (22, "RSD", "двадесет два динара"), (100, "RSD", "сто динара"), (101, "RSD", "сто један динар"),
        (105, "RSD", "сто пет динара"), (125, "RSD", "сто двадесет пет динара"),
        (1000, "RSD", "једна хиљада динара"), (1001, "RSD", "једна хиљада један динар"),
        (2000, "RSD", "две хиљаде динара"), (5000, "RSD", "пет хиљада динара"),
        (12_000, "RSD", "дванаест хиљада динара"), (21_000, "RSD", "двадесет једна хиљада динара"),
        (1_000_000, "RSD", "један милион динара"), (2_000_000, "RSD", "два милиона динара"),
        (1_000_000_000, "RSD", "једна милијарда динара"), (2_000_000_000, "RSD", "две милијарде динара"),
        (5_000_000_000, "RSD", "пет милијарди динара"), (3, "EUR", "три евра"), (1, "MKD", "један денар"),
        (1, "USD", "један амерички долар"), (3, "USD", "три америчка долара"), (5, "USD", "пет америчких долара"),
        (2, "BAM", "две конвертибилне марке"),
    ]
    @Test("Serbian in Cyrillic", arguments: serbianCases)
    func serbian(units: Int, currency: String, words: String) throws {
        #expect(try Self.words(units * 100, currency, .serbianCyrillic) == words)
    }

    static let otherCases: [(DocumentLanguage, Int, String, String)] = [
        (.serbianLatin, 1_254, "RSD", "jedna hiljada dvesta pedeset četiri dinara"),
        (.serbianLatin, 16, "RSD", "šesnaest dinara"), (.serbianLatin, 3_000_000, "EUR", "tri miliona evra"),
        (.croatian, 1, "EUR", "jedan euro"), (.croatian, 2, "EUR", "dva eura"), (.croatian, 5, "EUR", "pet eura"),
        (.croatian, 2_202, "EUR", "dvije tisuće dvjesto dva eura"),
        (.croatian, 21_000, "EUR", "dvadeset jedna tisuća eura"),
        (.croatian, 1_000_000, "EUR", "jedan milijun eura"),
        (.bulgarian, 1, "EUR", "едно евро"), (.bulgarian, 21, "MKD", "двадесет и един денара"),
        (.bulgarian, 125, "EUR", "сто двадесет и пет евро"), (.bulgarian, 1_100, "EUR", "хиляда и сто евро"),
        (.bulgarian, 21_000, "EUR", "двадесет и една хиляди евро"), (.bulgarian, 2_000_000, "EUR", "два милиона евро"),
        (.albanian, 1, "MKD", "një denar"), (.albanian, 125, "MKD", "njëqind e njëzet e pesë denarë"),
        (.albanian, 2_345, "EUR", "dy mijë e treqind e dyzet e pesë euro"),
        (.albanian, 2_000_000, "ALL", "dy milionë lekë"),
        (.english, 0, "EUR", "zero euros"), (.english, 1, "EUR", "one euro"), (.english, 11, "EUR", "eleven euros"),
        (.english, 21, "USD", "twenty-one US dollars"), (.english, 100, "EUR", "one hundred euros"),
        (.english, 101, "EUR", "one hundred and one euros"),
        (.english, 125, "EUR", "one hundred and twenty-five euros"),
        (.english, 1_001, "EUR", "one thousand and one euros"),
        (.english, 1_100, "EUR", "one thousand one hundred euros"),
        (.english, 21_000, "MKD", "twenty-one thousand Macedonian denars"),
        (.english, 125_340, "RSD", "one hundred and twenty-five thousand three hundred and forty Serbian dinars"),
        (.english, 1_000_000, "EUR", "one million euros"), (.english, 2_000_000, "EUR", "two million euros"),
        (.english, 1_000_000_000, "EUR", "one billion euros"),
    ]
    @Test("the other languages", arguments: otherCases)
    func others(language: DocumentLanguage, units: Int, currency: String, words: String) throws {
        #expect(try Self.words(units * 100, currency, language) == words)
    }

    /// Minor units, so that fractions and signs come in.
    static let partCases: [(DocumentLanguage, Int, String, String?)] = [
        (.macedonian, 12_550, "MKD", "сто дваесет и пет денари и 50/100"),
        (.macedonian, 105, "MKD", "еден денар и 05/100"), (.macedonian, 7, "EUR", "нула евра и 07/100"),
        (.macedonian, -2_100, "MKD", "минус дваесет и еден денар"),
        (.serbianCyrillic, -150, "RSD", "минус један динар и 50/100"), (.croatian, 199, "EUR", "jedan euro i 99/100"),
        (.english, 199, "EUR", "one euro and 99/100"), (.albanian, 199, "EUR", "një euro e 99/100"),
        // A currency without a name is its code; its minor unit may have no digits, or three.
        (.macedonian, 12_550, "CAD", "сто дваесет и пет CAD и 50/100"),
        (.english, 125, "JPY", "one hundred and twenty-five JPY"),
        (.english, 1_005, "KWD", "one KWD and 005/1000"),
        // Above the names that all languages agree about there are none.
        (.macedonian, 100_000_000_000_000, "MKD", nil), (.english, Int.min, "EUR", nil),
        (.english, Int.max, "JPY", nil),
    ]
    @Test("fractions, signs, codes and limits", arguments: partCases)
    func parts(language: DocumentLanguage, minorUnits: Int, currency: String, words: String?) throws {
        #expect(try Self.words(minorUnits, currency, language) == words)
    }

    @Test(
        "every number below a thousand has words of its own, without empty ones", arguments: DocumentLanguage.allCases)
    func distinct(language: DocumentLanguage) throws {
        let all = try (0..<1000).map { try #require(try Self.words($0 * 100, "EUR", language)) }
        #expect(Set(all).count == 1000)
        #expect(!all.contains { $0.contains("  ") || $0.hasPrefix(" ") })
    }
}
