"""`python -m tenant`."""

import sys

from tenant.cli import main

sys.exit(main())
