"""How sync speaks HTTP: WatermelonDB's protocol, our own, RxDB's."""
