"""What people use: the command line, the dashboard and the exports."""
