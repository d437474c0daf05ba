import Glibc

/// State that several threads share, with the means to wait until it changes.
///
/// `@unchecked Sendable` holds because `state` is only ever touched between lock and unlock of `mutex`, and the
/// two C objects never move: they live in memory of their own until the last reference goes.
@safe final class Monitor<State>: @unchecked Sendable {
    private var state: State
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(_ state: sending State) {
        self.state = state
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Changes the state and wakes everyone who waits.
    func update<Result>(_ body: (inout State) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(mutex)
        }
        return body(&state)
    }

    /// Waits until the body gives an answer; it is asked again after every change.
    ///
    /// - Parameters:
    ///   - milliseconds: How long to wait for a change before asking again all the same; nil waits for ever.
    ///   - body: Looks at the state and may change it; nil means to wait on.
    /// - Returns: The answer.
    func wait<Result>(askingEvery milliseconds: Int? = nil, for body: (inout State) -> Result?) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(mutex)
        }
        while true {
            if let result = body(&state) { return result }
            guard let milliseconds else {
                unsafe pthread_cond_wait(changed, mutex)
                continue
            }
            var end = timespec()
            unsafe clock_gettime(CLOCK_REALTIME, &end)
            end.tv_nsec += milliseconds * 1_000_000
            end.tv_sec += end.tv_nsec / 1_000_000_000
            end.tv_nsec %= 1_000_000_000
            unsafe pthread_cond_timedwait(changed, mutex, &end)
        }
    }
}
