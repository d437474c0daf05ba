#!/usr/bin/env python3
"""Lets pyHanko judge the signatures of PDF files.

    judge-signed-pdf.py [--lenient] TRUST.pem FILE...     a JSON object: file -> list of verdicts, one a signature or timestamp
"""
import json
import logging
import sys

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

logging.disable(logging.CRITICAL)


def roots(path):
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(open(path, "rb").read(), multiple=True)]


def verdict(embedded, context):
    is_stamp = str(embedded.sig_object.get("/Type")) == "/DocTimeStamp"
    if is_stamp:
        status = validate_pdf_timestamp(embedded, validation_context=context)
    else:
        status = validate_pdf_signature(embedded, signer_validation_context=context, ts_validation_context=context,
                                        key_usage_settings=None)
    found = {
        "field": embedded.field_name, "kind": "timestamp" if is_stamp else "signature",
        "intact": status.intact, "valid": status.valid, "trusted": status.trusted,
        "coverage": status.coverage.name,
        "changes": status.modification_level.name if status.modification_level is not None else None,
        "docmdp": getattr(status, "docmdp_ok", None), "bottomLine": status.bottom_line if not is_stamp else status.intact and status.valid and status.trusted,
    }
    stamp = getattr(status, "timestamp_validity", None)
    if stamp is not None:
        found["stamp"] = {"intact": stamp.intact, "valid": stamp.valid, "trusted": stamp.trusted}
    return found


def judge(path, trust):
    with open(path, "rb") as stream:
        reader = PdfFileReader(stream, strict=not lenient)
        context = ValidationContext(trust_roots=trust, allow_fetching=False)
        return [verdict(embedded, context) for embedded in reader.embedded_signatures]


arguments = [argument for argument in sys.argv[1:] if argument != "--lenient"]
# pyHanko takes hybrid cross-references in its lenient mode only.
lenient = "--lenient" in sys.argv
trusted = roots(arguments[0])
json.dump({path: judge(path, trusted) for path in arguments[1:]}, sys.stdout, indent=1)
print()
