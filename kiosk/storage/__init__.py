"""What is kept on disk, and what the machine says of itself. Knows neither exports nor Flask."""
