"""`python -m tests.upgrade FOLDER`: an installation as the landed version leaves it, to start this tree on by hand."""

import sys
import tempfile
from pathlib import Path

from tests.upgrade.generator import landed_data
from tests.upgrade.landed import landed_tree


def main() -> None:
    """Make the data on SQLite, and say how to go on."""
    folder = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as tree:
        landed_data(folder, landed_tree(Path(tree)), {})
    print(f"TALENT_DATA_DIR={folder} DEMO=0 make run")


if __name__ == "__main__":
    main()
