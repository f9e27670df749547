using Backflow.Dashboard.Api;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Store;
using Backflow.Training;

namespace Backflow.Dashboard.Live;

/// <summary>What comes into a run from now on.</summary>
internal sealed class RunFeedSource : IFeedSource
{
    private const int MostPerColumn = 1_000;

    /// <summary>
    /// Looks between two questions whether the process that trains still lives, which changes no row.
    /// </summary>
    private const int LooksPerLifeSign = 8;

    private readonly RunStore _store;
    private readonly string _id;
    private readonly ICommandWriter? _commands;
    private readonly RunTail _tail;
    private readonly StoreWatch _watch;
    private RunManifest _known;
    private int _looks;

    public RunFeedSource(RunStore store, string id, ICommandWriter? commands)
    {
        _commands = commands;
        _store = store;
        _id = id;
        _known = store.GetRun(id);
        _tail = store.OpenReader(id).Tail();
        _tail.SkipAll();
        _watch = store.Watch();
    }

    public FeedMessage First() => Message(startedOver: false, changes: null);

    public FeedMessage? Next()
    {
        bool isQuiet = !_watch.HasChanged();
        if (isQuiet && ++_looks % LooksPerLifeSign != 0)
        {
            return null;
        }

        RunChanges changes;
        try
        {
            changes = _tail.Read(MostPerColumn);
        }
        catch (RunNotFoundException)
        {
            return new FeedMessage(ServerSentEvent.End, IsLast: true);
        }

        if (changes.StartedOver)
        {
            // The page reads everything anew; what comes after that is followed from here.
            _tail.SkipAll();
            _known = changes.Run;
            return Message(startedOver: true, changes: null);
        }

        bool isNews = !changes.IsEmpty || changes.Run with { Heartbeat = _known.Heartbeat } != _known;
        _known = changes.Run;
        return isNews ? Message(startedOver: false, changes) : null;
    }

    public void Dispose() => _watch.Dispose();

    private FeedMessage Message(bool startedOver, RunChanges? changes)
    {
        RunAnswer run = RunAnswers.Find(_store, _id);
        ChangeAnswer answer = new(
            run,
            startedOver,
            [.. (changes?.Scalars ?? []).Select(RunAnswers.Of)],
            [.. (changes?.Rows ?? []).Select(RunAnswers.Of)],
            RunAnswers.Of(changes?.Events ?? [], _known, _commands),
            [.. (changes?.Samples ?? []).Select(RunAnswers.Of)]);
        byte[] change = ServerSentEvent.Of("change", ApiJson.Bytes(answer));

        // The newest look decides, and not the newest status: there may be more than one look can carry.
        bool isComplete = changes is null || (changes.Scalars.All(static series => series.Count < MostPerColumn)
            && changes.Rows.All(static rows => rows.Count < MostPerColumn));
        bool isLast = _known.Status != RunStatus.Running && isComplete;
        return new FeedMessage(isLast ? [.. change, .. ServerSentEvent.End] : change, isLast);
    }
}
