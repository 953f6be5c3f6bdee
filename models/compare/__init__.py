"""Options side by side: what each costs, what it answers, and against which baseline it saves."""
