"""One log format each: a request in, the lines that a logger would write out."""
