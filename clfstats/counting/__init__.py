"""What a window's traffic adds up to: figures, each a small class that adds, merges and emits."""
