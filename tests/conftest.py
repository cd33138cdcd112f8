"""Set-up that all tests share."""

import os

# small tensors gain nothing from threads, and test workers side by side lose a lot
os.environ.setdefault("OMP_NUM_THREADS", "1")
