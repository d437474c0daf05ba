extension NumberWords {
    /// Serbian in Cyrillic: 2 to 4 have a form of their own, хиљада and милијарда are feminine.
    static let serbianCyrillic = NumberWords(
        zero: "нула", minus: "минус", and: "и",
        small: [
            "", "", "", "три", "четири", "пет", "шест", "седам", "осам", "девет", "десет", "једанаест", "дванаест",
            "тринаест", "четрнаест", "петнаест", "шеснаест", "седамнаест", "осамнаест", "деветнаест",
        ],
        one: ["један", "једна", "једно"], two: ["два", "две", "два"],
        tens: [
            "двадесет", "тридесет", "четрдесет", "педесет", "шездесет", "седамдесет", "осамдесет", "деведесет",
        ],
        hundreds: [
            "сто", "двеста", "триста", "четиристо", "петсто", "шестсто", "седамсто", "осамсто", "деветсто",
        ],
        powers: [
            CountedNoun(.feminine, "хиљада", "хиљаде", "хиљада"), CountedNoun(.masculine, "милион", "милиона"),
            CountedNoun(.feminine, "милијарда", "милијарде", "милијарди"),
        ],
        joining: .blanks, singular: .endingInOne, hasFew: true, barePowers: 0,
        currencies: [
            "RSD": CountedNoun(.masculine, "динар", "динара"), "MKD": CountedNoun(.masculine, "денар", "денара"),
            "EUR": CountedNoun(.masculine, "евро", "евра"),
            "USD": CountedNoun(.masculine, "амерички долар", "америчка долара", "америчких долара"),
            "CHF": CountedNoun(.masculine, "швајцарски франак", "швајцарска франка", "швајцарских франака"),
            "BAM": CountedNoun(.feminine, "конвертибилна марка", "конвертибилне марке", "конвертибилних марака"),
        ])

    /// Serbian in Latin letters, made of the Cyrillic words: the two scripts are one spelling.
    static let serbianLatin = serbianCyrillic.mapped(SerbianLatin.text(of:))

    private func mapped(_ change: (String) -> String) -> NumberWords {
        func noun(_ noun: CountedNoun) -> CountedNoun {
            CountedNoun(noun.gender, change(noun.one), change(noun.few), change(noun.many))
        }
        return NumberWords(
            zero: change(zero), minus: change(minus), and: change(and), small: small.map(change), one: one.map(change),
            two: two.map(change), tens: tens.map(change), hundreds: hundreds.map(change), powers: powers.map(noun),
            joining: joining, singular: singular, hasFew: hasFew, barePowers: barePowers,
            currencies: currencies.mapValues(noun))
    }
}

/// Serbian Cyrillic in Latin letters.
enum SerbianLatin {
    private static let letters: [Character: String] = [
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "đ", "е": "e", "ж": "ž", "з": "z", "и": "i", "ј": "j",
        "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "ћ": "ć", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "č", "џ": "dž", "ш": "š",
    ]

    /// Writes small letters in the other script; everything else stays.
    static func text(of cyrillic: String) -> String {
        cyrillic.map { letters[$0] ?? String($0) }.joined()
    }
}
