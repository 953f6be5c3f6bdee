"""What-ifs: the stored usage under other choices; commands and pages ask the same functions."""
