"""The writing door of files: bring, check, delete and look after them."""

from apps.files.services.appending import append, refuse_expired
from apps.files.services.checking import check_again, check_due
from apps.files.services.collecting import collect
from apps.files.services.completing import complete_upload
from apps.files.services.concatenating import concatenate
from apps.files.services.creating import create_upload
from apps.files.services.deleting import delete_file
from apps.files.services.direct import complete_direct_upload, create_direct_upload, receive_direct
from apps.files.services.discarding import discard_upload, discard_upload_if_any
from apps.files.services.forms import store_form_file
from apps.files.services.quotas import change_tier
from apps.files.services.renditions import make_due_renditions, plan_renditions, remake_renditions
from apps.files.services.rescanning import request_rescan, rescan_due
from apps.files.services.sweeping import sweep
from apps.files.services.terminating import terminate_upload

__all__ = [
    "append",
    "change_tier",
    "check_again",
    "check_due",
    "collect",
    "complete_direct_upload",
    "complete_upload",
    "concatenate",
    "create_direct_upload",
    "create_upload",
    "delete_file",
    "discard_upload",
    "discard_upload_if_any",
    "make_due_renditions",
    "plan_renditions",
    "receive_direct",
    "refuse_expired",
    "remake_renditions",
    "request_rescan",
    "rescan_due",
    "store_form_file",
    "sweep",
    "terminate_upload",
]
