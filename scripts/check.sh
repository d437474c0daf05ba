#!/usr/bin/env bash
# The whole gate, by hand and in CI. Without arguments every step; otherwise those named:
#   lint      format, generated files, the hashes of vendored files
#   tests     the test suite; imports that the package does not declare are errors
#   address   the tests of what touches C, with the address sanitizer (finds leaked handles too)
#   thread    the tests whose threads meet, with the thread sanitizer
#   clean     the work tree is as it was committed
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.build/judges/bin:$PATH" SWIFT_BACKTRACE=enable=no
c_targets='Typography|Raster|Barcode|PageImage|PDFWriter|PDFReader|PDFExport|XMLCore|UBL|Certificates|HTTPClient|HTTPServer|Signing|Ledger|Issuing'
# Tests whose threads meet are called `threads…`; in these suites they meet everywhere.
threads='/threads|HTTPServerTests\.|InvoiceServiceTests\.|OrderedPoolTests|JobQueueTests|PostgresStoreTests'
# Suites of many documents of which one is like the other to a sanitizer; they run in `tests`.
many_documents='PDFConformanceTests|PaperComparisonTests|PipelinePropertyTests|PDFReaderTests.CorpusTests'
# A browser is not ours to examine.
browser='BrowserTests'
source scripts/whole-modules

step() { printf '\n== %s\n' "$1"; }

lint() {
    step "lint"
    swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources
    scripts/bundle.py --check
    local source
    for source in $(git ls-files 'colour/*SOURCE.md' 'fonts/*SOURCE.md' 'schemas/*SOURCE.md'); do scripts/vendored "$source"; done
}

tests() {
    step "tests"
    scripts/test
}

address() {
    step "address sanitizer"
    LSAN_OPTIONS=suppressions=$PWD/scripts/lsan.txt \
        scripts/told-again swift test --disable-xctest "${whole[@]}" --sanitize=address --scratch-path .build/address \
        --filter "($c_targets)Tests|PackedLinesTests" --skip "$many_documents"
    # A service lives as long as its process: what its tables hold in the spare bits of enums looks lost to the leak check.
    ASAN_OPTIONS=detect_leaks=0 \
        scripts/told-again swift test --disable-xctest --skip-build "${whole[@]}" --sanitize=address --scratch-path .build/address \
        --filter "InvoiceServiceTests\\." --skip "$browser"
}

thread() {
    step "thread sanitizer"
    mkdir -p .build/thread
    clang -O1 -Wall -Werror -shared -fPIC -o .build/thread/mutex.so scripts/tsan-mutex.c
    swift build --build-tests "${whole[@]}" --sanitize=thread --scratch-path .build/thread
    LD_PRELOAD=$PWD/.build/thread/mutex.so \
        scripts/told-again swift test --disable-xctest --skip-build "${whole[@]}" --sanitize=thread --scratch-path .build/thread \
        --filter "$threads" --skip "$browser"
}

clean() {
    step "clean tree"
    [ -z "$(git status --porcelain)" ] || { git status --short; echo "The tests changed the work tree." >&2; exit 1; }
}

[ $# -gt 0 ] || set -- lint tests address thread clean
for name in "$@"; do "$name"; done
