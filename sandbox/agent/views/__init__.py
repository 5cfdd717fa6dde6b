"""What GHC makes of a module on its way to machine code, for looking at."""
