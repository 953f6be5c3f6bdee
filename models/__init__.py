"""Pure what-ifs: frames in, frames out, no database and no file."""
