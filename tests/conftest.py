"""Set-up that all tests share."""

import os
import sys
from pathlib import Path

# small tensors gain nothing from threads, and test workers side by side lose a lot
os.environ.setdefault("OMP_NUM_THREADS", "1")
# an active environment, as whoever types `nbgrader` has it: it starts `alembic` by name
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
