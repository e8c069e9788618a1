"""How summaries are shown: as JSON, as text, on a live screen."""
