/// Finds the word that was probably meant.
enum Spelling {
    /// The candidate with the fewest edits, if few enough to be a slip; ties go to the earlier candidate.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let limit = word.utf8.count < 4 ? 1 : max(2, word.utf8.count / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = edits(from: Array(word.utf8), to: Array(candidate.utf8))
            if distance <= limit && distance < (best?.distance ?? .max) { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// Insertions, deletions and replacements between two words.
    private static func edits(from left: [UInt8], to right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
