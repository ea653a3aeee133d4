"""A Django project as the tutorials make it: a ModelViewSet and the usual middlewares."""
