"""Sets the project up on a Debian machine and starts it; standard library only, as nothing is there yet."""
