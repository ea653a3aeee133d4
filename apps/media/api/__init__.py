"""The HTTP edge of the image service: URLs of pictures for those who are signed in."""
