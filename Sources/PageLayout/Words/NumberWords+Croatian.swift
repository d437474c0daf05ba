extension NumberWords {
    /// Croatian: tisuća and milijun where Serbian has hiljada and milion.
    static let croatian = NumberWords(
        zero: "nula", minus: "minus", and: "i",
        small: [
            "", "", "", "tri", "četiri", "pet", "šest", "sedam", "osam", "devet", "deset", "jedanaest", "dvanaest",
            "trinaest", "četrnaest", "petnaest", "šesnaest", "sedamnaest", "osamnaest", "devetnaest",
        ],
        one: ["jedan", "jedna", "jedno"], two: ["dva", "dvije", "dva"],
        tens: [
            "dvadeset", "trideset", "četrdeset", "pedeset", "šezdeset", "sedamdeset", "osamdeset", "devedeset",
        ],
        hundreds: [
            "sto", "dvjesto", "tristo", "četiristo", "petsto", "šeststo", "sedamsto", "osamsto", "devetsto",
        ],
        powers: [
            CountedNoun(.feminine, "tisuća", "tisuće", "tisuća"), CountedNoun(.masculine, "milijun", "milijuna"),
            CountedNoun(.feminine, "milijarda", "milijarde", "milijardi"),
        ],
        joining: .blanks, singular: .endingInOne, hasFew: true, barePowers: 0,
        currencies: [
            "EUR": CountedNoun(.masculine, "euro", "eura"), "MKD": CountedNoun(.masculine, "denar", "denara"),
            "RSD": CountedNoun(.masculine, "dinar", "dinara"),
            "USD": CountedNoun(.masculine, "američki dolar", "američka dolara", "američkih dolara"),
            "CHF": CountedNoun(.masculine, "švicarski franak", "švicarska franka", "švicarskih franaka"),
            "BAM": CountedNoun(.feminine, "konvertibilna marka", "konvertibilne marke", "konvertibilnih maraka"),
        ])
}
