"""A PostgreSQL server for trials that break it."""
import glob, os, shutil, signal, subprocess, sys, tempfile, time


class Server:
    """A PostgreSQL server of our own."""

    def __init__(self):
        self.bin = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
        self.folder = tempfile.mkdtemp(prefix="pechat-pg-", dir="/tmp")
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        if self.user:
            shutil.chown(self.folder, "postgres")
        subprocess.run(
            [*self.user, f"{self.bin}/initdb", "-D", f"{self.folder}/data", "-U", "pechat", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL)
        self.start()

    def start(self):
        for _ in range(100):
            with open(f"{self.folder}.log", "a") as log:
                self.process = subprocess.Popen(
                    [*self.user, f"{self.bin}/postgres", "-D", f"{self.folder}/data", "-k", self.folder, "-c",
                     "listen_addresses=", "-c", "shared_buffers=32MB"], stdout=log, stderr=log, start_new_session=True)
            for _ in range(300):
                if self.sql("SELECT 1").returncode == 0:
                    return
                if self.process.poll() is not None:
                    break  # processes of the dead server still hold its memory
                time.sleep(0.05)
            time.sleep(0.1)
        sys.exit("The server does not start.")

    def sql(self, text):
        return subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-h", self.folder, "-U", "pechat", "-d", "postgres", "-c", text],
            capture_output=True, text=True)

    def ledger(self, schema, folder=None):
        self.sql(f"CREATE SCHEMA {schema}")
        return f"postgres://pechat@/postgres?host={folder or self.folder}&options=-csearch_path%3D{schema}"

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.unlink(f"{self.folder}.log")
