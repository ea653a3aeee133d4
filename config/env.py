"""The one reader of environment variables: typed, validated together, documented from here.

Nothing else in the project reads the environment. ``manage.py docs`` generates the settings
reference and the example environments from the fields of `Environment`.
"""

import dataclasses
import ipaddress
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, cast

import environ
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ImproperlyConfigured

Stage = Literal["development", "test", "staging", "production"]

_STAGES = ("development", "test", "staging", "production")
_PASSWORD_POLICIES = ("product", "nist")
MASTER_KEY_SOURCES = ("environment", "file", "aws")
CDN_PROVIDERS = ("none", "cloudflare", "http")
_FILE_STORAGES = ("local", "s3", "azure")
_S3_ADDRESSINGS = ("auto", "virtual", "path")
_SCANNERS = ("embedded", "clamav", "cloud")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_REQUIRED = object()
_HOSTED = ("staging", "production")
_SIZE = re.compile("(?P<number>[0-9]{1,6})(?P<unit>MiB|GiB|TiB)")
_BYTES_IN = {"MiB": 1024**2, "GiB": 1024**3, "TiB": 1024**4}
# What is believed because of where it comes from.
_URLS = ("base_url", "google_issuer", "apple_issuer")
SOURCE_TREE = Path(__file__).resolve().parent.parent
# Written by `make run`, so that `manage.py` in another terminal meets the same servers.
_STACK_ENVIRONMENT = SOURCE_TREE / ".dev" / "environment"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Variable:
    """What is known of one environment variable besides its name."""

    help: str
    expected: str
    example: str
    default: Any
    read: Callable[[environ.Env, str], Any]
    is_secret: bool
    # Another variable and the value of it that makes this one required.
    needed_with: tuple[str, str] | None = None

    @property
    def is_required(self) -> bool:
        """Tell whether a start without it is refused, all others having their defaults."""
        return self.default is _REQUIRED or self.is_needed({})

    def is_needed(self, source: Mapping[str, str]) -> bool:
        """Tell whether another variable, as it is set, makes this one required."""
        if self.needed_with is None:
            return False
        other, value = self.needed_with
        return (source.get(other) or variables()[other].default) == value


def _text(env: environ.Env, name: str) -> str:
    return cast("str", env.str(name))


def _number(env: environ.Env, name: str) -> int:
    number = cast("int", env.int(name))
    if number < 0:
        raise ValueError(number)
    return number


def _one_or_more(env: environ.Env, name: str) -> int:
    number = _number(env, name)
    if number < 1:
        raise ValueError(number)
    return number


def _switch(env: environ.Env, name: str) -> bool:
    text = str(env.str(name)).lower()
    if text not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
        raise ValueError(text)
    return cast("bool", env.bool(name))


def _words(env: environ.Env, name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in env.list(name) if word.strip())


def _folder(env: environ.Env, name: str) -> Path:
    return Path(_text(env, name)).absolute()


def _one_of(words: Collection[str]) -> Callable[[environ.Env, str], str]:
    def read(env: environ.Env, name: str) -> str:
        word = _text(env, name)
        if word not in words:
            raise ValueError(word)
        return word

    return read


def _some_of(words: Collection[str]) -> Callable[[environ.Env, str], tuple[str, ...]]:
    def read(env: environ.Env, name: str) -> tuple[str, ...]:
        named = _words(env, name)
        if not named or not set(named) <= set(words):
            raise ValueError(named)
        return named

    return read


def _cdn_provider(env: environ.Env, name: str) -> str:
    provider = _one_of(CDN_PROVIDERS)(env, name)
    return "" if provider == "none" else provider


def _url_of(*schemes: str) -> Callable[[environ.Env, str], str]:
    def read(env: environ.Env, name: str) -> str:
        url = _text(env, name)
        scheme, separator, rest = url.partition("://")
        if scheme not in schemes or not separator or not rest:
            raise ValueError(url)
        return url.rstrip("/")

    return read


def _urls_of(*schemes: str) -> Callable[[environ.Env, str], tuple[str, ...]]:
    def read(env: environ.Env, name: str) -> tuple[str, ...]:
        urls = tuple(word.rstrip("/") for word in _words(env, name))
        if not all(url.partition("://")[0] in schemes and url.partition("://")[2] for url in urls):
            raise ValueError(urls)
        return urls

    return read


