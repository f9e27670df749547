namespace Backflow.Training.Tasks.Sequences;

/// <summary>One whole-number option of a task.</summary>
/// <param name="Name">Its name in files; the command line writes two dashes before it.</param>
/// <param name="Meaning">What it decides, in a few words.</param>
/// <param name="Default">Its value unless given.</param>
/// <param name="Minimum">The smallest value.</param>
/// <param name="Maximum">The largest value.</param>
public sealed record TaskOption(string Name, string Meaning, int Default, int Minimum, int Maximum);
