"""What every room stands on. Knows neither threads nor customers."""
