"""The environment, read once for all parts of the settings."""

from config.env import prepare_metrics_folder, read_environment

ENV = read_environment()
prepare_metrics_folder(ENV)
IS_HOSTED = ENV.environment in {"staging", "production"}
