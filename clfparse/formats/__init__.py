"""How lines of logs are read: grammars, format strings, JSON, W3C, and their forms in bulk."""