def _numbers(env: environ.Env, name: str) -> tuple[int, ...]:
    numbers = tuple(int(word) for word in _words(env, name))
    if any(number < 0 for number in numbers):
        raise ValueError(numbers)
    return numbers


def sizes_in_bytes(words: Iterable[str]) -> dict[str, int]:
    """Return what words such as ``free:1GiB`` name, in bytes; raises ValueError."""
    sizes: dict[str, int] = {}
    for word in words:
        label, _, size = word.partition(":")
        read = _SIZE.fullmatch(size)
        if not label or label in sizes or read is None:
            raise ValueError(word)
        sizes[label] = int(read["number"]) * _BYTES_IN[read["unit"]]
    return sizes


def _sized_words(env: environ.Env, name: str) -> tuple[str, ...]:
    words = _words(env, name)
    if not sizes_in_bytes(words):
        raise ValueError("empty")
    return words


def _networks(env: environ.Env, name: str) -> tuple[str, ...]:
    return tuple(str(ipaddress.ip_network(word)) for word in _words(env, name))


def _fernet_keys(env: environ.Env, name: str) -> tuple[str, ...]:
    keys = _words(env, name)
    for key in keys:
        Fernet(key)
    if not keys:
        raise ValueError("empty")
    return keys


def _apple_key(env: environ.Env, name: str) -> str:
    # Environment files have no lines within a value.
    pem = _text(env, name).replace("\\n", "\n")
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError(name)
    return pem


