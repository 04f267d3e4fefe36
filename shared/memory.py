"""How memory that is no longer needed goes back to the system (内存归还), or to whoever needs some next."""

from contextlib import suppress
from ctypes import CDLL

M_MMAP_THRESHOLD = -3  # mallopt(3), of the GNU C library
M_ARENA_MAX = -8
LARGE = 128 << 10  # bytes


def tune_allocator() -> None:
    """Have what is large given back as soon as it is freed, and what is small used again by whichever thread is next.

    By itself the GNU C library learns from a file of some megabytes to keep blocks of that size, in fragments and for
    as long as the process lives; and it keeps an arena for each of a score of threads, of which the interpreter lets
    one run at a time. Other libraries are left as they are.
    """
    with suppress(AttributeError, OSError):
        library = CDLL(None)
        library.mallopt(M_MMAP_THRESHOLD, LARGE)
        library.mallopt(M_ARENA_MAX, 1)


def give_back() -> None:
    """Give back what is free in small pieces too; by itself the library does so at the end of its heap alone."""
    with suppress(AttributeError, OSError):
        CDLL(None).malloc_trim(0)
