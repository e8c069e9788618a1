"""Bytes in and out: descriptors, signals, lines, compressed logs, refused lines, the screen."""
