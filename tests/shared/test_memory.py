"""What is large goes back to the system when it is freed, also after a large file has come and gone."""

import subprocess
import sys

PROGRAM = """
from pathlib import Path
from shared.memory import return_large_blocks

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

return_large_blocks()
file = bytearray(30 << 20)
del file
before = held()
blocks = [(bytearray(1 << 20), bytearray(2_000)) for _ in range(40)]
beside = [small for _, small in blocks]
del blocks
print(held() - before)
"""


def test_large_blocks_are_given_back_though_small_ones_beside_them_stay() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 10 << 20  # of the 40 MB


SMALL = """
from pathlib import Path
from shared.memory import give_back

def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

pieces = [bytearray(4_000) for _ in range(10_000)]
last = bytearray(4_000)
del pieces
before = held()
give_back()
print(before - held())
"""


def test_small_pieces_are_given_back_though_one_behind_them_stays() -> None:
    done = subprocess.run([sys.executable, "-c", SMALL], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 20 << 20  # of the 40 MB
