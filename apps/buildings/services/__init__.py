"""The writing door of buildings: every change of a building, each in one transaction.

Users go in by their internal id, everything else by its public one; what is returned is the
public id of what was made. Where many may come at once, a service has a form for many: the same
rules and events with few statements, and the first refusal is that of all.
"""

from apps.buildings.services.buildings import create_building, delete_building, update_building
from apps.buildings.services.comments import add_comment, add_comments, remove_comment
from apps.buildings.services.invitations import (
    accept_invitation,
    decline_invitation,
    invite_member,
    withdraw_invitation,
)
from apps.buildings.services.maintenance import (
    change_status,
    change_statuses,
    open_request,
    open_requests,
    update_request,
    update_requests,
)
from apps.buildings.services.members import change_role, remove_member
from apps.buildings.services.units import add_unit, remove_unit, update_unit

__all__ = [
    "accept_invitation",
    "add_comment",
    "add_comments",
    "add_unit",
    "change_role",
    "change_status",
    "change_statuses",
    "create_building",
    "decline_invitation",
    "delete_building",
    "invite_member",
    "open_request",
    "open_requests",
    "remove_comment",
    "remove_member",
    "remove_unit",
    "update_building",
    "update_request",
    "update_requests",
    "update_unit",
    "withdraw_invitation",
]
