"""Columns as spreadsheet programs letter them: A, B, …, Z, AA."""

from collections.abc import Mapping


def column_letter(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_of(letters: Mapping[str, str], pointer: str) -> str | None:
    """The letter of a field's column; of the nearest field above it ("/subject" for "/subject/id_type")."""
    while pointer and pointer not in letters:
        pointer = pointer.rpartition("/")[0]
    return letters.get(pointer)
