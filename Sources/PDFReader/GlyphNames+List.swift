// Generated from the Adobe Glyph List by the names of fontTools' `agl`; the names and numbers are facts of the list.

extension GlyphNames {
    /// Pairs of a glyph name and its character in hexadecimal.
    static let list: StaticString = """
        A 41 AE C6 AEacute 1FC AEmacron 1E2 Aacute C1 Abreve 102 Abrevecyrillic 4D0 Acaron 1CD Acircumflex C2 \
        Acyrillic 410 Adblgrave 200 Adieresis C4 Adieresiscyrillic 4D2 Adieresismacron 1DE Adotmacron 1E0 Agrave C0 \
        Aiecyrillic 4D4 Ainvertedbreve 202 Alpha 391 Alphatonos 386 Amacron 100 Aogonek 104 Aring C5 Aringacute 1FA \
        Atilde C3 B 42 Becyrillic 411 Beta 392 Bhook 181 Btopbar 182 C 43 Cacute 106 Ccaron 10C Ccedilla C7 \
        Ccircumflex 108 Cdot 10A Cdotaccent 10A Cheabkhasiancyrillic 4BC Checyrillic 427 \
        Chedescenderabkhasiancyrillic 4BE Chedescendercyrillic 4B6 Chedieresiscyrillic 4F4 Chekhakassiancyrillic 4CB \
        Cheverticalstrokecyrillic 4B8 Chi 3A7 Chook 187 D 44 DZ 1F1 DZcaron 1C4 Dafrican 189 Dcaron 10E Dcroat 110 \
        Decyrillic 414 Deicoptic 3EE Delta 2206 Deltagreek 394 Dhook 18A Digammagreek 3DC Djecyrillic 402 Dslash 110 \
        Dtopbar 18B Dz 1F2 Dzcaron 1C5 Dzeabkhasiancyrillic 4E0 Dzecyrillic 405 Dzhecyrillic 40F E 45 Eacute C9 \
        Ebreve 114 Ecaron 11A Ecircumflex CA Ecyrillic 404 Edblgrave 204 Edieresis CB Edot 116 Edotaccent 116 \
        Efcyrillic 424 Egrave C8 Einvertedbreve 206 Elcyrillic 41B Emacron 112 Emcyrillic 41C Encyrillic 41D \
        Endescendercyrillic 4A2 Eng 14A Enghecyrillic 4A4 Enhookcyrillic 4C7 Eogonek 118 Eopen 190 Epsilon 395 \
        Epsilontonos 388 Ercyrillic 420 Ereversed 18E Ereversedcyrillic 42D Escyrillic 421 Esdescendercyrillic 4AA \
        Esh 1A9 Eta 397 Etatonos 389 Eth D0 Euro 20AC Ezh 1B7 Ezhcaron 1EE Ezhreversed 1B8 F 46 Feicoptic 3E4 Fhook 191 \
        G 47 Gacute 1F4 Gamma 393 Gammaafrican 194 Gangiacoptic 3EA Gbreve 11E Gcaron 1E6 Gcedilla 122 Gcircumflex 11C \
        Gcommaaccent 122 Gdot 120 Gdotaccent 120 Gecyrillic 413 Ghemiddlehookcyrillic 494 Ghestrokecyrillic 492 \
        Gheupturncyrillic 490 Ghook 193 Gjecyrillic 403 Gstroke 1E4 H 48 H18533 25CF Haabkhasiancyrillic 4A8 \
        Hadescendercyrillic 4B2 Hardsigncyrillic 42A Hbar 126 Hcircumflex 124 Horicoptic 3E8 I 49 IAcyrillic 42F IJ 132 \
        IUcyrillic 42E Iacute CD Ibreve 12C Icaron 1CF Icircumflex CE Icyrillic 406 Idblgrave 208 Idieresis CF \
        Idieresiscyrillic 4E4 Idot 130 Idotaccent 130 Iebrevecyrillic 4D6 Iecyrillic 415 Igrave CC Iicyrillic 418 \
        Iinvertedbreve 20A Iishortcyrillic 419 Imacron 12A Imacroncyrillic 4E2 Iocyrillic 401 Iogonek 12E Iota 399 \
        Iotaafrican 196 Iotadieresis 3AA Iotatonos 38A Istroke 197 Itilde 128 J 4A Jcircumflex 134 Jecyrillic 408 K 4B \
        Kabashkircyrillic 4A0 Kacyrillic 41A Kadescendercyrillic 49A Kahookcyrillic 4C3 Kappa 39A Kastrokecyrillic 49E \
        Kaverticalstrokecyrillic 49C Kcaron 1E8 Kcedilla 136 Kcommaaccent 136 Khacyrillic 425 Kheicoptic 3E6 Khook 198 \
        Kjecyrillic 40C Koppagreek 3DE L 4C LJ 1C7 Lacute 139 Lambda 39B Lcaron 13D Lcedilla 13B Lcommaaccent 13B \
        Ldot 13F Ldotaccent 13F Lj 1C8 Ljecyrillic 409 Lslash 141 M 4D Mturned 19C Mu 39C N 4E NJ 1CA Nacute 143 \
        Ncaron 147 Ncedilla 145 Ncommaaccent 145 Nhookleft 19D Nj 1CB Njecyrillic 40A Ntilde D1 Nu 39D O 4F OE 152 \
        Oacute D3 Obarredcyrillic 4E8 Obarreddieresiscyrillic 4EA Obreve 14E Ocaron 1D1 Ocenteredtilde 19F \
        Ocircumflex D4 Ocyrillic 41E Odblacute 150 Odblgrave 20C Odieresis D6 Odieresiscyrillic 4E6 Ograve D2 Ohm 2126 \
        Ohorn 1A0 Ohungarumlaut 150 Oi 1A2 Oinvertedbreve 20E Omacron 14C Omega 2126 Omegagreek 3A9 Omegatonos 38F \
        Omicron 39F Omicrontonos 38C Oogonek 1EA Oogonekmacron 1EC Oopen 186 Oslash D8 Oslashacute 1FE Ostrokeacute 1FE \
        Otilde D5 P 50 Pecyrillic 41F Pemiddlehookcyrillic 4A6 Phi 3A6 Phook 1A4 Pi 3A0 Psi 3A8 Q 51 R 52 Racute 154 \
        Rcaron 158 Rcedilla 156 Rcommaaccent 156 Rdblgrave 210 Rho 3A1 Rinvertedbreve 212 S 53 Sacute 15A \
        Sampigreek 3E0 Scaron 160 Scedilla 15E Schwa 18F Schwacyrillic 4D8 Schwadieresiscyrillic 4DA Scircumflex 15C \
        Scommaaccent 218 Shacyrillic 428 Shchacyrillic 429 Sheicoptic 3E2 Shhacyrillic 4BA Shimacoptic 3EC Sigma 3A3 \
        Softsigncyrillic 42C Stigmagreek 3DA T 54 Tau 3A4 Tbar 166 Tcaron 164 Tcedilla 162 Tcommaaccent 162 \
        Tecyrillic 422 Tedescendercyrillic 4AC Tetsecyrillic 4B4 Theta 398 Thook 1AC Thorn DE Tonefive 1BC Tonesix 184 \
        Tonetwo 1A7 Tretroflexhook 1AE Tsecyrillic 426 Tshecyrillic 40B U 55 Uacute DA Ubreve 16C Ucaron 1D3 \
        Ucircumflex DB Ucyrillic 423 Udblacute 170 Udblgrave 214 Udieresis DC Udieresisacute 1D7 Udieresiscaron 1D9 \
        Udieresiscyrillic 4F0 Udieresisgrave 1DB Udieresismacron 1D5 Ugrave D9 Uhorn 1AF Uhungarumlaut 170 \
        Uhungarumlautcyrillic 4F2 Uinvertedbreve 216 Umacron 16A Umacroncyrillic 4EE Uogonek 172 Upsilon 3A5 \
        Upsilon1 3D2 Upsilonacutehooksymbolgreek 3D3 Upsilonafrican 1B1 Upsilondieresis 3AB \
        Upsilondieresishooksymbolgreek 3D4 Upsilonhooksymbol 3D2 Upsilontonos 38E Uring 16E Ushortcyrillic 40E \
        Ustraightcyrillic 4AE Ustraightstrokecyrillic 4B0 Utilde 168 V 56 Vecyrillic 412 Vhook 1B2 W 57 Wcircumflex 174 \
        X 58 Xi 39E Y 59 Yacute DD Ycircumflex 176 Ydieresis 178 Yericyrillic 42B Yerudieresiscyrillic 4F8 Yhook 1B3 \
        Yicyrillic 407 Z 5A Zacute 179 Zcaron 17D Zdot 17B Zdotaccent 17B Zecyrillic 417 Zedescendercyrillic 498 \
        Zedieresiscyrillic 4DE Zeta 396 Zhebrevecyrillic 4C1 Zhecyrillic 416 Zhedescendercyrillic 496 \
        Zhedieresiscyrillic 4DC Zstroke 1B5 a 61 aacute E1 abreve 103 abrevecyrillic 4D1 acaron 1CE acircumflex E2 \
        acute B4 acyrillic 430 adblgrave 201 adieresis E4 adieresiscyrillic 4D3 adieresismacron 1DF adotmacron 1E1 \
        ae E6 aeacute 1FD aemacron 1E3 afii00208 2015 afii08941 20A4 afii10017 410 afii10018 411 afii10019 412 \
        afii10020 413 afii10021 414 afii10022 415 afii10023 401 afii10024 416 afii10025 417 afii10026 418 afii10027 419 \
        afii10028 41A afii10029 41B afii10030 41C afii10031 41D afii10032 41E afii10033 41F afii10034 420 afii10035 421 \
        afii10036 422 afii10037 423 afii10038 424 afii10039 425 afii10040 426 afii10041 427 afii10042 428 afii10043 429 \
        afii10044 42A afii10045 42B afii10046 42C afii10047 42D afii10048 42E afii10049 42F afii10050 490 afii10051 402 \
        afii10052 403 afii10053 404 afii10054 405 afii10055 406 afii10056 407 afii10057 408 afii10058 409 afii10059 40A \
        afii10060 40B afii10061 40C afii10062 40E afii10065 430 afii10066 431 afii10067 432 afii10068 433 afii10069 434 \
        afii10070 435 afii10071 451 afii10072 436 afii10073 437 afii10074 438 afii10075 439 afii10076 43A afii10077 43B \
        afii10078 43C afii10079 43D afii10080 43E afii10081 43F afii10082 440 afii10083 441 afii10084 442 afii10085 443 \
        afii10086 444 afii10087 445 afii10088 446 afii10089 447 afii10090 448 afii10091 449 afii10092 44A afii10093 44B \
        afii10094 44C afii10095 44D afii10096 44E afii10097 44F afii10098 491 afii10099 452 afii10100 453 afii10101 454 \
        afii10102 455 afii10103 456 afii10104 457 afii10105 458 afii10106 459 afii10107 45A afii10108 45B afii10109 45C \
        afii10110 45E afii10145 40F afii10193 45F afii10846 4D9 afii61352 2116 afii61573 202C afii61574 202D \
        afii61575 202E agrave E0 aiecyrillic 4D5 ainvertedbreve 203 alpha 3B1 alphatonos 3AC amacron 101 ampersand 26 \
        anoteleia 387 aogonek 105 approxequal 2248 aring E5 aringacute 1FB arrowdown 2193 arrowleft 2190 \
        arrowright 2192 arrowup 2191 asciicircum 5E asciitilde 7E asterisk 2A asterism 2042 at 40 atilde E3 b 62 \
        backslash 5C bar 7C becyrillic 431 beta 3B2 betasymbolgreek 3D0 blackcircle 25CF blacksquare 25A0 braceleft 7B \
        braceright 7D bracketleft 5B bracketright 5D breve 2D8 brokenbar A6 bstroke 180 btopbar 183 bullet 2022 \
        bulletoperator 2219 c 63 cacute 107 caron 2C7 ccaron 10D ccedilla E7 ccircumflex 109 cdot 10B cdotaccent 10B \
        cedilla B8 cent A2 cheabkhasiancyrillic 4BD checkmark 2713 checyrillic 447 chedescenderabkhasiancyrillic 4BF \
        chedescendercyrillic 4B7 chedieresiscyrillic 4F5 chekhakassiancyrillic 4CC cheverticalstrokecyrillic 4B9 \
        chi 3C7 chook 188 circumflex 2C6 clickalveolar 1C2 clickdental 1C0 clicklateral 1C1 clickretroflex 1C3 colon 3A \
        comma 2C controlDEL 7F copyright A9 currency A4 d 64 dagger 2020 daggerdbl 2021 dbllowline 2017 \
        dblverticalbar 2016 dcaron 10F dcroat 111 decyrillic 434 degree B0 deicoptic 3EF delta 3B4 deltaturned 18D \
        dialytikatonos 385 dieresis A8 dieresistonos 385 divide F7 divisionslash 2215 djecyrillic 452 dmacron 111 \
        dollar 24 dotaccent 2D9 dotlessi 131 dtopbar 18C dz 1F3 dzcaron 1C6 dzeabkhasiancyrillic 4E1 dzecyrillic 455 \
        dzhecyrillic 45F e 65 eacute E9 ebreve 115 ecaron 11B ecircumflex EA ecyrillic 454 edblgrave 205 edieresis EB \
        edot 117 edotaccent 117 efcyrillic 444 egrave E8 eight 38 eightinferior 2088 einvertedbreve 207 elcyrillic 43B \
        ellipsis 2026 emacron 113 emcyrillic 43C emdash 2014 encyrillic 43D endash 2013 endescendercyrillic 4A3 eng 14B \
        enghecyrillic 4A5 enhookcyrillic 4C8 eogonek 119 epsilon 3B5 epsilontonos 3AD equal 3D ercyrillic 440 \
        ereversedcyrillic 44D escyrillic 441 esdescendercyrillic 4AB eshreversedloop 1AA eta 3B7 etatonos 3AE eth F0 \
        eturned 1DD euro 20AC exclam 21 exclamdbl 203C exclamdown A1 ezhcaron 1EF ezhreversed 1B9 ezhtail 1BA f 66 \
        feicoptic 3E5 ff FB00 ffi FB03 ffl FB04 fi FB01 figuredash 2012 filledbox 25A0 five 35 fiveeighths 215D \
        fiveinferior 2085 fl FB02 florin 192 four 34 fourinferior 2084 foursuperior 2074 fraction 2044 franc 20A3 g 67 \
        gacute 1F5 gamma 3B3 gangiacoptic 3EB gbreve 11F gcaron 1E7 gcedilla 123 gcircumflex 11D gcommaaccent 123 \
        gdot 121 gdotaccent 121 gecyrillic 433 germandbls DF ghemiddlehookcyrillic 495 ghestrokecyrillic 493 \
        gheupturncyrillic 491 gjecyrillic 453 glottalinvertedstroke 1BE grave 60 greater 3E greaterequal 2265 \
        gstroke 1E5 guillemotleft AB guillemotright BB guilsinglleft 2039 guilsinglright 203A h 68 \
        haabkhasiancyrillic 4A9 hadescendercyrillic 4B3 hardsigncyrillic 44A hbar 127 hcircumflex 125 horicoptic 3E9 \
        horizontalbar 2015 hungarumlaut 2DD hv 195 hyphen 2D hyphentwo 2010 i 69 iacute ED iacyrillic 44F ibreve 12D \
        icaron 1D0 icircumflex EE icyrillic 456 idblgrave 209 idieresis EF idieresiscyrillic 4E5 iebrevecyrillic 4D7 \
        iecyrillic 435 igrave EC iicyrillic 438 iinvertedbreve 20B iishortcyrillic 439 ij 133 ilde 2DC imacron 12B \
        imacroncyrillic 4E3 increment 2206 infinity 221E integral 222B iocyrillic 451 iogonek 12F iota 3B9 \
        iotadieresis 3CA iotadieresistonos 390 iotatonos 3AF itilde 129 iucyrillic 44E j 6A jcaron 1F0 jcircumflex 135 \
        jecyrillic 458 k 6B kabashkircyrillic 4A1 kacyrillic 43A kadescendercyrillic 49B kahookcyrillic 4C4 kappa 3BA \
        kappasymbolgreek 3F0 kastrokecyrillic 49F kaverticalstrokecyrillic 49D kcaron 1E9 kcedilla 137 kcommaaccent 137 \
        kgreenlandic 138 khacyrillic 445 kheicoptic 3E7 khook 199 kjecyrillic 45C l 6C lacute 13A lambda 3BB \
        lambdastroke 19B lbar 19A lcaron 13E lcedilla 13C lcommaaccent 13C ldot 140 ldotaccent 140 less 3C \
        lessequal 2264 lira 20A4 lj 1C9 ljecyrillic 459 logicalnot AC longs 17F lozenge 25CA lslash 142 m 6D macron AF \
        middot B7 minus 2212 minute 2032 mu B5 mu1 B5 mugreek 3BC multiply D7 n 6E nacute 144 napostrophe 149 \
        nbspace A0 ncaron 148 ncedilla 146 ncommaaccent 146 nine 39 nineinferior 2089 nj 1CC njecyrillic 45A \
        nlegrightlong 19E nonbreakingspace A0 notequal 2260 ntilde F1 nu 3BD numbersign 23 numeralsigngreek 374 \
        numeralsignlowergreek 375 numero 2116 o 6F oacute F3 obarredcyrillic 4E9 obarreddieresiscyrillic 4EB obreve 14F \
        ocaron 1D2 ocircumflex F4 ocyrillic 43E odblacute 151 odblgrave 20D odieresis F6 odieresiscyrillic 4E7 oe 153 \
        ogonek 2DB ograve F2 ohorn 1A1 ohungarumlaut 151 oi 1A3 oinvertedbreve 20F omacron 14D omega 3C9 omega1 3D6 \
        omegatonos 3CE omicron 3BF omicrontonos 3CC one 31 onedotenleader 2024 oneeighth 215B onehalf BD \
        oneinferior 2081 onequarter BC onesuperior B9 onethird 2153 oogonek 1EB oogonekmacron 1ED ordfeminine AA \
        ordmasculine BA oslash F8 oslashacute 1FF ostrokeacute 1FF otilde F5 overline 203E overscore AF p 70 \
        palochkacyrillic 4C0 paragraph B6 parenleft 28 parenright 29 partialdiff 2202 pecyrillic 43F \
        pemiddlehookcyrillic 4A7 percent 25 period 2E periodcentered B7 perthousand 2030 peseta 20A7 phi 3C6 phi1 3D5 \
        phisymbolgreek 3D5 phook 1A5 pi 3C0 pisymbolgreek 3D6 plus 2B plusminus B1 primereversed 2035 product 220F \
        psi 3C8 q 71 question 3F questiondown BF questiongreek 37E quotedbl 22 quotedblbase 201E quotedblleft 201C \
        quotedblright 201D quoteleft 2018 quoteleftreversed 201B quotereversed 201B quoteright 2019 quoterightn 149 \
        quotesinglbase 201A quotesingle 27 r 72 racute 155 radical 221A rcaron 159 rcedilla 157 rcommaaccent 157 \
        rdblgrave 211 referencemark 203B registered AE rho 3C1 rhosymbolgreek 3F1 ring 2DA rinvertedbreve 213 s 73 \
        sacute 15B scaron 161 scedilla 15F schwacyrillic 4D9 schwadieresiscyrillic 4DB scircumflex 15D scommaaccent 219 \
        second 2033 section A7 semicolon 3B seven 37 seveneighths 215E seveninferior 2087 sfthyphen AD shacyrillic 448 \
        shchacyrillic 449 sheicoptic 3E3 shhacyrillic 4BB shimacoptic 3ED sigma 3C3 sigma1 3C2 sigmafinal 3C2 \
        sigmalunatesymbolgreek 3F2 six 36 sixinferior 2086 slash 2F slong 17F softhyphen AD softsigncyrillic 44C \
        space 20 spacehackarabic 20 sterling A3 summation 2211 t 74 tau 3C4 tbar 167 tcaron 165 tcedilla 163 \
        tcommaaccent 163 tecyrillic 442 tedescendercyrillic 4AD tetsecyrillic 4B5 theta 3B8 theta1 3D1 \
        thetasymbolgreek 3D1 thook 1AD thorn FE three 33 threeeighths 215C threeinferior 2083 threequarters BE \
        threesuperior B3 tilde 2DC tonefive 1BD tonesix 185 tonetwo 1A8 tonos 384 tpalatalhook 1AB trademark 2122 \
        tsecyrillic 446 tshecyrillic 45B two 32 twodotenleader 2025 twodotleader 2025 twoinferior 2082 twostroke 1BB \
        twosuperior B2 twothirds 2154 u 75 uacute FA ubreve 16D ucaron 1D4 ucircumflex FB ucyrillic 443 udblacute 171 \
        udblgrave 215 udieresis FC udieresisacute 1D8 udieresiscaron 1DA udieresiscyrillic 4F1 udieresisgrave 1DC \
        udieresismacron 1D6 ugrave F9 uhorn 1B0 uhungarumlaut 171 uhungarumlautcyrillic 4F3 uinvertedbreve 217 \
        umacron 16B umacroncyrillic 4EF underscore 5F underscoredbl 2017 uogonek 173 upsilon 3C5 upsilondieresis 3CB \
        upsilondieresistonos 3B0 upsilontonos 3CD uring 16F ushortcyrillic 45E ustraightcyrillic 4AF \
        ustraightstrokecyrillic 4B1 utilde 169 v 76 vecyrillic 432 verticalbar 7C w 77 wcircumflex 175 wynn 1BF x 78 \
        xi 3BE y 79 yacute FD ycircumflex 177 ydieresis FF yen A5 yericyrillic 44B yerudieresiscyrillic 4F9 yhook 1B4 \
        yicyrillic 457 yotgreek 3F3 ypogegrammeni 37A yr 1A6 z 7A zacute 17A zcaron 17E zdot 17C zdotaccent 17C \
        zecyrillic 437 zedescendercyrillic 499 zedieresiscyrillic 4DF zero 30 zeroinferior 2080 zerosuperior 2070 \
        zeta 3B6 zhebrevecyrillic 4C2 zhecyrillic 436 zhedescendercyrillic 497 zhedieresiscyrillic 4DD zstroke 1B6
        """
}
