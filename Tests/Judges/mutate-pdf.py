#!/usr/bin/env python3
"""Breaks a good file in one way at a time and asks the judge of judge-pdf.py.

    mutate-pdf.py FILE [--every N] [NAME...]
                                     prints a line for each mutation that is not named by exactly its clauses, and for each
                                     clause without a mutation; exit code 1 if there is any
"""
import importlib
import io
import os
import pathlib
import sys
import tempfile
import types
import warnings

warnings.simplefilter("ignore")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

import pikepdf  # noqa: E402

from pdfmutations import (bench, file_mutations, font_mutations, graphics_mutations,  # noqa: E402, F401
                          interaction_mutations, metadata_mutations, tagging_mutations)

judge = importlib.import_module("judge-pdf")


def named(data):
    """The clauses that the judge names."""
    with tempfile.NamedTemporaryFile(suffix=".pdf", delete=False) as file:
        file.write(data)
    try:
        return {entry["clause"]: entry["message"] for entry in judge.verdict(file.name)}
    finally:
        os.unlink(file.name)


def saved(pdf, **options):
    target = io.BytesIO()
    pdf.save(target, stream_decode_level=pikepdf.StreamDecodeLevel.none, fix_metadata_version=False, **options)
    return target.getvalue()


def mutated(good, function, raw):
    with pikepdf.open(io.BytesIO(good)) as pdf:
        if raw:
            return function(saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable))
        function(pdf)
        return saved(pdf)


def encrypted(good):
    with pikepdf.open(io.BytesIO(good)) as pdf:
        target = io.BytesIO()
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable,
                 encryption=pikepdf.Encryption(owner="o", user="", R=4, metadata=False, aes=True))
        return target.getvalue()


def main(path, wanted, stride=1):
    good, failures, covered = pathlib.Path(path).read_bytes(), [], set()
    cases = [(names, lambda f=function, r=raw: mutated(good, f, r), function.__name__)
             for names, function, raw in bench.MUTATIONS]
    cases += [((), lambda f=function: mutated(good, f, False), function.__name__) for function in bench.ACCEPTED]
    cases += [((), lambda: good, "good"), ((), lambda: mutated(good, lambda data: data, True), "plain"),
              (("A 6.1.3-2", "UA 7.16-1"), lambda: encrypted(good), "encrypted")]
    for turn, (names, make, label) in enumerate(cases):
        covered |= set(names)
        if turn % stride:
            continue
        if wanted and label not in wanted and not set(names) & set(wanted):
            continue
        try:
            found = named(make())
        except Exception as error:
            found = {f"{type(error).__name__}: {error}": ""}
        if set(found) != set(names):
            failures.append(f"{label}: wanted {sorted(names)}, got {found}")
    # Eight million objects are not made for a test.
    crowd = types.SimpleNamespace(objects=range(8388608))
    if list(judge.clauses.CLAUSES["A 6.1.13-7"][1](crowd)):
        covered.add("A 6.1.13-7")
    failures += [f"no mutation of {name}" for name in judge.clauses.CLAUSES if name not in covered]
    for failure in failures:
        print(failure)
    print(f"{len(cases)} files, {len(covered)} clauses", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    words = sys.argv[2:]
    every = int(words[1]) if words[:1] == ["--every"] else 1
    sys.exit(main(sys.argv[1], words[2:] if words[:1] == ["--every"] else words, every))
