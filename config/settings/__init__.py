"""Django's settings, composed from one part per concern."""

from config.settings.admin import *
from config.settings.apps import *
from config.settings.background import *
from config.settings.basics import *
from config.settings.cache import *
from config.settings.database import *
from config.settings.identity import *
from config.settings.lane import *
from config.settings.logs import *
from config.settings.mail import *
from config.settings.mainstay import *
from config.settings.realtime import *
from config.settings.rest import *
from config.settings.security import *
