import Glibc

/// The three streams that a program is born with.
enum StandardStreams {
    /// Occupies the places of streams that the caller closed (`2>&-`).
    ///
    /// Otherwise the first file that is opened gets the number of a stream, and messages end up in an invoice. The
    /// places are opened in the wrong direction, so that reading and writing still fail there.
    static func reserve() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}

/// How many files the process may have open.
enum OpenFiles {
    /// Raises the limit as far as the system lets the process, and gives it.
    static func highestLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
        var raised = limit
        raised.rlim_cur = limit.rlim_max
        if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        return Int(clamping: limit.rlim_cur)
    }
}
