"""Runs hostile Haskell: sessions in capped containers on a pool of hosts. Imports neither Django nor `ide`."""
