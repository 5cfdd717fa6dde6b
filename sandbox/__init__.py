"""Runs hostile Haskell in capped containers on a pool of hosts. Imports neither Django nor `ide`."""
