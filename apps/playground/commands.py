"""The first commands to type against a running stack."""

_TOKEN = 'TOKEN=$(python3 -c \'import json; print(json.load(open(".dev/stack.json"))["token"])\')'


def first_commands(base_url: str) -> tuple[str, ...]:
    """Return shell commands that succeed in the folder where `make run` runs."""
    return (
        f"curl {base_url}/health/ready",
        f'{_TOKEN}\ncurl -H "Authorization: Bearer $TOKEN" {base_url}/api/v1/buildings/',
        f'curl -H "Authorization: Bearer $TOKEN" --json \'{{"name": "Lighthouse"}}\' '
        f"{base_url}/api/v1/buildings/",
    )
