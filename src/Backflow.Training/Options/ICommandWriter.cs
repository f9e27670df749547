namespace Backflow.Training;

/// <summary>Writes commands for people at a shell. The library names settings; a program with a command line
/// brings one of these.</summary>
public interface ICommandWriter
{
    /// <summary>The command that trains a configuration.</summary>
    /// <param name="configuration">Only what differs from its task's defaults is written.</param>
    /// <returns>A command that a shell reads as it stands, and that names the store where its runs are kept.</returns>
    string Train(TrainingConfiguration configuration);

    /// <summary>A command that a run has recorded, for the store at hand.</summary>
    /// <param name="command">As it was recorded; it may name a store.</param>
    /// <returns>The command with the store where it names none.</returns>
    string Complete(string command);
}
