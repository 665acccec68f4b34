"""Flags before variables before the file before the defaults; what nobody knows or can't be read stops the start with a sentence."""

import re

import pytest
from processes import PROJECT

KEYS = [
    "data-directory",
    "database",
    "postgres-connections",
    "secret-key",
    "host",
    "port",
    "public-url",
    "trusted-proxies",
    "tls-certificate",
    "tls-key",
    "shutdown-seconds",
    "roles",
    "graph-url",
    "graph-version",
    "meta-app-id",
    "meta-app-secret",
    "meta-config-id",
    "meta-script-url",
    "media-gigabytes",
    "outside-networks",
    "log-level",
]
# Every account of a machine can read the flags of its programs.
WITHOUT_FLAG = ["secret-key", "meta-app-secret"]


def rows(output: str) -> dict[str, tuple[str, str]]:
    """What `config` printed: key → (value, where it came from)."""
    table = {}
    for line in output.splitlines():
        name, value, source = re.split(r"  +", line.strip(), maxsplit=2)
        table[name] = (value, source)
    return table


def test_without_settings_every_key_has_its_default(program):
    result = program.run("config")
    assert result.returncode == 0, result.stderr
    table = rows(result.stdout)
    assert list(table) == KEYS
    assert {source for _, source in table.values()} == {"default"}
    assert table["host"][0] == "127.0.0.1"
    assert table["port"][0] == "8080"
    assert table["shutdown-seconds"][0] == "10"
    assert table["database"][0] == f"{program.folder}/data/switchboard.db"


def test_a_flag_beats_a_variable_and_a_variable_beats_the_file(program):
    file = program.folder / "hub.conf"
    file.write_text("# ports\nport = 9001\nhost = ::1\n\nshutdown-seconds=21\n")
    variables = {"SWITCHBOARD_CONFIG": str(file), "SWITCHBOARD_PORT": "9002", "SWITCHBOARD_HOST": "127.0.0.2"}
    table = rows(program.run("config", "--port", "9003", variables=variables).stdout)
    assert table["port"] == ("9003", "flag")
    assert table["host"] == ("127.0.0.2", "SWITCHBOARD_HOST")
    assert table["shutdown-seconds"] == ("21", f"{file}, line 5")


def test_the_flag_for_the_file_beats_the_variable_for_it(program):
    (program.folder / "one.conf").write_text("port = 1001\n")
    (program.folder / "two.conf").write_text("port = 1002\n")
    result = program.run("config", "--config", "two.conf", variables={"SWITCHBOARD_CONFIG": "one.conf"})
    assert rows(result.stdout)["port"] == ("1002", "two.conf, line 1")


def test_secrets_are_masked(program):
    variables = {
        "SWITCHBOARD_SECRET_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "SWITCHBOARD_DATABASE": "postgresql://user:hunter2@db.example.com/hub",
    }
    output = program.run("config", variables=variables).stdout
    assert "AAECAw" not in output and "hunter2" not in output
    table = rows(output)
    assert set(table["secret-key"][0]) == {"•"} and table["secret-key"][1] == "SWITCHBOARD_SECRET_KEY"
    assert set(table["database"][0]) == {"•"}


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("port", "http", "number from 0 to 65535"),
        ("port", "65536", "number from 0 to 65535"),
        ("port", "-1", "number from 0 to 65535"),
        ("shutdown-seconds", "0", "number of seconds from 1 to 300"),
        ("postgres-connections", "1", "number from 2 to 200"),
        ("host", "two words", "IP address or a host name"),
        ("public-url", "chat.example.com", "https://chat.example.com"),
        ("public-url", "https://chat.example.com/hub", "nothing behind"),
        ("trusted-proxies", "10.0.0.0/33", "127.0.0.1, 10.0.0.0/8"),
        ("outside-networks", "intranet", "10.1.0.0/16, 192.168.1.7"),
        ("secret-key", "c2hvcnQ=", "openssl rand -base64 32"),
        ("tls-certificate", "/nowhere/certificate.pem", "path of a file"),
        ("graph-url", "graph.example.com", "https://graph.facebook.com"),
        ("media-gigabytes", "0", "number of GiB from 1 to 1000000"),
        ("graph-version", "26", "such as v26.0"),
        ("meta-app-id", "my-app", "the digits that Meta shows"),
        ("meta-script-url", "connect.facebook.net", "https://connect.facebook.net"),
        ("log-level", "loud", "trace, debug, info"),
        ("roles", "web,mail", "web, dispatch and jobs"),
        ("roles", "web,,jobs", "web, dispatch and jobs"),
    ],
)
def test_a_value_that_does_not_parse_stops_with_what_would_work(program, key, value, says):
    variable = "SWITCHBOARD_" + key.upper().replace("-", "_")
    by_variable = program.run("config", variables={variable: value})
    assert by_variable.returncode == 1
    assert by_variable.stdout == ""
    assert by_variable.stderr.startswith(f"{variable} isn't right: ") and says in by_variable.stderr
    assert by_variable.stderr.count("\n") == 1

    if key in WITHOUT_FLAG:
        return
    by_flag = program.run("config", f"--{key}={value}")
    assert by_flag.returncode == 64
    assert by_flag.stderr.startswith(f"--{key} isn't right: ") and says in by_flag.stderr


