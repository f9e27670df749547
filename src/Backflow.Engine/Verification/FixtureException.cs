namespace Backflow.Engine.Verification;

/// <summary>A fixture cannot be checked: the message is a sentence that says what is missing or wrong.</summary>
/// <param name="message">The sentence.</param>
public sealed class FixtureException(string message) : Exception(message);
