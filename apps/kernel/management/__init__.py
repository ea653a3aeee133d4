"""Commands of the ground: new_app, docs, doctor."""
