using Backflow.Cli.Options;
using Backflow.Training;

namespace Backflow.Cli;

/// <summary>Turns settings into words: the command that trains a configuration into a store.</summary>
/// <param name="store">The file of the store.</param>
internal sealed class CommandWriter(string store) : ICommandWriter
{
    /// <inheritdoc/>
    public string Train(TrainingConfiguration configuration) =>
        $"{CommandName.Program} {PosixShell.Quote(WordsOf(configuration))}{CommandName.StoreIn(store)}";

    /// <inheritdoc/>
    public string Complete(string command) =>
        CommandName.NamesAStore(command) ? command : command + CommandName.StoreIn(store);

    /// <summary>What 'backflow train' has to be told beyond its defaults.</summary>
    /// <remarks>What has no effect is left out, and so are threads, as they change no bit of the result.</remarks>
    private static IEnumerable<string> WordsOf(TrainingConfiguration configuration)
    {
        yield return "train";
        foreach (TrainingOption row in TrainingOptions.All)
        {
            if (!row.IsOfTheMachine
                && TrainingOptions.IsChanged(configuration, row)
                && TrainingOptions.WhyIdle(row, configuration) is null)
            {
                foreach (string text in row.TextsIn(configuration))
                {
                    string option = OptionNames.Dashed(row.Name);
                    foreach (string word in row.Values.Type == typeof(bool)
                        ? [option]
                        : PosixShell.Option(option, text))
                    {
                        yield return word;
                    }
                }
            }
        }
    }
}
