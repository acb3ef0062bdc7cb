"""The same on one machine and on a cluster: run by `make test-scale`, and no part of `make test`."""
