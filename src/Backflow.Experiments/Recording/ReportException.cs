using Backflow.Training;

namespace Backflow.Experiments.Recording;

/// <summary>A report could not be written; what it would have said is known, and printed before.</summary>
public sealed class ReportException : Exception
{
    /// <summary>States which file failed, and the way out.</summary>
    /// <param name="message">The file and what the system said.</param>
    /// <param name="remedy">What to do, in a sentence or two.</param>
    public ReportException(Sentence message, Sentence remedy)
        : base(message.ToString())
    {
        SaidMessage = message;
        SaidRemedy = remedy;
    }

    /// <summary>The message, for a caller that has other names for settings.</summary>
    public Sentence SaidMessage { get; }

    /// <summary>The remedy, for a caller that has other names for settings.</summary>
    public Sentence SaidRemedy { get; }
}
