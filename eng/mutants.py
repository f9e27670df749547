#!/usr/bin/env python3
"""Breaks the program one statement at a time, and looks whether a test fails.

    eng/mutants.py [--count 50] [--seed 1] [--scratch FOLDER] [--only 3,7]
    eng/mutants.py --faults [NAME …]

The first form draws statements of src by the seed, at least five of each project, among those that these tests execute:
the classes that name the statement's file, in all test projects, and then all tests of its project. All mutants are built
into one program in a clone of the last commit, each behind a switch of the environment, so that 50 mutants are one build.
A mutant is killed when a test fails whose class passes without it, or does not end. The results are in
eng/mutants/results.md; eng/mutants/equivalent.json says why a survivor does the same as the original. The second form
replays eng/mutants/faults.json: faults that once survived, each with the tests that must fail.
Exit status 0 when no more than two mutants survived, or when every fault was found.
"""
import argparse, collections, glob, json, os, random, re, signal, subprocess, sys, time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
HOME = os.path.join(ROOT, "eng", "mutants")
sys.path.insert(0, HOME)
import csharp  # noqa: E402 (it lies beside the results)

AT_LEAST, POOL, SURVIVORS = 5, 16, 2
PROJECTS = ["Tensors", "Engine", "Exchange", "Telemetry", "Runs", "Training", "Lessons", "Experiments", "Dashboard", "Cli"]
SUITES = PROJECTS + ["OutsideCells", "Samples"]
LIMIT = 400
BUILD = ["dotnet", "build", "--configuration", "Release", "--nologo", "--verbosity", "quiet"]
# Variables that begin so also reach the programs that tests start on a terminal.
CHOSEN, TRACE = "DOTNET_BACKFLOW_MUTANT", "DOTNET_BACKFLOW_TRACE"
SWITCH = "global::Backflow.Mutants.Mutant.Is"
SWITCHES = """
namespace Backflow.Mutants;

internal static class Mutant
{
    private static readonly int Chosen =
        int.Parse(System.Environment.GetEnvironmentVariable("%s") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly string? Trace = System.Environment.GetEnvironmentVariable("%s");
    private static readonly bool[] Seen = new bool[%d];

    public static bool Is(int number)
    {
        if (Trace is not null && !Seen[number])
        {
            Seen[number] = true;
            System.IO.File.Create(System.IO.Path.Combine(Trace, number + "-" + System.Guid.NewGuid().ToString("N"))).Dispose();
        }

        return number == Chosen;
    }
}
"""
TARGETS = """
  <ItemGroup Condition="Exists('$(MSBuildThisFileDirectory)src/$(MSBuildProjectName)')">
    <Compile Include="$(MSBuildThisFileDirectory)eng/mutants/Mutant.cs" />
  </ItemGroup>
  <PropertyGroup>
    <TreatWarningsAsErrors>false</TreatWarningsAsErrors>
    <RunAnalyzers>false</RunAnalyzers>
  </PropertyGroup>
</Project>
"""


class Mutant:
    def __init__(self, number, path, line, choice):
        self.number, self.path, self.line = number, path, line
        self.operator, self.start, self.end, self.code, self.before, self.after = choice
        self.project = path.split("/")[1].removeprefix("Backflow.")

    @property
    def key(self):
        return f"{self.path}: {one_line(self.before)} → {one_line(self.after) or '(dropped)'}"


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


def read(path):
    with open(path, encoding="utf-8-sig") as file:
        return file.read()


def write(path, text):
    """Writes a file, unless that is what it says: an unchanged one is not built again."""
    if os.path.exists(path) and read(path) == text:
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def say(text):
    print(time.strftime("%H:%M:%S"), text, flush=True)


def git(folder, *words):
    return subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True, text=True).stdout


def clone(folder):
    """A clone of the last commit. What was built of that commit stays, so that a campaign can go on. Returns its name."""
    if not os.path.isdir(os.path.join(folder, ".git")):
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    commit = git(ROOT, "rev-parse", "HEAD").strip()
    if git(folder, "rev-parse", "HEAD").strip() != commit:
        git(folder, "fetch", "--quiet", ROOT, "HEAD")
        git(folder, "reset", "--quiet", "--hard", commit)
    return commit[:7]


