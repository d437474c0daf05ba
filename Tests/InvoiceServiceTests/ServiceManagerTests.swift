import Foundation
import TestSupport
import Testing

/// systemd's side of `pechat serve`, played by Python: a listening socket in descriptor 3, and a socket for notices.
private let manager = """
    import os, signal, socket, sys, urllib.request
    pechat, folder = sys.argv[1:]
    listener = socket.create_server(("127.0.0.1", 0))
    notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notices.bind(folder + "/notices")
    notices.settimeout(20)
    child = os.fork()
    if child == 0:
        os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), NOTIFY_SOCKET=folder + "/notices", WATCHDOG_USEC="2000000")
        os.execv(pechat, [pechat, "serve"])
    def notice(wanted):
        while wanted not in notices.recv(1000).decode().split("\\n"): pass
        print(wanted)
    notice("READY=1")
    port = listener.getsockname()[1]
    print(urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live").status)
    notice("WATCHDOG=1")
    os.kill(child, signal.SIGTERM)
    notice("STOPPING=1")
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """

@Suite("pechat serve under systemd", .needsTool("python3"))
struct ServiceManagerTests {
    @Test("takes the socket that it is given, says when it is ready and that it lives, and that it stops")
    func lifecycle() throws {
        try Tool.withTemporaryFolder { folder in
            let outcome = try Tool.python(manager, [Program.path, folder])
            #expect(outcome.output == "READY=1\n200\nWATCHDOG=1\nSTOPPING=1\n0\n", "\(outcome.errors)")
        }
    }
}
