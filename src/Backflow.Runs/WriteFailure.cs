namespace Backflow.Runs;

/// <summary>What a file or an output that takes nothing more throws.</summary>
public static class WriteFailure
{
    /// <summary>Why something could not be written.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <returns>The reason as the system says it, without a period; null where it is no failure of writing.</returns>
    public static string? ReasonOf(Exception failure) => failure switch
    {
        // A closed output is reported as one without permission, and says inside what it is.
        IOException or UnauthorizedAccessException => (failure.InnerException ?? failure).Message.TrimEnd('.'),

        // What .NET makes of EFBIG: the file system, or the user's quota, allows no file of this length.
        ArgumentOutOfRangeException { ParamName: "value" } => "File too large",
        _ => null,
    };
}
