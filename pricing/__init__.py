"""What a token cost, when, and the rule that turns usage into charges.

Knows no log format, no store and no screen. `vocabulary`, `usage`, `book` and
`rate` touch no file, database or frame.
"""
