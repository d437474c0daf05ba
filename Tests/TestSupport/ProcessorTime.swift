import Glibc

/// The time that a body keeps a processor busy on the calling thread.
///
/// Other work on the machine, such as other tests, does not count, so a bound on hostile input holds anywhere.
///
/// - Parameter body: The work, which must not hand itself to other threads.
/// - Returns: The processor time.
public func processorTime(_ body: () throws -> Void) rethrows -> Duration {
    let start = threadTime()
    try body()
    return threadTime() - start
}

private func threadTime() -> Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
