extension NumberWords {
    /// English as it is written in Europe: one hundred and twenty-five.
    static let english = NumberWords(
        zero: "zero", minus: "minus", and: "and",
        small: [
            "", "", "", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
            "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ],
        one: ["one", "one", "one"], two: ["two", "two", "two"],
        tens: ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        hundreds: [
            "one hundred", "two hundred", "three hundred", "four hundred", "five hundred", "six hundred",
            "seven hundred", "eight hundred", "nine hundred",
        ],
        powers: [
            CountedNoun(.masculine, "thousand", "thousand"), CountedNoun(.masculine, "million", "million"),
            CountedNoun(.masculine, "billion", "billion"),
        ],
        joining: .english, singular: .oneAlone, hasFew: false, barePowers: 0,
        currencies: [
            "MKD": CountedNoun(.masculine, "Macedonian denar", "Macedonian denars"),
            "RSD": CountedNoun(.masculine, "Serbian dinar", "Serbian dinars"),
            "EUR": CountedNoun(.masculine, "euro", "euros"),
            "USD": CountedNoun(.masculine, "US dollar", "US dollars"),
            "GBP": CountedNoun(.masculine, "pound sterling", "pounds sterling"),
            "CHF": CountedNoun(.masculine, "Swiss franc", "Swiss francs"),
            "ALL": CountedNoun(.masculine, "Albanian lek", "Albanian lek"),
            "BAM": CountedNoun(.masculine, "convertible mark", "convertible marks"),
        ])
}
