"""What the provider offers to read: one small module for each data source."""
