"""Commands of the playground: demo_data, journey."""
