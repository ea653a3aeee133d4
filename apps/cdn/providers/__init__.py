"""CDNs that can be told what to forget, one file each."""
