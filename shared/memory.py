"""How memory that is no longer needed goes back to the system (内存归还)."""

from contextlib import suppress
from ctypes import CDLL

M_MMAP_THRESHOLD = -3  # mallopt(3), of the GNU C library
LARGE = 128 << 10  # bytes


def return_large_blocks() -> None:
    """Have what is large mapped by itself, and so given back as soon as it is freed.

    By itself the GNU C library learns from a file of some megabytes to keep blocks of that size, in fragments and for
    as long as the process lives. Other libraries are left as they are.
    """
    with suppress(AttributeError, OSError):
        CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)


def give_back() -> None:
    """Give back what is free in small pieces too; by itself the library does so at the end of its heap alone."""
    with suppress(AttributeError, OSError):
        CDLL(None).malloc_trim(0)
