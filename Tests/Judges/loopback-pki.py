#!/usr/bin/env python3
"""A public key infrastructure on the loop-back interface, made by the openssl command: authorities, revocation lists,
OCSP, timestamps, a remote key, and the faults of all of them.

    loopback-pki.py FOLDER

Makes the keys and certificates in FOLDER, prints the port, and serves until standard input ends. The certificates name
the addresses of this very server. Tests/TestSupport/LoopbackPKI.swift says what there is.
"""
import base64, datetime, http.server, json, os, subprocess, sys, threading, time

folder = sys.argv[1]
password = "лозинка"
ts_lock = threading.Lock()
counts = {}


def openssl(*arguments, data=None, check=True):
    done = subprocess.run(["openssl", *arguments], cwd=folder, input=data, capture_output=True)
    if check and done.returncode != 0:
        raise SystemExit(f"openssl {' '.join(arguments)}: {done.stderr.decode()}")
    return done.stdout


def write(name, text):
    with open(os.path.join(folder, name), "wb" if isinstance(text, bytes) else "w") as file:
        file.write(text)


def read(name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def config(base):
    access = f"authorityInfoAccess=OCSP;URI:{base}/ocsp,caIssuers;URI:{base}/issuing.cer\n"
    points = f"crlDistributionPoints=URI:{base}/ca.crl\n"
    leaf = "basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n" + access + points
    return f"""
[ca]
default_ca=issuing
[root]
database=root.index
new_certs_dir=.
certificate=root.pem
private_key=root.key
rand_serial=yes
default_md=sha256
policy=any
unique_subject=no
crlnumber=root.crlnumber
default_crl_days=30
[issuing]
database=index
new_certs_dir=.
certificate=issuing.pem
private_key=issuing.key
rand_serial=yes
default_md=sha256
policy=any
unique_subject=no
crlnumber=crlnumber
default_crl_days=7
[any]
C=optional
O=optional
organizationIdentifier=optional
CN=supplied
[x_root]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[x_issuing]
basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
certificatePolicies=2.5.29.32.0
authorityInfoAccess=caIssuers;URI:{base}/root.cer
crlDistributionPoints=URI:{base}/root.crl
[x_signer]
{leaf}keyUsage=critical,nonRepudiation
certificatePolicies=0.4.0.194112.1.2
qcStatements=ASN1:SEQUENCE:statements
[x_seal]
{leaf}keyUsage=critical,digitalSignature,nonRepudiation
[x_plain]
basicConstraints=critical,CA:FALSE
keyUsage=critical,nonRepudiation
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
[x_encryption]
basicConstraints=critical,CA:FALSE
keyUsage=critical,keyEncipherment
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
[x_ocsp]
{leaf}keyUsage=critical,digitalSignature
extendedKeyUsage=OCSPSigning
noCheck=ignored
[x_tsa]
{leaf}keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
[statements]
a=SEQUENCE:compliance
b=SEQUENCE:device
c=SEQUENCE:type
[compliance]
id=OID:0.4.0.1862.1.1
[device]
id=OID:0.4.0.1862.1.4
[type]
id=OID:0.4.0.1862.1.6
types=SEQUENCE:types
[types]
esign=OID:0.4.0.1862.1.6.1
[tsa]
default_tsa=tsa_one
[tsa_one]
dir=.
serial=tsaserial
crypto_device=builtin
signer_cert=tsa.pem
certs=issuing.pem
signer_key=tsa.key
signer_digest=sha256
default_policy=1.3.6.1.4.1.55555.1
other_policies=1.3.6.1.4.1.55555.2
digests=sha256,sha384,sha512
accuracy=secs:1
ordering=no
tsa_name=no
ess_cert_id_chain=no
ess_cert_id_alg=sha256
"""


def make(name, subject, section, issuer, days=(-1, 365), elliptic=True, curve="P-256", bits=2048):
    kind = ["ec", "-pkeyopt", f"ec_paramgen_curve:{curve}"] if elliptic else [f"rsa:{bits}"]
    openssl("req", "-new", "-newkey", *kind, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-utf8",
            "-subj", subject)
    now = datetime.datetime.now(datetime.timezone.utc)
    first, last = ((now + datetime.timedelta(days=day)).strftime("%Y%m%d%H%M%SZ") for day in days)
    sign = ["-selfsign", "-keyfile", f"{name}.key"] if issuer is None else []
    openssl("ca", "-batch", "-notext", "-config", "conf", "-name", issuer or "root", "-in", f"{name}.csr", "-out",
            f"{name}.pem", "-extensions", section, "-utf8", "-preserveDN", "-startdate", first, "-enddate", last, *sign)


def build(base):
    write("conf", config(base).replace("qcStatements=", "1.3.6.1.5.5.7.1.3="))
    for name in ("index", "root.index"):
        write(name, "")
    for name in ("crlnumber", "root.crlnumber", "tsaserial"):
        write(name, "01\n")
    make("root", "/C=MK/O=Pechat TEST/CN=Loop-back root", "x_root", None, days=(-900, 3650))
    make("issuing", "/C=MK/O=Pechat TEST/CN=Loop-back issuing CA", "x_issuing", "root", days=(-800, 3000))
    person = "/C=MK/O=Пример ДООЕЛ/organizationIdentifier=VATMK-4030000000010/CN="
    make("signer", person + "Ана Потписничка", "x_signer", "issuing", elliptic=False)
    make("seal", person + "Печат на Пример", "x_seal", "issuing")
    make("expired", person + "Expired", "x_signer", "issuing", days=(-400, -10))
    make("revoked", person + "Revoked", "x_signer", "issuing")
    make("short", person + "Short", "x_signer", "issuing", days=(-1, 30))
    make("seal384", person + "Seal 384", "x_seal", "issuing", curve="P-384")
    make("later", person + "Later", "x_signer", "issuing")
    plain = "/O=Тест/CN="
    make("plain-rsa", plain + "rsa", "x_plain", "root", days=(0, 60), elliptic=False)
    make("plain-ec", plain + "ec", "x_plain", "root", days=(0, 60))
    make("plain-ec384", plain + "ec384", "x_plain", "root", days=(0, 60), curve="P-384")
    make("plain-other", plain + "other", "x_plain", "root", days=(0, 60), elliptic=False)
    make("plain-short", plain + "short", "x_plain", "root", days=(0, 60), elliptic=False, bits=1024)
    make("plain-encryption", plain + "encryption", "x_encryption", "root", days=(0, 60))
    make("stranger", plain + "stranger", "x_plain", None, days=(0, 60))
    make("ocsp", "/C=MK/O=Pechat TEST/CN=OCSP responder", "x_ocsp", "issuing")
    make("tsa", "/C=MK/O=Pechat TEST/CN=Time-stamping authority", "x_tsa", "issuing", elliptic=False)
    revoke("revoked")
    openssl("ca", "-config", "conf", "-name", "root", "-gencrl", "-out", "root.crl.pem")
    openssl("crl", "-in", "root.crl.pem", "-outform", "DER", "-out", "root.crl")
    for name in ("issuing", "root"):
        openssl("x509", "-in", f"{name}.pem", "-outform", "DER", "-out", f"{name}.cer")
    write("chain.pem", read("issuing.pem") + read("root.pem"))
    write("password.txt", password + "\n")
    for name in ("signer", "seal", "seal384", "expired", "revoked", "short", "later"):
        openssl("pkcs12", "-export", "-in", f"{name}.pem", "-inkey", f"{name}.key", "-certfile", "chain.pem", "-out",
                f"{name}.p12", "-passout", "file:password.txt")
        write(f"{name}-all.pem", read(f"{name}.key") + read(f"{name}.pem") + read("issuing.pem"))


def revoke(name, reason="keyCompromise"):
    openssl("ca", "-config", "conf", "-revoke", f"{name}.pem", "-crl_reason", reason)
    openssl("ca", "-config", "conf", "-gencrl", "-out", "ca.crl.pem")
    openssl("crl", "-in", "ca.crl.pem", "-outform", "DER", "-out", "ca.crl")


def ocsp(query):
    write("ocsp.request", query)
    openssl("ocsp", "-index", "index", "-CA", "issuing.pem", "-rsigner", "ocsp.pem", "-rkey", "ocsp.key", "-reqin",
            "ocsp.request", "-respout", "ocsp.response", "-ndays", "1")
    return read("ocsp.response")


def stamp(query, other_nonce=False):
    write("ts.request", query)
    if other_nonce:
        # The same digest asked for anew, so that the answer carries a nonce that nobody sent.
        text = openssl("ts", "-query", "-in", "ts.request", "-text").decode().splitlines()
        digits = "".join(line.split("-", 1)[1].split("   ")[0].replace("-", "").replace(" ", "")
                         for line in text if line.startswith("    00"))
        openssl("ts", "-query", "-digest", digits[:64], "-sha256", "-cert", "-out", "ts.request")
    openssl("ts", "-reply", "-config", "conf", "-queryfile", "ts.request", "-out", "ts.response")
    return read("ts.response")


def remote_signature(body, path):
    asked = json.loads(body)
    digest = base64.b64decode(asked["digest"])
    name = "seal" if asked["algorithm"].startswith("ecdsa") else "signer"
    write("digest", digest)
    size = {32: "sha256", 48: "sha384", 64: "sha512"}[len(digest)]
    options = ["-pkeyopt", f"digest:{size}"]
    if "PSS" in asked["algorithm"]:
        options += ["-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:digest"]
    key = "expired.key" if path.endswith("/otherkey") else f"{name}.key"
    signature = openssl("pkeyutl", "-sign", "-inkey", key, "-in", "digest", *options)
    return json.dumps({"signature": base64.b64encode(signature).decode()}).encode()


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, body, status=200, **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def allowed(self):
        wanted = "Basic " + base64.b64encode("корисник:тајна".encode()).decode()
        return self.headers.get("Authorization") == wanted

    def fault(self):
        path = self.path
        if path.endswith("/slow"):
            time.sleep(20)
            self.answer(b"late")
        elif path.endswith("/500"):
            self.answer(b"out of order", 500)
        elif path.endswith("/404"):
            self.answer(b"nothing here", 404)
        elif path.endswith("/garbage"):
            self.answer(bytes(range(256)) * 8)
        elif path.endswith("/empty"):
            self.answer(b"")
        elif path.endswith("/huge"):
            self.send_response(200)
            self.end_headers()
            for _ in range(1024):
                self.wfile.write(b"x" * 65536)
            self.close_connection = True
        elif path.endswith("/cut"):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"cut")
            self.close_connection = True
        elif path.endswith("/redirect"):
            self.answer(b"", 302, Location="/ca.crl")
        elif path.endswith("/redirect/file"):
            self.answer(b"", 302, Location="file:///etc/passwd")
        elif path.endswith("/redirect/loop"):
            self.answer(b"", 302, Location="/redirect/loop")
        elif path.endswith("/redirect/private"):
            self.answer(b"", 302, Location="http://127.0.0.2:1/")
        elif "/auth" in path and not self.allowed():
            self.answer(b"who are you", 401)
        else:
            return False
        return True

    def do_GET(self):
        counts[self.path] = counts.get(self.path, 0) + 1
        name = self.path.lstrip("/")
        if self.path.startswith("/count/"):
            self.answer(str(counts.get(self.path[6:], 0)).encode())
        elif self.fault():
            pass
        elif name in ("ca.crl", "root.crl", "issuing.cer", "root.cer"):
            self.answer(read(name))
        elif self.path == "/auth":
            self.answer(b"welcome")
        else:
            self.answer(b"", 404)

    def do_POST(self):
        counts[self.path] = counts.get(self.path, 0) + 1
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.fault():
            return
        with ts_lock:
            try:
                if self.path == "/ocsp":
                    self.answer(ocsp(body), Content_Type="application/ocsp-response")
                elif self.path in ("/tsa", "/tsa/auth", "/tsa/wrongnonce"):
                    self.answer(stamp(body, self.path == "/tsa/wrongnonce"), Content_Type="application/timestamp-reply")
                elif self.path.startswith("/sign"):
                    self.answer(remote_signature(body, self.path), Content_Type="application/json")
                elif self.path == "/revoke/later":
                    revoke("later", "superseded")
                    self.answer(b"revoked")
                elif self.path == "/echo":
                    self.answer(body)
                else:
                    self.answer(b"", 404)
            except (SystemExit, Exception) as failure:
                self.answer(str(failure).encode(), 500)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, address):
        pass


server = Server(("127.0.0.1", 0), Service)
build(f"http://127.0.0.1:{server.server_address[1]}")
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
