"""Centrifugo's client protocol, version 2: commands, replies and pushes in both codecs."""
