/// What is to be done, by name: the words that stand in the table.
public enum JobKind: Sendable {
    /// Makes the files of an issued document.
    public static let files = "files"
    /// Makes the files of an issued document and signs them; only a worker with a key takes it.
    public static let signedFiles = "files.signed"
    /// Many documents; a batch itself is never in the hands of one worker, its parts are.
    public static let batch = "batch"
    /// A stretch of a batch.
    public static let part = "batch.part"
    /// A stretch of a batch whose files are signed.
    public static let signedPart = "batch.part.signed"
    /// Issues a queued draft whose invoice is paid.
    public static let draft = "draft.issue"
    /// Those that need a key.
    public static let signing: Set<String> = [signedFiles, signedPart]
}
