namespace Backflow.Training.Notes;

/// <summary>A fact that a run says of itself: on the screen, and as an event.</summary>
/// <param name="Title">A few words.</param>
/// <param name="Text">A sentence or two.</param>
/// <param name="IsShown">Whether it belongs on the screen; otherwise the event alone keeps it.</param>
internal sealed record RunNote(string Title, string Text, bool IsShown = true);