def _variable(
    help_text: str,
    *,
    expected: str = "text",
    example: str,
    default: Any = _REQUIRED,
    read: Callable[[environ.Env, str], Any] = _text,
    is_secret: bool = False,
    needed_with: tuple[str, str] | None = None,
) -> Any:
    about = Variable(
        help=help_text,
        expected=expected,
        example=example,
        default=default,
        read=read,
        is_secret=is_secret,
        needed_with=needed_with,
    )
    return dataclasses.field(metadata={"variable": about})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Environment:
    """Every variable Mainstay reads; the variable's name is the field's in upper case."""

    environment: Stage = _variable(
        "Which stage this process runs in; decides how strict start-up is.",
        expected="development, test, staging or production",
        example="production",
        read=_one_of(_STAGES),
    )
    debug: bool = _variable(
        "Django's debug pages; refused outside development and test.",
        expected="true or false",
        example="false",
        default=False,
        read=_switch,
    )
    secret_key: str = _variable(
        "Django's signing secret; at least 50 random characters when hosted.",
        example="python -c 'import secrets; print(secrets.token_urlsafe(64))'",
        is_secret=True,
    )
    keyring_master_key: tuple[str, ...] = _variable(
        "Encrypts the keys kept in the database. Several, separated by commas: "
        "the first encrypts, all decrypt.",
        expected="url-safe base64 of 32 random bytes, or several separated by commas",
        example="python -c 'from cryptography.fernet import Fernet as F; "
        "print(F.generate_key().decode())'",
        default=(),
        read=_fernet_keys,
        is_secret=True,
        needed_with=("KEYRING_MASTER_KEY_SOURCE", "environment"),
    )
    keyring_master_key_source: str = _variable(
        "Where the master keys are kept: environment is KEYRING_MASTER_KEY, file is "
        "KEYRING_MASTER_KEY_FILE, aws is KEYRING_MASTER_KEY_SECRET in AWS Secrets Manager.",
        expected="environment, file or aws",
        example="file",
        default="environment",
        read=_one_of(MASTER_KEY_SOURCES),
    )
    keyring_master_key_file: str = _variable(
        "The file that holds the master keys, separated by commas or lines; read again when it "
        "changes.",
        expected="a file this process can read",
        example="/run/secrets/keyring_master_key",
        default="",
        needed_with=("KEYRING_MASTER_KEY_SOURCE", "file"),
    )
    keyring_master_key_secret: str = _variable(
        "Name or ARN of the secret that holds the master keys as text, separated by commas; "
        "region and credentials come from AWS's own variables, files or roles.",
        expected="a name or an ARN",
        example="mainstay/keyring",
        default="",
        needed_with=("KEYRING_MASTER_KEY_SOURCE", "aws"),
    )
    database_url: str = _variable(
        "The PostgreSQL database (17 or newer; 18 is what the tests run on).",
        expected="postgresql://user:password@host:port/name",
        example="postgresql://mainstay:secret@db.internal:5432/mainstay",
        read=_url_of("postgres", "postgresql"),
        is_secret=True,
    )
    database_connect_timeout_seconds: int = _variable(
        "How long opening a database connection may take.",
        expected="a whole number of seconds, 1 or more",
        example="3",
        default=3,
        read=_one_or_more,
    )
    database_transaction_timeout_seconds: int = _variable(
        "Longest a transaction may stay open: one writer that forgets to commit delays every "
        "consumer of the event log. 0 switches the limit off, for long migrations.",
        expected="a whole number of seconds, 0 or more",
        example="60",
        default=60,
        read=_number,
    )
    redis_url: str = _variable(
        "Redis 6.2 or newer: cache, Celery's broker and wake-up hints; never the truth.",
        expected="redis://… or rediss://…",
        example="rediss://:secret@redis.internal:6379/0",
        read=_url_of("redis", "rediss"),
        is_secret=True,
    )
    redis_patience: int = _variable(
        "How many times longer than usual Redis is waited for. Usual is 0.3 s for the cache and "
        "limits within a request, and 1.1 s for locks; more suits slow networks and busy machines.",
        expected="a whole number, 1 or more",
        example="2",
        default=1,
        read=_one_or_more,
    )
    base_url: str = _variable(
        "Where clients reach this installation; links in mails and tokens' issuer.",
        expected="http://… or https://… without a path",
        example="https://api.example.com",
        read=_url_of("http", "https"),
    )
    allowed_hosts: tuple[str, ...] = _variable(
        "Host names requests may carry besides the one of BASE_URL.",
        expected="host names separated by commas; no wildcard when hosted",
        example="api.example.com,api-internal.example.com",
        default=(),
        read=_words,
    )
    trusted_proxy_count: int = _variable(
        "How many proxies in front of this process append to X-Forwarded-For.",
        expected="a whole number, 0 or more",
        example="1",
        default=0,
        read=_number,
    )
    x_accel_redirect: bool = _variable(
        "Whether nginx stands in front as in deploy/nginx and gives files to clients itself, when "
        "an answer names them by X-Accel-Redirect: below /_files/ and /_media/.",
        expected="true or false",
        example="true",
        default=False,
        read=_switch,
    )
    state_dir: Path = _variable(
        "Folder for what a process may write locally: uploads and metrics files.",
        expected="a folder this process can write to",
        example="/var/lib/mainstay",
        read=_folder,
    )
    caching_memory_mib: int = _variable(
        "Memory that each process gives to its cache.",
        expected="a whole number of MiB",
        example="100",
        default=100,
        read=_number,
    )
    caching_redis_mib: int = _variable(
        "Redis's memory that the cache may take, over all hosts; the server itself must have more, "
        "and evict nothing by itself (maxmemory-policy noeviction).",
        expected="a whole number of MiB",
        example="1024",
        default=1024,
        read=_number,
    )
    caching_files_mib: int = _variable(
        "Disk that the cache may take on each host, below STATE_DIR; at the limit what is worth "
        "least goes until 80 % are left.",
        expected="a whole number of MiB",
        example="4096",
        default=1024,
        read=_number,
    )
    caching_least_free_mib: int = _variable(
        "Disk that must be left free: below it the cache writes no files and gives room back.",
        expected="a whole number of MiB",
        example="1024",
        default=512,
        read=_number,
    )
    cdn_provider: str = _variable(
        "Who stands between us and those who look at public content, and is told what to forget: "
        "cloudflare, or http for caches that take PURGE and BAN, such as Varnish.",
        expected="none, cloudflare or http",
        example="cloudflare",
        default="",
        read=_cdn_provider,
    )
    cdn_base_url: str = _variable(
        "URL under which the CDN answers, in front of BASE_URL: that of public content. Empty, "
        "content is had from BASE_URL.",
        expected="an http:// or https:// URL without a path",
        example="https://cdn.example.com",
        default="",
        read=_url_of("http", "https"),
    )
    cdn_cloudflare_zone: str = _variable(
        "The id of the zone at Cloudflare.",
        example="023e105f4ecef8ad9ca31a8372d0c353",
        default="",
        needed_with=("CDN_PROVIDER", "cloudflare"),
    )
    cdn_cloudflare_token: str = _variable(
        "An API token of Cloudflare that may purge this zone, and nothing else.",
        example="the token that Cloudflare shows once, when it is made",
        default="",
        is_secret=True,
        needed_with=("CDN_PROVIDER", "cloudflare"),
    )
    cdn_purge_bases: tuple[str, ...] = _variable(
        "With CDN_PROVIDER=http: every cache that is to forget, each with scheme and port.",
        expected="http:// or https:// URLs, comma-separated",
        example="http://varnish-1:6081,http://varnish-2:6081",
        default=(),
        read=_urls_of("http", "https"),
        needed_with=("CDN_PROVIDER", "http"),
    )
    cdn_cloudflare_purges_per_minute: int = _variable(
        "How many requests for purges Cloudflare takes per minute: 5 (Free), 300 (Pro), 600 "
        "(Business), 3000 (Enterprise). Each holds up to 100 URLs or tags.",
        expected="a whole number, 1 or more",
        example="300",
        default=5,
        read=_one_or_more,
    )
    cdn_cloudflare_purges_at_once: int = _variable(
        "How many of them it takes in one go after a pause: 25 (Free, Pro), 50 (Business), 500 "
        "(Enterprise).",
        expected="a whole number, 1 or more",
        example="25",
        default=25,
        read=_one_or_more,
    )
    files_quarantine_days: int = _variable(
        "Days infected bytes are kept for those who want to know more of them.",
        expected="a whole number of days, 1 or more",
        example="30",
        default=30,
        read=_one_or_more,
    )
    files_content_url: str = _variable(
        "Where signed URLs of files lead; without it BASE_URL. Best a host of its own that comes "
        "here too and is among ALLOWED_HOSTS, so that no file meets the cookies of BASE_URL.",
        expected="http://… or https://… without a path, or empty",
        example="https://files.example.com",
        default="",
        read=_url_of("http", "https"),
    )
    files_tiers: tuple[str, ...] = _variable(
        "How much room the files of one user may take, by tier; who is in none of these has the "
        "room of the first.",
        expected="tiers with sizes in MiB, GiB or TiB, separated by commas",
        example="free:1GiB,premium:50GiB",
        default=("free:1GiB", "premium:50GiB"),
        read=_sized_words,
    )
    files_scanners: tuple[str, ...] = _variable(
        "Which scanners look through files; all of them must say clean. embedded needs no server "
        "and knows little, clamav is clamd, cloud is an adapter of yours.",
        expected="embedded, clamav and cloud, those in use separated by commas",
        example="embedded,clamav",
        default=("embedded",),
        read=_some_of(_SCANNERS),
    )
    files_clamav_url: str = _variable(
        "Where clamd listens, if it is among FILES_SCANNERS.",
        expected="unix:///path or tcp://host:port",
        example="unix:///run/clamav/clamd.ctl",
        default="unix:///run/clamav/clamd.ctl",
        read=_url_of("unix", "tcp"),
    )
    files_cloud_scanner_url: str = _variable(
        "Where the adapter of the scanner cloud answers, if it is among FILES_SCANNERS.",
        expected="http://… or https://…, or empty",
        example="https://scanner.example.com/v1",
        default="",
        read=_url_of("http", "https"),
    )
    files_cloud_scanner_token: str = _variable(
        "The bearer token that the adapter takes.",
        example="python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        default="",
        is_secret=True,
    )
    files_avif: bool = _variable(
        "Whether pictures are also made as AVIF: a fifth smaller than WebP, and several times the "
        "time to make.",
        expected="true or false",
        example="true",
        default=False,
        read=_switch,
    )
    files_storage: str = _variable(
        "Where files are kept. What was brought before a change stays where it is, and must stay "
        "reachable; see docs/how-to/choose-a-storage.md.",
        expected="local, s3 or azure",
        example="s3",
        default="local",
        read=_one_of(_FILE_STORAGES),
    )
    files_root: Path | None = _variable(
        "Folder of the storage local; without it files in STATE_DIR. All hosts must share it.",
        expected="a folder this process can write to, or empty",
        example="/srv/mainstay/files",
        default=None,
        read=_folder,
    )
    files_s3_bucket: str = _variable(
        "The bucket of the storage s3; it must exist, and be nobody else's.",
        example="mainstay-files",
        default="",
        needed_with=("FILES_STORAGE", "s3"),
    )
    files_s3_region: str = _variable(
        "The bucket's region; without it what AWS's own variables and files say.",
        example="eu-central-1",
        default="",
    )
    files_s3_endpoint_url: str = _variable(
        "Where S3 is spoken, if not at AWS; clients must reach it too, by the same URL.",
        expected="http://… or https://… without a path, or empty",
        example="https://s3.example.com",
        default="",
        read=_url_of("http", "https"),
    )
    files_s3_addressing: str = _variable(
        "Whether the bucket stands in the host name (virtual) or in the path; auto is what AWS "
        "wants, many others want path.",
        expected="auto, virtual or path",
        example="path",
        default="auto",
        read=_one_of(_S3_ADDRESSINGS),
    )
    files_s3_access_key_id: str = _variable(
        "The key for the bucket; without it what AWS's own variables, files or roles say.",
        example="AKIAIOSFODNN7EXAMPLE",
        default="",
    )
    files_s3_secret_access_key: str = _variable(
        "The secret of FILES_S3_ACCESS_KEY_ID.",
        example="wJalrXUtnFEMI…",
        default="",
        is_secret=True,
    )
    files_azure_account: str = _variable(
        "The storage account of the storage azure.",
        example="mainstay",
        default="",
        needed_with=("FILES_STORAGE", "azure"),
    )
    files_azure_container: str = _variable(
        "The container in the account; it must exist, and be nobody else's.",
        example="files",
        default="",
        needed_with=("FILES_STORAGE", "azure"),
    )
    files_azure_key: str = _variable(
        "One of the account's two keys; URLs are signed with it.",
        expected="base64",
        example="Eby8vdM02xNO…",
        default="",
        is_secret=True,
        needed_with=("FILES_STORAGE", "azure"),
    )
    files_azure_endpoint_url: str = _variable(
        "Where the account is spoken to, if not at https://ACCOUNT.blob.core.windows.net.",
        expected="http://… or https://…, or empty",
        example="http://127.0.0.1:10000/devstoreaccount1",
        default="",
        read=_url_of("http", "https"),
    )
    imaging_processes: int = _variable(
        "Processes that decode and draw pictures, for each process that needs them; started when "
        "they are first needed. Each takes 40 MiB, and up to 1 GiB for a moment.",
        expected="a whole number, 1 or more",
        example="4",
        default=2,
        read=_one_or_more,
    )
    accounts_password_policy: str = _variable(
        "Which passwords are good enough: product asks for 12 characters with upper and lower "
        "case, a digit and a special one; nist for 15 of any kind (SP 800-63B-4). Both refuse "
        "common passwords and those like the name or address.",
        expected="product or nist",
        example="nist",
        default="product",
        read=_one_of(_PASSWORD_POLICIES),
    )
    google_client_ids: tuple[str, ...] = _variable(
        "OAuth client ids of your apps at Google, one for each platform; without any, nobody "
        "signs in by Google.",
        expected="client ids separated by commas, or empty",
        example="123-ios.apps.googleusercontent.com,123-android.apps.googleusercontent.com",
        default=(),
        read=_words,
    )
    google_client_secret: str = _variable(
        "Secret of the client ids at Google; only where apps send an authorization code instead "
        "of an ID token.",
        example="GOCSPX-…",
        default="",
        is_secret=True,
    )
    google_issuer: str = _variable(
        "The OpenID issuer that speaks for Google; another one in tests only.",
        expected="http://… or https://… without a slash at the end",
        example="https://accounts.google.com",
        default="https://accounts.google.com",
        read=_url_of("http", "https"),
    )
    apple_client_ids: tuple[str, ...] = _variable(
        "Bundle ids of your apps, and services ids of your sites, at Apple; without any, nobody "
        "signs in by Apple.",
        expected="client ids separated by commas, or empty",
        example="com.example.app,com.example.site",
        default=(),
        read=_words,
    )
    apple_team_id: str = _variable(
        "Your team at Apple; only where apps send an authorization code instead of an ID token.",
        example="A1B2C3D4E5",
        default="",
    )
    apple_key_id: str = _variable(
        "Id of APPLE_PRIVATE_KEY at Apple.",
        example="F6G7H8I9J0",
        default="",
    )
    apple_private_key: str = _variable(
        "The key for Sign in with Apple; signs the client secret that goes with a code.",
        expected="an EC key in PEM form, its lines separated by \\n",
        example="-----BEGIN PRIVATE KEY-----\\nMIGT…\\n-----END PRIVATE KEY-----",
        default="",
        read=_apple_key,
        is_secret=True,
    )
    apple_issuer: str = _variable(
        "The OpenID issuer that speaks for Apple; another one in tests only.",
        expected="http://… or https://… without a slash at the end",
        example="https://appleid.apple.com",
        default="https://appleid.apple.com",
        read=_url_of("http", "https"),
    )
    mail_url: str = _variable(
        "The mail server; without it mails are written to MAIL_DIR.",
        expected="smtp://… or smtp+tls://… or empty",
        example="smtp+tls://mailer:secret@mail.internal:587",
        default="",
        is_secret=True,
    )
    mail_dir: Path = _variable(
        "Folder that receives mails as files where there is no mail server.",
        expected="a folder",
        example="/var/lib/mainstay/mail",
        default=SOURCE_TREE / ".dev" / "mail",
        read=_folder,
    )
    mail_from: str = _variable(
        "Sender of the mails Mainstay writes.",
        example="Mainstay <no-reply@example.com>",
        default="Mainstay <no-reply@mainstay.local>",
    )
    log_level: str = _variable(
        "Least level that is logged; without it DEBUG in development and INFO elsewhere.",
        expected="DEBUG, INFO, WARNING, ERROR or empty",
        example="INFO",
        default="",
        read=_one_of(_LOG_LEVELS),
    )
    seq_url: str = _variable(
        "A Seq server that receives every log event; empty switches the sink off.",
        expected="http://… or https://… or empty",
        example="https://seq.internal:5341",
        default="",
    )
    seq_api_key: str = _variable(
        "The key sent to Seq.", example="Zh4x…", default="", is_secret=True
    )
    prometheus_multiproc_dir: str = _variable(
        "Folder in which the worker processes of one instance add up their metrics; read by "
        "prometheus_client itself. Empty it before each start.",
        expected="a folder, or empty for a single process",
        example="/run/mainstay/metrics",
        default="",
    )
    metrics_allowed_networks: tuple[str, ...] = _variable(
        "Networks whose clients may read /metrics.",
        expected="networks in CIDR form separated by commas",
        example="10.0.0.0/8",
        default=("127.0.0.0/8", "::1/128"),
        read=_networks,
    )
    outbound_allowed_networks: tuple[str, ...] = _variable(
        "Private networks that URLs given by users may reach; for development only.",
        expected="networks in CIDR form separated by commas",
        example="127.0.0.0/8,::1/128",
        default=(),
        read=_networks,
    )
    playground_push_url: str = _variable(
        "Where the playground's phones subscribe to pushes: the bundled Web Push service.",
        expected="http://… without a path, or empty",
        example="http://127.0.0.1:8010",
        default="",
        read=_url_of("http", "https"),
    )
    event_retention_days: int = _variable(
        "Days an event stays in the log; older partitions are dropped.",
        expected="a whole number of days, 1 or more",
        example="30",
        default=30,
        read=_one_or_more,
    )
    realtime_url: str = _variable(
        "Where clients reach the realtime process: WebSocket and event streams; without it "
        "BASE_URL, where a proxy sends /connection, /emulation and /api/v1/realtime/events there.",
        expected="http://… or https://… without a path, or empty",
        example="https://live.example.com",
        default="",
        read=_url_of("http", "https"),
    )
    realtime_allowed_origins: tuple[str, ...] = _variable(
        "Sites whose pages may open realtime connections, besides the one of BASE_URL.",
        expected="origins separated by commas, or empty",
        example="https://app.example.com",
        default=(),
        read=_words,
    )
    realtime_retention_days: int = _variable(
        "Days within which a client that comes back is sent what it missed; never longer than "
        "EVENT_RETENTION_DAYS.",
        expected="a whole number of days, 1 or more",
        example="3",
        default=3,
        read=_one_or_more,
    )
    files_upload_url: str = _variable(
        "Where clients send the bytes of uploads: the process that has threads for slow senders; "
        "without it BASE_URL, where a proxy may send /api/v1/uploads/ there.",
        expected="http://… or https://… without a path, or empty",
        example="https://upload.example.com",
        default="",
        read=_url_of("http", "https"),
    )
    files_bodies_at_once: int = _variable(
        "How many requests of one process may be sending it bytes at once; others are asked to "
        "come again in a second. Half its blocking threads, and nearly all of them where uploads "
        "have a process of their own.",
        expected="a whole number, 1 or more",
        example="28",
        default=2,
        read=_one_or_more,
    )
    files_upload_expiry_hours: int = _variable(
        "How long an upload that is not finished is kept after its last bytes came.",
        expected="a whole number of hours, 1 or more",
        example="24",
        default=24,
        read=_one_or_more,
    )
    files_expired_status: str = _variable(
        "What is answered for an upload that has expired and is still known: 410 as tus wants it, "
        "or 404 for tus-java-client and Android, which begin anew at no other.",
        expected="410 or 404",
        example="404",
        default="410",
        read=_one_of(("410", "404")),
    )
    files_default_purpose: str = _variable(
        "What an upload is for whose client does not say it.",
        expected="a purpose",
        example="document",
        default="document",
    )
    files_form_mib: int = _variable(
        "The largest file that is taken as a form, in one request; larger ones come by tus.",
        expected="a whole number of MiB, 1 or more",
        example="10",
        default=10,
        read=_one_or_more,
    )
    media_base_url: str = _variable(
        "Where clients reach the image service; without it BASE_URL, where a proxy sends /media/ "
        "there.",
        expected="http://… or https://… without a path, or empty",
        example="https://images.example.com",
        default="",
        read=_url_of("http", "https"),
    )
    media_predecessor_origin: str = _variable(
        "Where the predecessor system's originals are, below /media/ and /static/images/: its "
        "clients then get pictures here under the URLs they know (/media_stream-image/…), in any "
        "size and unsigned. Without it those URLs lead nowhere.",
        expected="http://… or https://… without a path, or empty",
        example="https://assets.example.com",
        default="",
        read=_url_of("http", "https"),
    )
    media_public_purposes: tuple[str, ...] = _variable(
        "Purposes of files whose pictures everybody may see who knows their id, in the sizes of "
        "presets; pictures of all others need a signed URL.",
        expected="purposes separated by commas, or empty",
        example="avatar",
        default=("avatar",),
        read=_words,
    )
    media_source_mib: int = _variable(
        "The largest original that pictures are made of, own or remote.",
        expected="a whole number of MiB, 1 or more",
        example="20",
        default=20,
        read=_one_or_more,
    )
    media_fallback_status: int = _variable(
        "The status of a picture that is given in place of an error to those who ask for one; 0 "
        "leaves the error's own.",
        expected="0 or an HTTP status",
        example="404",
        default=0,
        read=_number,
    )
    webhooks_retry_seconds: tuple[int, ...] = _variable(
        "Pauses before each retry of a webhook; without it 2,5,15,60,300 in development and "
        "30,120,480,1920,7680 elsewhere.",
        expected="whole numbers of seconds separated by commas",
        example="30,120,480,1920,7680",
        default=(),
        read=_numbers,
    )
    webhooks_disable_after_days: int = _variable(
        "Days of nothing but failures after which a webhook endpoint is disabled.",
        expected="a whole number of days, 1 or more",
        example="5",
        default=5,
        read=_one_or_more,
    )
    notifications_retention_days: int = _variable(
        "Days a notification, its deliveries and their attempts are kept; inboxes stay.",
        expected="a whole number of days, 1 or more",
        example="90",
        default=90,
        read=_one_or_more,
    )
    notifications_stale_device_days: int = _variable(
        "Days after which a device that neither its app nor its push service spoke of is retired.",
        expected="a whole number of days, 1 or more",
        example="270",
        default=270,
        read=_one_or_more,
    )
    webhooks_retention_days: int = _variable(
        "Days a finished webhook delivery and its attempts are kept.",
        expected="a whole number of days, 1 or more",
        example="30",
        default=30,
        read=_one_or_more,
    )
    sync_retention_days: int = _variable(
        "Days that deleted rows, revoked scopes and answers to pushes are remembered; a device "
        "that was away longer is given everything anew.",
        expected="a whole number of days, 1 or more",
        example="90",
        default=90,
        read=_one_or_more,
    )


