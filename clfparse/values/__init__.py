"""Values that stand in a log's line: text with escapes, times, requests, numbers."""
