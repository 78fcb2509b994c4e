"""`python -m kiosk`."""

import gc

# Collecting while modules load finds nothing and takes a tenth of the start; `serve` turns it on again.
gc.disable()

from kiosk.cli import main  # noqa: E402

main()
