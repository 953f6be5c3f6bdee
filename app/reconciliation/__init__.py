"""The provider's bill against the loaded usage: what is read, asked and shown."""
