"""What schemathesis cannot learn of our conventions from the description."""

import itertools

import schemathesis

_keys = itertools.count(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    # A key belongs to one request, and schemathesis sends the same one with many: what can be a key gets a number.
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 0 < len(key) <= 200 and all("!" <= c <= "~" for c in key):
        case.headers["Idempotency-Key"] = f"{key}-{next(_keys)}"
    # A cursor is sealed: what is made up can only be refused, and the list behind it would never be read.
    cursor = (case.query or {}).get("cursor")
    if isinstance(cursor, str) and len(cursor) <= 2048:
        del case.query["cursor"]
    # Where If-Match may be left out, schemathesis 4.32.5 has an empty one pass for a match of its pattern.
    version = (case.headers or {}).get("If-Match")
    if version == "" and all(part.mode.is_positive for part in case.meta.components.values()):
        case.headers["If-Match"] = '"1"'
    case.body = _digits(case.body)


def _digits(value):
    """JSON Schema takes 195.0 for a whole number; our doors ask for digits alone."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {name: _digits(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_digits(one) for one in value]
    return value
