using System.Diagnostics;

namespace Backflow.Samples.Tests;

/// <summary>Files of the checkout, and programs that are started in it.</summary>
internal static class Checkout
{
    // Only a program that hangs is ever waited for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([RepositoryRoot.Path, .. parts]);

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote; the test fails where its exit code is not 0.</returns>
    public static string Run(
        string folder,
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        bool hasEnded = process.WaitForExit(Patience);
        if (!hasEnded)
        {
            process.Kill(entireProcessTree: true);
        }

        string text = output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult();
        Assert.True(
            hasEnded && process.ExitCode == 0, $"{program} {string.Join(' ', start.ArgumentList)} failed:\n{text}");
        return text;
    }
}
