"""What runs on a machine: hosts behind one interface, their engines, images and a container's profile."""
