"""Holds nothing but the script Streamlit runs, whose folder comes first on ``sys.path``."""
