extension NumberWords {
    /// Albanian: `e` between all elements; numerals of money are masculine.
    static let albanian = NumberWords(
        zero: "zero", minus: "minus", and: "e",
        small: [
            "", "", "", "tre", "katër", "pesë", "gjashtë", "shtatë", "tetë", "nëntë", "dhjetë", "njëmbëdhjetë",
            "dymbëdhjetë", "trembëdhjetë", "katërmbëdhjetë", "pesëmbëdhjetë", "gjashtëmbëdhjetë", "shtatëmbëdhjetë",
            "tetëmbëdhjetë", "nëntëmbëdhjetë",
        ],
        one: ["një", "një", "një"], two: ["dy", "dy", "dy"],
        tens: [
            "njëzet", "tridhjetë", "dyzet", "pesëdhjetë", "gjashtëdhjetë", "shtatëdhjetë", "tetëdhjetë", "nëntëdhjetë",
        ],
        hundreds: [
            "njëqind", "dyqind", "treqind", "katërqind", "pesëqind", "gjashtëqind", "shtatëqind", "tetëqind",
            "nëntëqind",
        ],
        powers: [
            CountedNoun(.masculine, "mijë", "mijë"), CountedNoun(.masculine, "milion", "milionë"),
            CountedNoun(.masculine, "miliard", "miliardë"),
        ],
        joining: .everywhere("e"), singular: .oneAlone, hasFew: false, barePowers: 0,
        currencies: [
            "MKD": CountedNoun(.masculine, "denar", "denarë"), "RSD": CountedNoun(.masculine, "dinar", "dinarë"),
            "EUR": CountedNoun(.masculine, "euro", "euro"), "ALL": CountedNoun(.masculine, "lek", "lekë"),
            "USD": CountedNoun(.masculine, "dollar amerikan", "dollarë amerikanë"),
        ])
}
