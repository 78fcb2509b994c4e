"""Values in, bytes out. Knows neither the storage nor Flask."""
