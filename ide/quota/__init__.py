"""What a user may use, what is used of it, and letting runs and sessions in."""
