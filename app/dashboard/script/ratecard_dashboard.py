"""The script Streamlit runs; its name is no package's, since its folder comes first on the path."""

from app.dashboard.frame import draw

draw()
