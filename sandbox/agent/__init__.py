"""What is inside the container: syncs files, drives GHCi, runs programs and reports. On hostile ground."""
