"""compose.yaml, the Dockerfile, the units of systemd and the proxy: what they promise."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import deployment
from tests.deployment import ENV, ROOT, UNITS

SERVICES = deployment.services()
SITE = deployment.of_the_site()
PARTS = ["web", "worker", "arxiv", "beat"]
SECRETS = ["SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"]


def program(name):
    found = shutil.which(name)
    return found or pytest.skip(f"no {name} on this machine: its files are not checked by it")


@pytest.mark.parametrize("name", ["SITE_URL", "ALLOWED_HOSTS", *SECRETS])
@pytest.mark.parametrize("value", [None, ""])
def test_nothing_starts_without_what_must_be_set(name, value):
    env = {**ENV, name: value} if value is not None else {k: ENV[k] for k in ENV if k != name}
    with pytest.raises(deployment.Missing, match=name):
        deployment.compose(env)


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_writes_nowhere_and_may_do_nothing_special(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid"} & set(service)


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_comes_back_but_the_one_that_ends(name):
    assert SERVICES[name]["restart"] == ("no" if name == "migrate" else "always")


@pytest.mark.parametrize("name", SERVICES)
def test_each_image_has_a_version_of_its_own(name):
    _, _, tag = SERVICES[name]["image"].partition(":")
    assert re.match(r"\d+(\.\d+)?", tag)


def test_the_image_of_the_site_has_the_tag_of_the_release(settings):
    assert {each["image"] for each in SITE.values()} == {f"digest:{settings.VERSION}"}


@pytest.mark.parametrize("name", [*PARTS, "proxy", "postgres", "valkey"])
def test_what_answers_has_a_health_check(name):
    check = SERVICES[name].get("healthcheck", {})
    if name == "web":
        assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    elif name != "beat":  # /readyz says whether its tasks ran.
        assert check["test"]


@pytest.mark.parametrize("name", PARTS)
def test_the_tables_are_there_before_the_site_starts(name):
    needs = SERVICES[name]["depends_on"]
    assert needs["migrate"] == {"condition": "service_completed_successfully"}
    assert needs["postgres"] == needs["valkey"] == {"condition": "service_healthy"}


def test_the_database_counts_as_there_when_others_reach_it():
    """On its first start the image's script has a server of its own for a moment, on a socket."""
    assert "--host 127.0.0.1" in SERVICES["postgres"]["healthcheck"]["test"][-1]


def test_database_and_queue_are_reached_from_inside_alone():
    assert deployment.compose()["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "valkey"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy"]


def test_each_queue_has_its_worker_and_arxiv_has_one():
    queues = [re.search(r"-Q (\S+)", " ".join(deployment.command(n)))[1] for n in PARTS[1:3]]
    assert queues == ["celery", "arxiv"]
    assert "--concurrency 1" in " ".join(deployment.command("arxiv"))
    assert "maxmemory-policy noeviction" in SERVICES["valkey"]["command"][-1]


@pytest.mark.parametrize("name", PARTS)
def test_units_run_the_very_commands_of_the_containers(name):
    """Apart from where the programs are, and that the proxy is on the same machine."""
    ours = deployment.unit_command(name)
    ours[0] = Path(ours[0]).name
    assert ours == [each.replace("0.0.0.0", "127.0.0.1") for each in deployment.command(name)]


@pytest.mark.parametrize("name", PARTS)
def test_each_unit_comes_back_within_five_seconds_and_never_gives_up(name):
    unit = deployment.unit(f"digest-{name}.service")
    assert unit["Restart"] == ["always"]
    assert int(unit["RestartSec"][0]) <= 5
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert f"digest-{name}.service" in deployment.unit("digest.target")["Wants"][0].split()


@pytest.mark.parametrize("name", [*PARTS, "migrate"])
def test_each_unit_may_write_its_own_folder_alone(name):
    unit = deployment.unit(f"digest-{name}.service")
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["NoNewPrivileges"] == unit["PrivateTmp"] == unit["ProtectHome"] == ["yes"]
    assert unit["User"] == ["digest"]
    assert unit["MemoryMax"]


def test_commands_of_the_documents_name_programs_whatever_folder_one_is_in():
    """systemd-run looks for a program before it changes the folder."""
    text = (ROOT / "docs" / "deploying.md").read_text().replace("\\\n", " ")
    [line] = re.findall(r"^systemd-run .+$", text, re.MULTILINE)
    [program] = [word for word in line.split() if word.endswith("/python")]
    assert program.startswith("/srv/digest/")


def test_systemd_finds_no_fault_with_the_units(tmp_path):
    verify = program("systemd-analyze")
    units = shutil.copytree(UNITS, tmp_path / "units")
    for file in units.glob("*.service"):  # Its programs must be there.
        file.write_text(file.read_text().replace("/srv/digest/.venv/bin", str(here())))
    names = sorted(each.name for each in units.glob("digest*.*") if each.is_file())
    verified = subprocess.run(
        [verify, "verify", *names],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{units}:"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def here():
    return Path(sys.executable).parent


def test_compose_and_dockerfile_are_as_their_linters_want_them():
    check, lint = program("check-jsonschema"), program("hadolint")
    schema = ["--builtin-schema", "vendor.compose-spec"]
    subprocess.run([check, *schema, str(ROOT / "compose.yaml")], check=True)
    subprocess.run([lint, str(ROOT / "Dockerfile")], check=True)


@pytest.mark.parametrize("name", PARTS)
def test_the_disk_that_is_watched_is_no_memory(name):
    watched = Path(deployment.environment(name)["DISK_DIR"])
    for memory in SITE[name]["tmpfs"]:
        assert not watched.is_relative_to(memory.partition(":")[0])


def test_the_image_runs_as_nobody_special():
    uid, gid = deployment.image()["USER"].split(":")
    assert int(uid) >= 1000
    assert int(gid) >= 1000


def test_no_secret_and_nothing_of_this_machine_is_in_the_image():
    text = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^(?:ARG|ENV|COPY|ADD) .*(?:KEY|PASSWORD|TOKEN|\.env).*$", text, re.M) == []
    assert "--require-hashes" in text
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {rule[1:] for rule in rules if rule.startswith("!")}
    assert rules[1] == "*"
    assert all((ROOT / name).exists() for name in kept)
    assert "**/.env*" in rules


def test_the_example_has_each_setting_that_must_be_filled_in_and_no_secret():
    text = (UNITS / "env.example").read_text()
    for name in ENV:
        assert re.search(rf"^{name}=$", text, re.MULTILINE), name


def test_the_shipped_settings_leave_no_warning(tmp_path):
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level=INFO"],
        cwd=ROOT,
        env=deployment.environment("web") | {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize("key", ["", "change-me" * 5, "django-insecure-" + "x1y2z3" * 8, "short"])
def test_the_shipped_settings_start_with_no_sample_key(tmp_path, key):
    env = deployment.environment("web") | {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    started = subprocess.run(
        [sys.executable, "-c", "import digest.settings"],
        cwd=ROOT,
        env=env | {"SECRET_KEY": key},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode != 0
    assert "SECRET_KEY: expected" in started.stderr
    assert not key or key not in started.stderr
