"""Egenmakt: savings groups and the stories of their members, from the cash box to the published report."""

from __future__ import annotations

import os

# NumPy's matrices are small here: several threads of BLAS only wait for each other (measured under load: 17 seconds
# where one thread took 1.7). It must be said before NumPy is first loaded, so here; and never over the user's own word.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
