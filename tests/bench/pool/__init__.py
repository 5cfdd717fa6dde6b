"""A simulator of the pool: the service's own choice, queue, shifting and warm sizing on many hosts."""