def variables() -> Mapping[str, Variable]:
    """Every variable by its name in the environment, in the order of declaration."""
    return {
        field.name.upper(): field.metadata["variable"] for field in dataclasses.fields(Environment)
    }


def read_environment(source: Mapping[str, str] | None = None) -> Environment:
    """Read and validate the environment.

    Raises ImproperlyConfigured naming every variable that is missing, malformed or refused at
    this stage, what was expected and an example, so that one failed start is enough to mend all.
    """
    env = environ.Env()
    env.ENVIRON = _surroundings() if source is None else dict(source)
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, variable in variables().items():
        try:
            values[name.lower()] = _value_of(env, name, variable)
        except (ValueError, TypeError, ImproperlyConfigured) as problem:
            problems.append(_complaint(name, variable, problem))
    problems += _refusals(values)
    if problems:
        raise ImproperlyConfigured("The environment is not usable:\n" + "\n".join(problems))
    return Environment(**values)


def prepare_metrics_folder(environment: Environment) -> None:
    """Make prometheus_client's own reading of its variable agree with ours.

    It reads the variable and writes into the folder as soon as it is imported: an empty
    variable would be the working directory, a missing folder an unintelligible failure.
    """
    if environment.prometheus_multiproc_dir:
        Path(environment.prometheus_multiproc_dir).mkdir(parents=True, exist_ok=True)
    else:
        os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)


