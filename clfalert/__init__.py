"""clfalert: records in, a message out when traffic crosses a threshold and when it is back."""
