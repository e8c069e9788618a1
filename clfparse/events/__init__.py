"""The stream's objects and the log's clock: what every reader of records starts from."""
