"""The tables of buildings, one model per file."""

from apps.buildings.models.building import Building
from apps.buildings.models.comment import Comment
from apps.buildings.models.invitation import Invitation
from apps.buildings.models.maintenance import MaintenanceRequest
from apps.buildings.models.member import Member
from apps.buildings.models.unit import Unit

__all__ = ["Building", "Comment", "Invitation", "MaintenanceRequest", "Member", "Unit"]
