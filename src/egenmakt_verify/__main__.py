"""`python -m egenmakt_verify FILE`."""

import sys

from egenmakt_verify.main import main

sys.exit(main(sys.argv[1:]))
