"""Raw syntax of PDF (ISO 32000-1, 7.2 to 7.5): what a reader of objects no longer sees."""

import re

TOKEN = re.compile(
    rb"(?P<space>[\x00\t\n\f\r ]+)|(?P<comment>%[^\r\n]*)|(?P<hex><(?![<])[^>]*>)|(?P<bracket><<|>>|[\[\]{}])"
    rb"|(?P<name>/[^\x00\t\n\f\r ()<>\[\]{}/%]*)|(?P<string>\()|(?P<word>[^\x00\t\n\f\r ()<>\[\]{}/%]+)")
STRING_PART = re.compile(rb"[^()\\]+|\\.|[()]", re.S)
NUMBER = re.compile(rb"[+-]?(\d+|\d*\.\d*)$")


def tokens(data, place=0, end_at_stream=False):
    """Kind and bytes of each token; literal strings come without their brackets, escapes not undone."""
    while place < len(data):
        match = TOKEN.match(data, place)
        if match is None:
            yield "garbage", data[place:place + 1]
            place += 1
            continue
        place = match.end()
        kind = match.lastgroup
        if kind == "string":
            depth, start = 1, place
            while depth and (part := STRING_PART.match(data, place)):
                place = part.end()
                depth += (part[0] == b"(") - (part[0] == b")")
            yield kind, data[start:place - 1]
        elif kind not in ("space", "comment"):
            if end_at_stream and match[0] in (b"stream", b"endobj"):
                return
            yield kind, match[0]


def stream_at(data, offset):
    """The dictionary, as text, and the raw data of the stream whose object begins at an offset."""
    start = data.index(b"stream", offset)
    head = data[offset:start]
    begin = start + (8 if data[start + 6:start + 8] == b"\r\n" else 7)
    return head, data[begin:begin + int(re.search(rb"/Length\s+(\d+)", head)[1])]


def without_png_predictor(data, columns):
    """Undoes the PNG filters of rows of `columns` bytes (PNG, 9)."""
    result, before = bytearray(), bytes(columns)
    for start in range(0, len(data), columns + 1):
        kind, row = data[start], bytearray(data[start + 1:start + 1 + columns])
        for i in range(len(row)):
            left = row[i - 1] if i else 0
            up, corner = before[i], before[i - 1] if i else 0
            if kind == 1:
                row[i] = (row[i] + left) & 255
            elif kind == 2:
                row[i] = (row[i] + up) & 255
            elif kind == 3:
                row[i] = (row[i] + (left + up) // 2) & 255
            elif kind == 4:
                guess = min((left, up, corner), key=lambda v: abs(left + up - corner - v))
                row[i] = (row[i] + guess) & 255
        result += row
        before = bytes(row)
    return bytes(result)