def original(scratch, path):
    return git(scratch, "show", f"HEAD:{path}").removeprefix("\ufeff")


def draw(scratch, seed):
    """All statements in the order of the seed; a pool of the first of each project, each with one mutation."""
    found = []
    for path in sorted(glob.glob("src/**/*.cs", root_dir=scratch, recursive=True)):
        text = original(scratch, path)
        found += [(path, text.count("\n", 0, all[0][1]) + 1, all) for all in csharp.choices(text)]
    chance = random.Random(seed)
    chance.shuffle(found)
    pool, taken = [], collections.Counter()
    for path, line, choices in found:
        # By operator first: a long formula has many numbers.
        operator = chance.choice(sorted({one[0] for one in choices}))
        choice = chance.choice([one for one in choices if one[0] == operator])
        mutant = Mutant(len(pool) + 1, path, line, choice)
        if taken[mutant.project] < POOL:
            taken[mutant.project] += 1
            pool.append(mutant)
    return pool


def put_in(scratch, originals, pool):
    """Writes the mutants into the sources. Returns which lines of which file are whose."""
    places = {}
    by_path = {path: [] for path in originals}
    for mutant in pool:
        by_path[mutant.path].append(mutant)
    for path, mutants in by_path.items():
        text, lines = originals[path], []
        for mutant in sorted(mutants, key=lambda one: one.start):
            lines.append((mutant, text.count("\n", 0, mutant.start) + 1))
        grown = 0
        for mutant, line in lines:
            code = mutant.code.replace("@", f"{SWITCH}({mutant.number})", 1)
            more = code.count("\n") - text.count("\n", mutant.start, mutant.end)
            length = code.count("\n")
            places[mutant.number] = (path, line + grown, line + grown + length)
            grown += more
        for mutant, _ in reversed(lines):
            code = mutant.code.replace("@", f"{SWITCH}({mutant.number})", 1)
            text = text[:mutant.start] + code + text[mutant.end:]
        write(os.path.join(scratch, path), text)
    return places


def build(scratch, pool):
    """Builds all mutants that compile. Returns them."""
    targets = os.path.join(scratch, "Directory.Build.targets")
    write(targets, original(scratch, "Directory.Build.targets").replace("</Project>", TARGETS))
    write(os.path.join(scratch, "eng/mutants/Mutant.cs"), SWITCHES % (CHOSEN, TRACE, max(one.number for one in pool) + 1))
    originals = {one.path: original(scratch, one.path) for one in pool}
    path = os.path.join(scratch, "artifacts", f"do-not-compile-{git(scratch, 'rev-parse', '--short', 'HEAD').strip()}.json")
    left_out = json.load(open(path)) if os.path.exists(path) else []
    pool = [one for one in pool if one.key not in left_out]
    for what in ("src/Backflow.Cli", "Backflow.slnx"):
        while True:
            places = put_in(scratch, originals, pool)
            done = subprocess.run([*BUILD, what], cwd=scratch, capture_output=True, text=True)
            if done.returncode == 0:
                break
            broken = {blamed(places, path, int(line)) for path, line
                      in re.findall(r"(src/[^\s(]+\.cs)\((\d+),\d+\): error", done.stdout)} - {None}
            if not broken:
                sys.exit("The clone does not build:\n" + done.stdout[-4000:])
            say(f"{len(broken)} do not compile and are left out")
            left_out += [one.key for one in pool if one.number in broken]
            json.dump(left_out, open(path, "w"))
            pool = [one for one in pool if one.number not in broken]
    return pool


def blamed(places, path, line):
    """The mutant at an error, or the last one before it: what it drops is missing later."""
    before = [(first, number) for number, (where, first, _) in places.items() if where == path and first <= line]
    return max(before)[1] if before else None


def program(scratch, suite):
    name = f"Backflow.{suite}.Tests"
    return os.path.join(scratch, "artifacts", "bin", name, "release", name)


