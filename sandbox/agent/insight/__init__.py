"""What a native program shows of itself besides its output: GHC writes files, and these modules read them."""
