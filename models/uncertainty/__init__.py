"""What is not known exactly: draws that scenarios share, intervals, and what matters most."""
