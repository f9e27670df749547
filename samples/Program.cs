namespace Backflow.Samples;

/// <summary>Runs the samples that are named, or all of them.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Action> Samples = new(StringComparer.Ordinal)
    {
        ["train-and-watch"] = TrainAndWatch.Run,
        ["diagnose-your-loop"] = DiagnoseYourLoop.Run,
        ["your-own-task"] = YourOwnTask.Run,
        ["your-own-cell"] = YourOwnCell.Run,
        ["load-and-generate"] = LoadAndGenerate.Run,
    };

    public static int Main(string[] arguments)
    {
        foreach (string name in arguments.Length == 0 ? [.. Samples.Keys] : arguments)
        {
            if (!Samples.TryGetValue(name, out Action? run))
            {
                Console.Error.WriteLine($"There is no sample '{name}'; there are {string.Join(", ", Samples.Keys)}.");
                return 2;
            }

            Console.WriteLine($"── {name}");
            run();
        }

        return 0;
    }
}
