namespace Backflow.Exchange.Tests.PyTorch;

/// <summary>Runs a script of this folder with the PyTorch of this machine.</summary>
internal static class TorchPython
{
    /// <summary>This folder in the checkout.</summary>
    public static string Folder { get; } =
        Path.Combine(RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "PyTorch");

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">Its file name.</param>
    /// <param name="arguments">What it is given.</param>
    public static Task RunAsync(string script, params string[] arguments) =>
        OutsideProgram.RunAsync(Folder, OutsideProgram.Python, [Path.Combine(Folder, script), .. arguments]);
}
