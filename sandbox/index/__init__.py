"""What the toolchain's packages export: an index made with the image, and searched in a session."""