def test_every_number_has_bounds(program):
    """Whatever number is added: what is negative, beyond its bounds, or no whole number stops the start with a sentence."""
    example = program.run("config", "--example").stdout
    numbers = re.findall(r"^# Value: number from (\d+) to (\d+)[^\n]*\n# ([a-z-]+) = ", example, re.MULTILINE)
    assert len(numbers) >= 4
    assert example.count("# Value: number") == len(numbers)
    for least, most, key in numbers:
        for wrong in [str(int(least) - 1), str(int(most) + 1), "-5", "1.5", "1e3", "many", "9" * 30]:
            result = program.run("config", f"--{key}={wrong}")
            assert result.returncode == 64, (key, wrong)
            assert result.stderr.startswith(f"--{key} isn't right: ") and f"from {least} to {most}" in result.stderr
        for right in (least, most):
            assert program.run("config", f"--{key}={right}").returncode == 0


def test_on_sqlite_one_process_does_everything(program):
    by_flag = program.run("config", "--roles", "web,jobs")
    assert by_flag.returncode == 64
    assert by_flag.stderr.startswith("--roles isn't right: on SQLite there is one process, which does all of web, dispatch and jobs.")
    by_variable = program.run("serve", variables={"SWITCHBOARD_ROLES": "dispatch"})
    assert by_variable.returncode == 1 and "on SQLite there is one process" in by_variable.stderr
    empty = program.run("config", variables={"SWITCHBOARD_ROLES": ""})
    assert empty.returncode == 1 and empty.stderr.startswith(
        "SWITCHBOARD_ROLES isn't right: it takes one or more of web, dispatch and jobs"
    )
    assert rows(program.run("config", "--roles", "jobs, dispatch,web").stdout)["roles"] == ("jobs, dispatch,web", "flag")
    postgres = {"SWITCHBOARD_DATABASE": "postgresql://db.example.com/hub"}
    assert program.run("config", "--roles", "web", variables=postgres).returncode == 0


def test_an_empty_variable_is_not_a_value(program):
    result = program.run("config", variables={"SWITCHBOARD_DATA_DIRECTORY": ""})
    assert result.returncode == 1
    assert result.stderr == "SWITCHBOARD_DATA_DIRECTORY isn't right: it is empty, and takes a value such as /var/lib/switchboard.\n"


