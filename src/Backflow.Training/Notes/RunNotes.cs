namespace Backflow.Training.Notes;

/// <summary>What a run says of itself before it trains.</summary>
internal static class RunNotes
{
    /// <summary>The notes of a new run.</summary>
    public static IEnumerable<RunNote> OfStart(TrainingSession session) =>
    [
        ArithmeticNotes.Of(session.Pool),
        .. session.Data is TextData text ? TextNotes.Of(text, session.Configuration) : [],
    ];

    /// <summary>The notes of a run that goes on.</summary>
    /// <param name="planned">What the run was before.</param>
    /// <param name="session">Where it stands.</param>
    public static IEnumerable<RunNote> OfGoingOn(TrainingConfiguration planned, TrainingSession session) =>
    [
        // Another process, perhaps on another machine; where nothing is unusual, once is enough.
        .. new[] { ArithmeticNotes.Of(session.Pool) }.Where(static note => note.IsShown),
        .. ScheduleNotes.Of(planned, session.Configuration, session.Step),
    ];
}
