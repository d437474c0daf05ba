import Glibc
import Synchronization

/// Whether Ctrl-C or a termination signal asked the program to stop.
///
/// Long work looks here between documents; what was begun is finished or thrown away, never left half done.
final class Interruption: Sendable {
    /// The one that the signal handler sets.
    static let shared = Interruption()
    private let signal = Atomic<CInt>(0)

    /// How the process has to end; nil while nobody asked it to stop.
    var exit: Exit? {
        switch signal.load(ordering: .relaxed) {
        case 0: nil
        case SIGTERM: .terminated
        default: .interrupted
        }
    }

    /// Makes Ctrl-C and SIGTERM ask instead of kill; a second one kills.
    ///
    /// A parent may have left the signals blocked, so they are unblocked.
    func listen() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in [SIGINT, SIGTERM] {
            Glibc.signal(number, note)
            unsafe sigaddset(&set, number)
        }
        unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    fileprivate func record(_ number: CInt) { signal.store(number, ordering: .relaxed) }
}

/// The signal handler: it only stores a number, which is safe at any moment.
private func note(_ number: CInt) {
    Interruption.shared.record(number)
    Glibc.signal(number, SIG_DFL)
}