def _surroundings() -> dict[str, str]:
    """The process's variables, or those of the running development stack for commands by hand."""
    if "ENVIRONMENT" not in os.environ and _STACK_ENVIRONMENT.exists():
        environ.Env.read_env(_STACK_ENVIRONMENT)
    return dict(os.environ)


def _value_of(env: environ.Env, name: str, variable: Variable) -> Any:
    if not env.ENVIRON.get(name):
        if variable.default is _REQUIRED or variable.is_needed(env.ENVIRON):
            raise ImproperlyConfigured("is missing")
        return variable.default
    return variable.read(env, name)


def _complaint(name: str, variable: Variable, problem: Exception) -> str:
    what = "is missing" if isinstance(problem, ImproperlyConfigured) else "is malformed"
    return f"  {name} {what}: expected {variable.expected}; for example {variable.example}"


def _refusals(values: Mapping[str, Any]) -> list[str]:
    """Return what a hosted stage must not have, of the values that could be read."""
    stage = values.get("environment")
    if stage not in _HOSTED:
        return []
    rules: list[tuple[str, Callable[[Any], bool], str]] = [
        ("debug", bool, "must be false"),
        ("secret_key", _can_be_guessed, "must be at least 50 random characters"),
        ("allowed_hosts", _has_wildcard, "must name hosts, not wildcards"),
        *((name, lambda url: not url.startswith("https://"), "must be https") for name in _URLS),
    ]
    if stage == "production":
        opening = "must be empty: it opens private networks to URLs given by users"
        rules.append(("outbound_allowed_networks", bool, opening))
    known = variables()
    return [
        f"  {name.upper()} {rule} in {stage}; for example {known[name.upper()].example}"
        for name, is_broken, rule in rules
        if name in values and is_broken(values[name])
    ]


def _can_be_guessed(secret: str) -> bool:
    return len(secret) < 50 or len(set(secret)) < 16 or "insecure" in secret


def _has_wildcard(hosts: tuple[str, ...]) -> bool:
    return any("*" in host or host.startswith(".") for host in hosts)
