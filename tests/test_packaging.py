"""What is installed is what the locks name, whatever the index has by then; and the wheel holds the program alone."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import kpireport

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
CI = (ROOT / ".ci" / "run").read_text("utf-8")
MUTATION = (ROOT / "scripts" / "mutation.sh").read_text("utf-8")
LOCKS = ("build", "run", "dev", "oldest", "tools")
PIN = re.compile(
    r"^([A-Za-z0-9_.-]+)==([^ \\;]+)(?: *;[^\\]*)? *\\\n((?:    --hash=sha256:[0-9a-f]{64}[ \\]*\n?)+)", re.MULTILINE
)


def requirements() -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"].values()
    lines = [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]
    return [Requirement(line) for line in [*lines, *PROJECT["build-system"]["requires"]]]


def pins(lock: str) -> dict[str, Version]:
    """Return the lowest version of each package that a lock names."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    found: dict[str, Version] = {}
    for name, version, _ in PIN.findall(text):
        found[name] = min(found.get(name, Version(version)), Version(version))
    return found


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_a_dependency_has_a_lower_and_an_upper_bound(requirement: Requirement) -> None:
    operators = {specifier.operator for specifier in requirement.specifier}
    assert operators == {">=", "<"}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_each_package_with_version_and_hash(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    rest = PIN.sub("", text)
    assert not [line for line in rest.splitlines() if line.strip() and not line.startswith("#")]
    assert pins(lock)


def test_the_oldest_packages_are_the_lowest_that_are_allowed() -> None:
    """For every extra but bench: stubs and fonts have a date behind the numbers of the bound."""
    oldest = pins("oldest")
    extras = PROJECT["project"]["optional-dependencies"]
    lines = [line for name, each in extras.items() if name != "bench" for line in each]
    for requirement in map(Requirement, [*PROJECT["project"]["dependencies"], *lines]):
        lowest = next(Version(s.version) for s in requirement.specifier if s.operator == ">=")
        locked = oldest[canonicalize_name(requirement.name)]
        assert locked.release[: len(lowest.release)] == lowest.release, requirement


def test_a_package_of_two_locks_has_one_version() -> None:
    """Both are installed into one environment, and neither may undo what the other did."""
    build, run, dev = (pins(lock) for lock in ("build", "run", "dev"))
    for one, other in ((build, run), (build, dev), (run, dev)):
        assert {name: one[name] for name in one.keys() & other.keys()} == {
            name: other[name] for name in one.keys() & other.keys()
        }
    assert run.keys() <= dev.keys()


def entries(lock: str, environment: dict[str, str]) -> dict[str, Version]:
    """Return what of a lock is installed in an environment."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    lines = re.findall(r"^([A-Za-z0-9_.-]+==[^\\\n]+)", text, re.MULTILINE)
    requirements = [Requirement(line.strip()) for line in lines]
    return {
        each.name: Version(next(iter(each.specifier)).version)
        for each in requirements
        if each.marker is None or each.marker.evaluate(environment)
    }


def wanting(lock: str, roots: list[str], environment: dict[str, str]) -> list[str]:
    """Return which requirements a lock leaves open in an environment, beginning with those of the project.

    What a package asks for is what it says of itself where it is installed here in the locked version.
    """
    locked = entries(lock, environment)
    queue = [Requirement(line) for line in roots]
    seen: set[tuple[str, frozenset[str]]] = set()
    missing = []
    while queue:
        requirement = queue.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if requirement.marker and not requirement.marker.evaluate(environment):
            continue
        if name not in locked or not requirement.specifier.contains(locked[name], prereleases=True):
            missing.append(f"{requirement}: {locked.get(name)}")
            continue
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        if Version(installed.version) == locked[name]:
            for each in map(Requirement, installed.requires or ()):
                wanted = {"", *extras}
                if not each.marker or any(each.marker.evaluate(environment | {"extra": extra}) for extra in wanted):
                    each.marker = None
                    queue.append(each)
    return missing


SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "darwin": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "win32": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("lock", ["build", "run", "dev"])
def test_a_lock_is_complete_on_each_system(lock: str, system: str, python: str) -> None:
    environment = {**default_environment(), **SYSTEMS[system]}
    environment |= {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    roots = roots_of(lock)
    assert roots
    assert wanting(lock, roots, environment) == []


def roots_of(lock: str) -> list[str]:
    project = PROJECT["project"]
    if lock == "build":
        lines = (ROOT / "requirements" / "build.in").read_text("utf-8").splitlines()
        return [*PROJECT["build-system"]["requires"], *(line for line in lines if not line.startswith("#"))]
    extras = {"run": ["zh"], "dev": ["zh", "dev"]}[lock]
    return [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]


def test_what_a_lock_leaves_open_is_seen() -> None:
    environment = {**default_environment(), "extra": ""}
    assert wanting("build", ["babel>=2,<3"], environment) == ["babel<3,>=2: None"]
    assert wanting("run", ["jinja2>=99"], environment) == [f"jinja2>=99: {pins('run')['jinja2']}"]


def wheel(folder: Path, name: str, version: str, *needs: str) -> Path:
    """Write a wheel that holds nothing but its name and what it needs."""
    info = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more"]
    metadata += [f"Requires-Dist: {need}" for need in needs]
    files = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": "\n".join(metadata) + "\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = []
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record.append(f"{file},sha256={digest},{len(text)}")
        archive.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,"]) + "\n")
    return path


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages and a lock of two of them; a newer version of the one asked for with an extra is there."""
    folder = tmp_path_factory.mktemp("index")
    locked = [
        wheel(folder, "asks", "1.0", "asked[more]>=1.0"),
        wheel(folder, "asked", "1.0", 'extra2; extra == "more"'),
    ]
    wheel(folder, "asked", "2.0")
    locked.append(wheel(folder, "extra2", "1.0"))
    lines = []
    for path in locked:
        name, version, *_ = path.name.split("-")
        lines.append(f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n")
    (folder / "lock.txt").write_text("".join(lines), "utf-8")
    return folder


def pip(options: list[str], index: Path, target: Path) -> subprocess.CompletedProcess[str]:
    where = ["--no-index", "--find-links", str(index), "--target", str(target), "--no-cache-dir"]
    command = [sys.executable, *options, str(index / "lock.txt"), *where]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def command_of_make() -> list[str]:
    found = re.search(r"^LOCKED := (.*)$", MAKEFILE, re.MULTILINE)
    assert found
    return found[1].split()


def command_of_ci() -> list[str]:
    found = re.search(r"^locked=\((.*)\)$", CI, re.MULTILINE)
    assert found
    return found[1].split()


@pytest.mark.parametrize("command", [command_of_make(), command_of_ci()], ids=["make", "CI"])
def test_a_newer_version_of_a_package_changes_nothing(command: list[str], index: Path, tmp_path: Path) -> None:
    done = pip(command, index, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "asked.py").read_text("utf-8") == "version = '1.0'\n"


def test_without_no_deps_the_newer_version_would_stop_it(index: Path, tmp_path: Path) -> None:
    """What went wrong in 0.1.0: the index is asked again, and what it has then is in no lock."""
    done = pip([option for option in command_of_make() if option != "--no-deps"], index, tmp_path)
    assert done.returncode != 0
    assert "asked" in done.stderr


@pytest.mark.parametrize("text", [MAKEFILE, CI, MUTATION], ids=["make", "CI", "mutate"])
def test_nothing_unlocked_is_fetched(text: str) -> None:
    """Every call of pip that installs or builds takes a lock, or is told to fetch nothing."""
    joined = text.replace("\\\n", " ")
    calls = [line for line in joined.splitlines() if re.search(r"pip (install|wheel)\b", line)]
    assert len(calls) >= 2
    for call in calls:
        assert "--no-deps" in call, call
        assert "--require-hashes" in call or "--no-build-isolation" in call or "*.whl" in call, call


def test_the_version_stands_once() -> None:
    assert "version" not in PROJECT["project"]
    assert "version" in PROJECT["project"]["dynamic"]
    text = (ROOT / PROJECT["tool"]["hatch"]["version"]["path"]).read_text("utf-8")
    assert re.findall(r'__version__ = "(.*)"', text) == [kpireport.__version__]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir"]
    subprocess.run([sys.executable, *command, str(folder), str(ROOT)], check=True, capture_output=True, timeout=300)
    (path,) = folder.glob("*.whl")
    assert path.name.startswith(f"kpireport_xlsx-{kpireport.__version__}-")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_what_the_program_opens_and_nothing_that_makes_it(built: zipfile.ZipFile) -> None:
    names = built.namelist()
    samples = {name.rpartition("/")[2] for name in names if name.startswith("kpireport/sample_workbooks/")}
    assert samples == {path.name for path in (ROOT / "sample_workbooks").iterdir() if path.suffix in (".xlsx", ".md")}
    assert "kpireport/templates/standard/report.html" in names
    assert "kpireport/rules/figures.md" in names
    assert not [name for name in names if name.startswith(("tests/", "scripts/", "benchmarks/"))]
