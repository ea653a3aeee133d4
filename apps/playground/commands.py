"""The first commands to type against a running stack."""

_READ = """import json; print(json.load(open(".dev/stack.json"))["token"])"""
_AS_DEMO = 'curl -H "Authorization: Bearer $TOKEN"'


def first_commands(base_url: str) -> tuple[str, ...]:
    """Return shell commands that succeed in the folder where `make run` runs."""
    buildings = f"{base_url}/api/v1/buildings/"
    body = """-H "Content-Type: application/json" -d '{"name": "Lighthouse"}'"""
    return (
        f"curl {base_url}/health/ready",
        f"TOKEN=$(python3 -c '{_READ}')\n{_AS_DEMO} {buildings}",
        f"{_AS_DEMO} {body} \\\n  {buildings}",
    )
