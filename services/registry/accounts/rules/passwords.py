"""What a password may be (NIST SP 800-63B, 3.1.1): long, any characters, and not what everybody tries first. Pure."""

import unicodedata

from shared.problems import Fault, Said

SHORTEST, LONGEST = 12, 128  # characters
FEWEST_DIFFERENT = 5
# The commonest of that length, as lists of passwords that leaked have them, and what they are made of.
COMMONEST = frozenset({
    "123456789012", "1234567890123", "12345678901234", "123456789123", "123123123123", "112233445566",
    "1234567890ab", "0123456789ab", "password1234", "password12345", "password123456", "passwordpassword",
    "password@123", "p@ssw0rd1234", "passw0rd1234", "qwertyuiop12", "qwertyuiop123", "qwertyuiopasdf",
    "qwerty123456", "qwertyqwerty", "1qaz2wsx3edc", "1q2w3e4r5t6y", "zaq12wsxcde3", "abcd12345678",
    "abc123456789", "abcdefghijkl", "a1b2c3d4e5f6", "asdfghjkl123", "iloveyou1234", "woaini123456",
    "woaini1314520", "administrator", "admin1234567", "admin@123456", "administrator1", "welcome12345",
    "letmein12345", "changeme1234", "nanchang1234",
})  # fmt: skip


def read_password(text: str) -> str:
    """The password as it is hashed: one form (NFKC) for all ways to type the same characters."""
    return unicodedata.normalize("NFKC", text)


def password_fault(password: str, login: str, name: str | None) -> Fault | None:
    """Why a person may not have this password, which is read already; pointer "/new_password"."""
    plain = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        return WRONG_LENGTH
    if login in plain or (name and len(name) > 1 and name.casefold() in plain):
        return NAMES_OWNER
    if len(set(plain)) < FEWEST_DIFFERENT or plain in COMMONEST:
        return COMMON
    return None


_AT = "/new_password"
WRONG_LENGTH = Fault(
    _AT,
    "password_length",
    Said(
        f"口令须为{SHORTEST}至{LONGEST}个字符，可用任何字符", f"takes {SHORTEST} to {LONGEST} characters, of any kind"
    ),
)
NAMES_OWNER = Fault(
    _AT, "password_names_owner", Said("口令不得含登录名或姓名", "may not hold the login or the name of its owner")
)
COMMON = Fault(
    _AT,
    "password_common",
    Said("此口令过于常见或过于单调，请另选一个", "is one that everybody tries first; choose another"),
)