def test(scratch, suite, mutant=0, trace=None, classes=(), limit=LIMIT):
    """Runs tests of a project. Returns the exit status, None where they did not end, and the output."""
    command = [program(scratch, suite), "-noColor", *(["-stopOnFail"] if mutant else [])]
    for one in classes:
        command += ["-class", one]
    environment = {**os.environ, CHOSEN: str(mutant)}
    if trace:
        os.makedirs(trace, exist_ok=True)
        environment[TRACE] = trace
    log = os.path.join(scratch, "artifacts", f"tests-{mutant}.log")
    with open(log, "w") as out:
        child = subprocess.Popen(command, cwd=scratch, stdout=out, stderr=subprocess.STDOUT, env=environment,
                                 stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            status = child.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            status = None
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return status, open(log, encoding="utf-8", errors="replace").read()


def failed(output):
    return sorted(set(re.findall(r"^\s*(Backflow\.\S+?Tests\.[\w.+]+)(?:\(.*)? \[FAIL\]", output, re.M)))


def classes_that_name(scratch, suite, path):
    """Test classes whose file has the name of the mutant's file as a word: they come first."""
    stem = os.path.basename(path).split(".")[0]
    found = []
    for file in sorted(glob.glob(f"tests/Backflow.{suite}.Tests/**/*Tests.cs", root_dir=scratch, recursive=True)):
        text = read(os.path.join(scratch, file))
        if "/obj/" not in file and (stem in file or re.search(rf"\b{stem}\b", text)):
            found += [f"*.{name}" for name in re.findall(r"class (\w+Tests)\b", text)]
    return found


class Judge:
    """Runs the tests that could notice a mutant, and knows which classes pass without one."""

    def __init__(self, scratch):
        self.scratch, self.passing = scratch, {}

    def verdict(self, mutant):
        """Returns by what the mutant was killed; None for a survivor; False where no test executes it."""
        suites = sorted(SUITES, key=lambda suite: (suite != mutant.project, SUITES.index(suite)))
        runs = [(suite, classes) for suite in suites if (classes := classes_that_name(self.scratch, suite, mutant.path))]
        runs.append((mutant.project, ()))
        trace = os.path.join(self.scratch, "artifacts", "trace", str(mutant.number))
        for suite, classes in runs:
            status, output = test(self.scratch, suite, mutant.number, trace, classes)
            if status is None and self.ends(suite, classes):
                return f"{suite}: no end within {LIMIT} s"
            for name in failed(output):
                # Again, alone: a test that a busy machine made fail kills nothing.
                own = name.rsplit(".", 1)[0]
                if self.passes(suite, own) and failed(test(self.scratch, suite, mutant.number, None, [own])[1]):
                    return name.removeprefix("Backflow.")
            if status and not failed(output) and "Total: 0" not in output:
                return f"{suite}: the test program ends with {status}"
        return None if any(name.split("-")[0] == str(mutant.number) for name in os.listdir(trace)) else False

    def ends(self, suite, classes):
        """Whether the same tests end in the same time without a mutant: the machine may be busy."""
        return test(self.scratch, suite, classes=classes)[0] is not None

    def passes(self, suite, name):
        if name not in self.passing:
            self.passing[name] = test(self.scratch, suite, classes=[name])[0] == 0
            if not self.passing[name]:
                say(f"  {name} fails in the clone without a mutant, too")
        return self.passing[name]


def campaign(arguments):
    scratch = os.path.abspath(arguments.scratch)
    commit = clone(scratch)
    say(f"clone of {commit} in {scratch}")
    pool = build(scratch, draw(scratch, arguments.seed))
    say(f"{len(pool)} mutants built")
    path = os.path.join(scratch, "artifacts", "verdicts.json")
    verdicts = json.load(open(path)) if os.path.exists(path) else {}
    judge = Judge(scratch)
    chosen, taken = [], collections.Counter()

    def take(mutant):
        if mutant.key not in verdicts or mutant.number in arguments.only:
            say(f"{mutant.number} {mutant.operator}: {mutant.path}:{mutant.line}: {one_line(mutant.before)} → {one_line(mutant.after)}")
            verdicts[mutant.key] = judge.verdict(mutant)
            json.dump(verdicts, open(path, "w"), indent=1)
            killer = verdicts[mutant.key]
            say("  killed by " + killer if killer else "  SURVIVED" if killer is None else "  not executed")
        if verdicts[mutant.key] is not False:
            chosen.append(mutant)
            taken[mutant.project] += 1

    # The first of each project up to the minimum, and then the first of all.
    for mutant in pool:
        if taken[mutant.project] < AT_LEAST:
            take(mutant)
    for mutant in pool:
        if len(chosen) < arguments.count and mutant not in chosen:
            take(mutant)
    return report(sorted(chosen, key=lambda one: one.number), verdicts, commit, arguments.seed)


def report(chosen, verdicts, commit, seed):
    reasons = json.load(open(os.path.join(HOME, "equivalent.json")))
    rows, tally = [], collections.Counter()
    for mutant in chosen:
        killer, reason = verdicts[mutant.key], reasons.get(mutant.key)
        verdict = f"killed by {killer}" if killer else f"equivalent: {reason}" if reason else "**survived**"
        tally[verdict.split(" ")[0].strip("*:")] += 1
        cells = [mutant.project, f"`{mutant.path.split('/', 2)[2]}:{mutant.line}`", mutant.operator,
                 f"`{shortened(mutant.before)}`", f"`{shortened(mutant.after)}`" if mutant.after else "–", verdict]
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    write(os.path.join(HOME, "results.md"), RESULTS % (
        len(chosen), seed, commit, tally["killed"], tally["equivalent"], tally["survived"], "\n".join(rows)))
    say(f"{tally['killed']} killed, {tally['equivalent']} equivalent, {tally['survived']} survived")
    return tally["survived"] <= SURVIVORS


def shortened(text):
    text = one_line(text)
    return text if len(text) <= 90 else text[:89] + "…"


RESULTS = """# Mutants

Written by `eng/mutants.py --count %d --seed %d` for commit %s: %d killed, %d equivalent, %d survived.

| project | place | operator | before | after | verdict |
| --- | --- | --- | --- | --- | --- |
%s
"""


def replay(arguments):
    """Puts in one fault after the other, and runs the tests that must fail."""
    scratch = os.path.abspath(arguments.scratch)
    clone(scratch)
    git(scratch, "checkout", "--quiet", "--", ".")
    faults = [one for one in json.load(open(os.path.join(HOME, "faults.json")))
              if not arguments.faults or one["name"] in arguments.faults]
    missed = []
    for fault in faults:
        path = os.path.join(scratch, fault["file"])
        text = read(path)
        if text.count(fault["before"]) != 1:
            sys.exit(f"'{fault['name']}': the line is not in {fault['file']} once; bring eng/mutants/faults.json up to date.")
        write(path, text.replace(fault["before"], fault["after"]))
        status = run_tests(scratch, fault)
        write(path, text)
        say(f"{fault['name']}: {'red' if status else 'NOT FOUND'} with it")
        missed += [] if status else [fault["name"]]
    for suite, classes in sorted({(one["suite"], one["tests"]) for one in faults}):
        if run_tests(scratch, {"suite": suite, "tests": classes}):
            missed.append(f"{classes} without a fault")
        say(f"{classes}: green without" if classes + " without a fault" not in missed else f"{classes}: RED without a fault")
    return not missed


def run_tests(scratch, fault):
    project = f"tests/Backflow.{fault['suite']}.Tests"
    done = subprocess.run([*BUILD, project, "-p:TreatWarningsAsErrors=false"], cwd=scratch, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{project} does not build:\n" + done.stdout[-2000:])
    status, output = test(scratch, fault["suite"], classes=["*." + one for one in fault["tests"].split(", ")], limit=LIMIT)
    if "Total: 0" in output:
        sys.exit(f"There are no tests named {fault['tests']}.")
    return status != 0


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=lambda text: [int(one) for one in text.split(",")], default=[],
                        help="numbers of mutants to judge again, with a new clone's tests")
    parser.add_argument("--scratch", default=os.path.join(ROOT, "artifacts", "mutants"))
    parser.add_argument("--faults", nargs="*", metavar="NAME")
    return parser.parse_args()


if __name__ == "__main__":
    given = read_arguments()
    os.chdir(ROOT)
    sys.exit(0 if (campaign(given) if given.faults is None else replay(given)) else 1)
