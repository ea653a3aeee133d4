"""The image service: own and remote pictures in any size, cached in three layers."""
