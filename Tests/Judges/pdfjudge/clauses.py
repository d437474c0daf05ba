"""The register of clauses: each is one function that yields a message for every violation."""

CLAUSES = {}
"""Identifier of a clause -> (one sentence, function); functions of both standards stand under both identifiers."""


def clause(*names):
    """Registers a function under the clauses that it judges; its doc string says what they want."""
    def register(function):
        for name in names:
            assert name not in CLAUSES, name
            CLAUSES[name] = (" ".join(function.__doc__.split()), function)
        return function
    return register


def judge(document, standards):
    """All violations of one document, as dictionaries; equal messages of a clause are counted, not repeated."""
    found, cache = [], {}
    for name, (_, function) in CLAUSES.items():
        if name.split()[0] not in standards:
            continue
        if function not in cache:
            try:
                messages = list(function(document))
            except Exception as error:  # what cannot be judged does not pass
                messages = [f"cannot be judged: {type(error).__name__}: {error}"]
            cache[function] = dict.fromkeys(messages)
        messages = list(cache[function])
        for message in messages[:5]:
            found.append({"clause": name, "message": message})
        if len(messages) > 5:
            found.append({"clause": name, "message": f"and {len(messages) - 5} more"})
    return found
