"""What can be wrong with a change to a building; an absent one is `kernel.errors.NotFound`."""

from apps.kernel.errors import Conflict, Forbidden


class LastOwner(Conflict):
    """A building keeps at least one owner: make somebody else an owner first."""

    code = "buildings.last_owner"
    title = "The building would be left without an owner"


class AlreadyMember(Conflict):
    """The person is a member of the building already."""

    code = "buildings.already_member"
    title = "Already a member"


class AlreadyInvited(Conflict):
    """An invitation to this address is pending: withdraw it to send another."""

    code = "buildings.already_invited"
    title = "Already invited"


class LabelTaken(Conflict):
    """Another unit of the building has this label."""

    code = "buildings.label_taken"
    title = "The label is taken"


class TransitionNotAllowed(Conflict):
    """The request cannot go from its present status to the wanted one."""

    code = "buildings.transition_not_allowed"
    title = "This status cannot follow the present one"


class RoleNotYours(Forbidden):
    """Nobody grants a role above resident but an owner."""

    code = "buildings.role_not_yours"
    title = "You may not grant this role"


class StatusNotYours(Forbidden):
    """Managers take requests through their life; an author closes or reopens an own one."""

    code = "buildings.status_not_yours"
    title = "You may not give this status"
