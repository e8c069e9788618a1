"""The live screen: what it knows, and how Textual shows it. Only --live imports it."""
