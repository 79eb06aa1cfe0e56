"""Sessions recorded without their secrets, and replayed without a service."""
