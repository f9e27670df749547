using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Training;

/// <summary>
/// A user's mistake in what an experiment was given: a file, a text, an option. Never a bug of Backflow.
/// </summary>
/// <remarks>
/// <see cref="Exception.Message"/> and <see cref="Remedy"/> name settings by their property. The command line says both
/// with the names of its options, and prints no stack trace.
/// </remarks>
public sealed class ExperimentException : Exception
{
    /// <summary>States the mistake and the way out of it.</summary>
    /// <param name="message">One sentence: what was given, and what is allowed.</param>
    /// <param name="remedy">What to do instead, in one sentence.</param>
    /// <param name="innerException">What the operating system reported, if it did.</param>
    public ExperimentException(Sentence message, Sentence remedy, Exception? innerException = null)
        : base(message.ToString(), innerException)
    {
        SaidMessage = message;
        SaidRemedy = remedy;
    }

    /// <summary>States the mistake and settings that work.</summary>
    /// <param name="message">One sentence: what was given, and what is allowed.</param>
    /// <param name="settings">What to set instead.</param>
    public ExperimentException(Sentence message, params ImmutableArray<Setting> settings)
        : base(message.ToString())
    {
        SaidMessage = message;
        Settings = settings;
        SaidRemedy = $"Set {string.Join(", ", settings)}.";
    }

    /// <summary>What to do instead.</summary>
    public string Remedy => SaidRemedy.ToString();

    /// <summary>The message, for a caller that has other names for settings.</summary>
    public Sentence SaidMessage { get; }

    /// <summary>The remedy, for a caller that has other names for settings.</summary>
    public Sentence SaidRemedy { get; }

    /// <summary>Settings that work in place of those that were given; empty where the remedy is something
    /// else.</summary>
    public ImmutableArray<Setting> Settings { get; } = [];
}
