"""The environment, read once for all parts of the settings."""

from config.env import read_environment

ENV = read_environment()
IS_HOSTED = ENV.environment in {"staging", "production"}
