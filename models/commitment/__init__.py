"""What a commitment makes of a saving: below what is promised nothing is saved until renewal."""
