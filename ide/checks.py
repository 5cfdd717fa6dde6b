"""System checks: settings that are unsafe say so, with a hint what to do."""
