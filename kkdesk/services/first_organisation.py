"""What a new database begins with: an organisation and the person at this computer."""

from __future__ import annotations

import uuid

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.ids import new_id


def first_organisation(org_id: str, now: int) -> Change:
    """The organisation `org_id` with one local user as its owner."""
    user_id = str(uuid.uuid4())
    return Change(
        Bilingual("Νέος οργανισμός", "New organisation"),
        (
            Statement(
                "INSERT INTO organizations (id, name, slug, subscription_tier, created_at, updated_at) "
                "VALUES (?1, 'KK Tires', 'kktires', 'free', ?2, ?2) ON CONFLICT DO NOTHING",
                (org_id, now),
            ),
            Statement(
                "INSERT INTO users (id, name, email, created_at, updated_at) "
                "VALUES (?1, 'Τοπικός χρήστης', 'local@kkdesk.invalid', ?2, ?2) ON CONFLICT DO NOTHING",
                (user_id, now),
            ),
            Statement(
                "INSERT INTO organization_members (id, user_id, org_id, role, joined_at) "
                "SELECT ?1, u.id, ?2, 'owner', ?3 FROM users u WHERE u.email = 'local@kkdesk.invalid' "
                "ON CONFLICT DO NOTHING",
                (new_id("mbr"), org_id, now),
            ),
        ),
    )
