#!/usr/bin/env python3
"""Judges PDF files by the clauses of PDF/A-3a and PDF/UA-1 that a program can check.

    judge-pdf.py FILE... [--only A|UA]     a JSON object: file -> list of {clause, message}; exit code 1 if any is not empty
    judge-pdf.py --list                    the clauses, one a line
    judge-pdf.py --names FILE              the files are named in FILE, one a line
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from pdfjudge import (clauses, document, file_clauses, font_clauses, graphics_clauses,  # noqa: E402, F401
                      interaction_clauses, metadata_clauses, tagging_clauses)


def verdict(path, standards=("A", "UA")):
    """The violations of one file."""
    try:
        opened = document.Document(path)
    except Exception as error:
        return [{"clause": "A 6.1.1-a", "message": f"cannot be opened: {type(error).__name__}: {error}"}]
    try:
        return clauses.judge(opened, standards)
    finally:
        opened.close()


def main(arguments):
    if arguments == ["--list"]:
        for name, (sentence, _) in sorted(clauses.CLAUSES.items()):
            print(f"{name}\t{sentence}")
        return 0
    standards = ("A", "UA")
    if "--only" in arguments:
        place = arguments.index("--only")
        standards = (arguments[place + 1],)
        del arguments[place:place + 2]
    if arguments[:1] == ["--names"]:
        arguments = pathlib.Path(arguments[1]).read_text().split("\n")[:-1]
    verdicts = {path: verdict(path, standards) for path in arguments}
    json.dump(verdicts, sys.stdout, indent=1, ensure_ascii=False)
    print()
    return 1 if any(verdicts.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
