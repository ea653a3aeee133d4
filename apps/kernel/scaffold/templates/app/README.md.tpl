# ${app}

${Words_plural}, each of one owner.

- **Why**: say here what this app is for, and what it leaves to others.
- **Door**: `services.create_${resource}|rename_${resource}|delete_${resource}`,
  `selectors.${plural}_of`.
- **API**: `/api/v1/${app}/`; for anybody but the owner nothing is there.
- **Events**: `${app}.${resource}.created|renamed|deleted`, heard by the owner.
- **Ports**: none.
- **Failure**: needs the database alone.
