import Testing

@testable import Certificates

@Suite("Tax numbers in a certificate")
struct TaxNumberTests {
    @Test(
        "are found with their scheme, and without one by their check digit",
        arguments: [
            ("VATMK-4030995135699", true, ["4030995135699"]),
            ("TINRS-123456789", true, ["123456789"]),  // the scheme vouches for it
            ("NTRMK-4030995135699", true, ["4030995135699"]),
            ("NTRMK-4030995135698", true, []),  // a registry number is no tax number
            ("NTRRS-100001159", true, ["100001159"]),
            ("MK4030995135699", true, ["4030995135699"]),
            ("ЕДБ 4030995135699, Скопје", false, ["4030995135699"]),
            ("ЕДБ 4030995135698", false, []),
            ("VATRS-123456789", false, []),  // OU is no place for a scheme
            ("ПИБ 100001159 и 4030995135699", false, ["100001159", "4030995135699"]),
            ("ПИБ 100001158", false, []),
            ("40309951356990", false, []),
            ("", true, []), ("VATMK-", true, []), ("VATMK", true, []),
        ])
    func found(value: String, isIdentifier: Bool, numbers: [String]) {
        #expect(Certificate.taxNumbers(in: value, isIdentifier: isIdentifier) == numbers)
    }

    /// 0101980450008 and 3112950710008 have the check digit, which personal and tax numbers share.
    @Test(
        "are not personal numbers: PNO and its sisters, and whatever begins with a date of birth",
        arguments: [
            "PNOMK-0101980450008", "PNORS-3112950710008", "PNOMK-4030995135699", "IDCRS-100001159", "PASMK-100001159",
            "VATMK-0101980450008", "TINRS-3112950710008", "0101980450008", "ЕМБГ 0101980450008",
        ])
    func personal(value: String) {
        #expect(Certificate.taxNumbers(in: value, isIdentifier: true) == [])
        #expect(Certificate.taxNumbers(in: value, isIdentifier: false) == [])
    }
}
