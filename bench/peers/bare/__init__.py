"""What the server, the driver and Django cost by themselves."""
