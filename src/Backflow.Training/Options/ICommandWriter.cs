namespace Backflow.Training;

/// <summary>Writes commands for people at a shell. The library names settings; whoever has a command line brings one of
/// these.</summary>
public interface ICommandWriter
{
    /// <summary>The command that trains a configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <returns>A command that a shell reads as it stands, and that names the store where its runs are kept.</returns>
    string Train(TrainingConfiguration configuration);

    /// <summary>A command that a run has recorded, for the store at hand.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The command with the store where it names none.</returns>
    string Complete(string command);
}
