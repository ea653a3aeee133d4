"""The scaffold: a new app in the house style, with its tests, its floor and its settings line."""
