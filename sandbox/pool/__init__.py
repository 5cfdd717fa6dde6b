"""Which host takes what, and the upkeep of all hosts: placement, waiting, warm containers, watching."""
