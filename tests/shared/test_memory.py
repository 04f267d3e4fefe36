"""What is freed goes back to the system where it is large, and serves the next thread where it is not."""

import subprocess
import sys

HELD = """
import threading
from pathlib import Path
from shared.memory import give_back, tune_allocator

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

tune_allocator()
"""

LARGE = """
file = bytearray(30 << 20)
del file
before = held()
blocks = [(bytearray(1 << 20), bytearray(2_000)) for _ in range(40)]
beside = [small for _, small in blocks]
del blocks
print(held() - before)
"""

SMALL = """
pieces = [bytearray(4_000) for _ in range(10_000)]
last = bytearray(4_000)
del pieces
before = held()
give_back()
print(held() - before)
"""

OF_THREADS = """
kept, over, before = [], threading.Event(), held()

def use(turn, next_):
    turn.wait()
    blocks = [(bytearray(64 << 10), bytearray(2_000)) for _ in range(160)]
    kept.extend(small for _, small in blocks)
    del blocks
    next_.set()
    over.wait()

turns = [threading.Event() for _ in range(9)]
for n in range(8):
    threading.Thread(target=use, args=(turns[n], turns[n + 1])).start()
turns[0].set()
turns[8].wait()
print(held() - before)
over.set()
"""


def kept(program: str) -> int:
    """Bytes that a process of its own keeps after a program."""
    return int(
        subprocess.run([sys.executable, "-c", HELD + program], capture_output=True, text=True, check=True).stdout
    )


def test_large_blocks_are_given_back_though_small_ones_beside_them_stay() -> None:
    assert kept(LARGE) < 10 << 20  # of the 40 MB


def test_what_one_thread_freed_serves_the_next_while_it_still_lives() -> None:
    assert kept(OF_THREADS) < 30 << 20  # of the 80 MB


def test_small_pieces_are_given_back_though_one_behind_them_stays() -> None:
    assert kept(SMALL) < -20 << 20  # of the 40 MB
