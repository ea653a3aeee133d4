"""The operator's home takes the place of the admin's list of apps."""

from django.contrib import admin

admin.site.index_template = "console/start.html"
