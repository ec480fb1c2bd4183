import sys
from pathlib import Path

# The harness of these tests.
_FOLDER = str(Path(__file__).parent)
if _FOLDER not in sys.path:
    sys.path.insert(0, _FOLDER)
