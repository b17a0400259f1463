"""Where everything stands: the board, the workload, App Home, and ways out."""