def test_a_certificate_needs_its_key(program):
    (program.folder / "certificate.pem").write_text("-")
    result = program.run("config", "--tls-certificate", "certificate.pem")
    assert result.returncode == 1
    assert "tls-certificate is set and tls-key isn't" in result.stderr


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("SWITCHBOARD_PROT", "Did you mean SWITCHBOARD_PORT?"),
        ("SWITCHBOARD_SOMETHING_ELSE", "The known ones are SWITCHBOARD_DATA_DIRECTORY"),
    ],
)
def test_a_variable_that_nobody_knows_stops_the_start(program, name, says):
    result = program.run("config", variables={name: "1"})
    assert result.returncode == 1
    assert result.stderr.startswith(f"Nobody knows the variable {name}. ") and says in result.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prot = 1\n", "line 1: nobody knows the key “prot”. Did you mean port?"),
        ("\n# comment\nport 8080\n", "line 3: write a key, an equals sign and a value"),
        ("port =\n", "line 1: write a key, an equals sign and a value"),
        ("port = 1\nport = 2\n", "line 2: port stands in this file already"),
        ("port = many\n", "port (hub.conf, line 1) isn't right: it takes a number"),
    ],
)
def test_a_file_that_can_not_be_understood_stops_the_start(program, text, says):
    (program.folder / "hub.conf").write_text(text)
    result = program.run("config", "--config", "hub.conf")
    assert result.returncode == 1
    assert says in result.stderr


def test_an_app_for_sign_ups_is_whole_or_not_there_and_its_secret_is_never_shown(program):
    whole = {"SWITCHBOARD_META_APP_ID": "5", "SWITCHBOARD_META_APP_SECRET": "hush-hush", "SWITCHBOARD_META_CONFIG_ID": "6"}
    result = program.run("config", variables=whole)
    assert result.returncode == 0, result.stderr
    assert "hush-hush" not in result.stdout
    for missing in whole:
        part = {name: value for name, value in whole.items() if name != missing}
        result = program.run("config", variables=part)
        assert result.returncode == 1
        assert missing.removeprefix("SWITCHBOARD_").lower().replace("_", "-") in result.stderr
        assert "hush-hush" not in result.stderr


def test_a_file_that_is_not_there_stops_the_start(program):
    result = program.run("config", "--config", "missing.conf")
    assert result.returncode == 1
    assert result.stderr == "The configuration file missing.conf can't be read: there is no such file.\n"


def test_the_example_file_names_every_key_and_is_the_one_in_packaging(program):
    example = program.run("config", "--example").stdout
    assert example == (PROJECT / "packaging/switchboard.conf.example").read_text(), (
        "Run: switchboard config --example > packaging/switchboard.conf.example"
    )
    assert re.findall(r"^# ([a-z-]+) = \S", example, re.MULTILINE) == KEYS


def test_a_line_of_the_example_file_works_as_it_stands(program):
    lines = [
        line[2:] for line in (PROJECT / "packaging/switchboard.conf.example").read_text().splitlines() if re.match(r"# [a-z-]+ = ", line)
    ]
    # These three name things that this machine hasn't got.
    usable = [line for line in lines if not line.startswith(("tls-", "secret-key"))]
    assert len(usable) == len(KEYS) - 3
    (program.folder / "hub.conf").write_text("\n".join(usable) + "\n")
    result = program.run("config", "--config", "hub.conf")
    assert result.returncode == 0, result.stderr


def test_help_names_every_key(program):
    help = program.run("config", "--help")
    assert help.returncode == 0
    assert [key for key in KEYS if f"--{key} <" not in help.stdout] == WITHOUT_FLAG
    assert "every account of this machine can read" in " ".join(help.stdout.split())


def test_the_secret_key_can_not_be_a_flag(program):
    result = program.run("config", "--secret-key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    assert result.returncode == 64
    assert "Unknown option '--secret-key'" in result.stderr


@pytest.mark.parametrize("arguments", [["flash"], ["config", "--colour", "red"], ["config", "surplus"]])
def test_a_command_line_that_can_not_be_understood_is_64(program, arguments):
    result = program.run(*arguments)
    assert result.returncode == 64
    assert result.stdout == ""
    assert "Error: " in result.stderr


@pytest.mark.parametrize("command", ["demo", "serve", "simulate", "migrate", "config", "send", "user", "key", "version"])
def test_every_command_has_help_with_examples(program, command):
    help = program.run(command, "--help")
    assert help.returncode == 0
    assert f"switchboard {command}" in help.stdout
    if command != "version":
        assert "Example" in help.stdout
    assert f"  {command}" in program.run("--help").stdout


def test_version(program):
    result = program.run("version")
    assert result.returncode == 0
    assert re.fullmatch(r"switchboard \d+\.\d+\.\d+.*\n", result.stdout)
