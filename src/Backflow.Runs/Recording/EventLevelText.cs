using Backflow.Runs.Columns;

namespace Backflow.Runs.Recording;

/// <summary>The word for an event's level in the store.</summary>
internal static class EventLevelText
{
    public static string Of(RunEventLevel level) => level switch
    {
        RunEventLevel.Information => "information",
        RunEventLevel.Warning => "warning",
        _ => "error",
    };
}
