"""Numbers as people write them: 「7」, 「七」, 「十二」, 「三十」."""

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

# For other patterns; what it finds `number` reads, or not.
NUMBER = r"(?:\d{1,3}|[〇零一二两三四五六七八九十百]{1,5})"


def number(text: str) -> int | None:
    """The number, up to 999; None for what is none."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    hundreds, _, rest = text.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    parts = [_part(hundreds, "百" in text), _part(tens, bool(ten)), _ones(ones)]
    if any(part is None for part in parts):
        return None
    return sum((part or 0) * weight for part, weight in zip(parts, (100, 10, 1), strict=True))


def _part(digit: str, named: bool) -> int | None:
    """How many hundreds or tens: 「十」 alone is one ten, 「一百零五」 has none."""
    if not named:
        return 0 if digit in ("", "零", "〇") else None
    return 1 if digit in ("", "零") else _DIGITS.get(digit)


def _ones(text: str) -> int | None:
    digits = text.lstrip("零〇") or "零"
    return _DIGITS.get(digits) if len(digits) == 1 else None
