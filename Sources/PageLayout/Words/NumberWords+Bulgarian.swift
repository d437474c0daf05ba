extension NumberWords {
    /// Bulgarian: the singular stands behind 1 alone, so that 21 is двадесет и един лева.
    static let bulgarian = NumberWords(
        zero: "нула", minus: "минус", and: "и",
        small: [
            "", "", "", "три", "четири", "пет", "шест", "седем", "осем", "девет", "десет", "единадесет", "дванадесет",
            "тринадесет", "четиринадесет", "петнадесет", "шестнадесет", "седемнадесет", "осемнадесет", "деветнадесет",
        ],
        one: ["един", "една", "едно"], two: ["два", "две", "две"],
        tens: [
            "двадесет", "тридесет", "четиридесет", "петдесет", "шестдесет", "седемдесет", "осемдесет", "деветдесет",
        ],
        hundreds: [
            "сто", "двеста", "триста", "четиристотин", "петстотин", "шестстотин", "седемстотин", "осемстотин",
            "деветстотин",
        ],
        powers: [
            CountedNoun(.feminine, "хиляда", "хиляди"), CountedNoun(.masculine, "милион", "милиона"),
            CountedNoun(.masculine, "милиард", "милиарда"),
        ],
        joining: .beforeLast("и"), singular: .oneAlone, hasFew: false, barePowers: 1,
        currencies: [
            "EUR": CountedNoun(.neuter, "евро", "евро"), "BGN": CountedNoun(.masculine, "лев", "лева"),
            "MKD": CountedNoun(.masculine, "денар", "денара"), "RSD": CountedNoun(.masculine, "динар", "динара"),
            "USD": CountedNoun(.masculine, "щатски долар", "щатски долара"),
            "CHF": CountedNoun(.masculine, "швейцарски франк", "швейцарски франка"),
        ])
}
