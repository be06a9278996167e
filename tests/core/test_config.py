"""Settings come from the environment; those that would endanger customers refuse to start and say which."""

from __future__ import annotations

import pytest

from community import config

SAFE = {
    "SECRET_KEY": "x8Yw0c8r3-a-long-and-random-secret-of-the-site",
    "BASE_URL": "https://community.example.org",
    "SMTP_HOST": "mail.example.org",
}


def test_safe_production_settings_start() -> None:
    values = config.settings(environment=SAFE)
    assert values["SESSION_COOKIE_NAME"] == "__Host-theke"
    assert values["SESSION_COOKIE_SECURE"]
    assert values["TRUSTED_HOSTS"] == ["community.example.org"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": "changeme"}, "SECRET_KEY"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"BASE_URL": ""}, "BASE_URL"),
        ({"BASE_URL": "http://community.example.org"}, "BASE_URL"),
        ({"SMTP_HOST": ""}, "SMTP_HOST"),
        ({"SMTP_TLS": "none"}, "SMTP_TLS"),
        ({"HOST": "0.0.0.0"}, "BEHIND_PROXY"),
        ({"THEKE_ENV": "test"}, "THEKE_ENV"),
        ({"THEKE_ENV": "development", "HOST": "192.168.0.5", "BEHIND_PROXY": "1"}, "development"),
        ({"SITE_LANGUAGE": "fr"}, "SITE_LANGUAGE"),
        ({"SITE_ACCENT": "teal"}, "SITE_ACCENT"),
        ({"SITE_ACCENT": "#ffee00"}, "SITE_ACCENT"),
        ({"SEARCH_ENGINE": "grep"}, "SEARCH_ENGINE"),
        ({"SEARCH_ENGINE": "postgres"}, "DATABASE_URL"),
        ({"PORT": "eighty"}, "PORT"),
    ],
)
def test_an_unsafe_setting_refuses_to_start_and_is_named(change: dict[str, str], named: str) -> None:
    with pytest.raises(config.UnsafeSettings) as refusal:
        config.settings(environment=SAFE | change)
    assert named in str(refusal.value)


def test_every_unsafe_setting_is_named_at_once() -> None:
    with pytest.raises(config.UnsafeSettings) as refusal:
        config.settings(environment={})
    assert len(refusal.value.problems) == 3


def test_a_public_address_is_allowed_behind_a_proxy() -> None:
    assert config.settings(environment=SAFE | {"HOST": "0.0.0.0", "BEHIND_PROXY": "yes"})["HOST"] == "0.0.0.0"
