"""What the desk reads: counts, queue, members, comparison, history, gaps."""
