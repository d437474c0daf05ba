extension NumberWords {
    /// Macedonian: денар and милион are masculine, илјада and милијарда feminine, евро neuter.
    ///
    /// 21 is followed by the singular, 11 is not. Source: facts/mk-efaktura.md §5.5.
    static let macedonian = NumberWords(
        zero: "нула", minus: "минус", and: "и",
        small: [
            "", "", "", "три", "четири", "пет", "шест", "седум", "осум", "девет", "десет", "единаесет", "дванаесет",
            "тринаесет", "четиринаесет", "петнаесет", "шеснаесет", "седумнаесет", "осумнаесет", "деветнаесет",
        ],
        one: ["еден", "една", "едно"], two: ["два", "две", "две"],
        tens: [
            "дваесет", "триесет", "четириесет", "педесет", "шеесет", "седумдесет", "осумдесет", "деведесет",
        ],
        hundreds: [
            "сто", "двесте", "триста", "четиристотини", "петстотини", "шестотини", "седумстотини", "осумстотини",
            "деветстотини",
        ],
        powers: [
            CountedNoun(.feminine, "илјада", "илјади"), CountedNoun(.masculine, "милион", "милиони"),
            CountedNoun(.feminine, "милијарда", "милијарди"),
        ],
        joining: .beforeLast("и"), singular: .endingInOne, hasFew: false, barePowers: 1,
        currencies: [
            "MKD": CountedNoun(.masculine, "денар", "денари"), "RSD": CountedNoun(.masculine, "динар", "динари"),
            "EUR": CountedNoun(.neuter, "евро", "евра"),
            "USD": CountedNoun(.masculine, "американски долар", "американски долари"),
            "CHF": CountedNoun(.masculine, "швајцарски франк", "швајцарски франци"),
        ])
}
