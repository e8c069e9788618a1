"""clfstats: records in, a summary of each window of the log's time out."""
