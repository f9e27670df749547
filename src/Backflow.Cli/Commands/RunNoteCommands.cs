using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Runs;
using Backflow.Runs.Manifest;

namespace Backflow.Cli.Commands;

/// <summary>backflow runs tag and note: write something about a run.</summary>
internal static class RunNoteCommands
{
    public static IEnumerable<Command> Create() => [CreateTag(), CreateNote()];

    private static Command CreateTag()
    {
        Argument<string> run = StoreOption.CreateRunInFull();
        Argument<string[]> tags = new("TAG")
        {
            Description = "Words to find the run by, each of 1 to 64 visible characters without spaces.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> remove = new("--remove") { Description = "Take the tags off the run instead." };
        ValueOption<string> store = StoreOption.Create();
        Command command = new("tag", "Give a run tags to find it by: runs --filter tag:TAG.")
        {
            run, tags, remove, store,
        };
        command.SetAction(parsed =>
        {
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            RunManifest manifest = runs.FindRunInFull(parsed.GetValue(run)!);
            string[] given = parsed.GetValue(tags)!;
            ImmutableArray<string> now = runs.Notes.Tag(manifest.Id, had =>
                parsed.GetValue(remove) ? had.Except(given) : [.. had, .. given]);
            Console.Out.WriteLine(now.IsEmpty
                ? $"Run {manifest.Id} has no tags."
                : $"Run {manifest.Id} has the tags {string.Join(", ", now)}.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateNote()
    {
        Argument<string> run = StoreOption.CreateRunInFull();
        Argument<string> text = new("TEXT")
        {
            Description = "What to write, at most 4,000 characters, in place of the note that is there; '' for none.",
        };
        ValueOption<string> store = StoreOption.Create();
        Command command = new("note", "Write a note about a run.") { run, text, store };
        command.SetAction(parsed =>
        {
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            RunManifest manifest = runs.FindRunInFull(parsed.GetValue(run)!);
            string note = parsed.GetValue(text)!;
            runs.Notes.Write(manifest.Id, note);
            Console.Out.WriteLine(note.Length == 0
                ? $"Run {manifest.Id} has no note."
                : $"The note of run {manifest.Id} is kept.");
            return ExitCodes.Done;
        });
        return command;
    }
}
