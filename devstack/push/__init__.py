"""Push services on this machine: FCM, APNs and Web Push as their servers speak, and one page."""
