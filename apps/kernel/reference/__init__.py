"""The generated part of the documentation: what is written from code and how it stays true."""
