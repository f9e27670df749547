using System.Diagnostics;

namespace Backflow.Exchange.Tests;

/// <summary>Runs a program of another language to its end.</summary>
internal static class OutsideProgram
{
    /// <summary>The Python that has PyTorch; eng/install-torch.sh sees to that.</summary>
    public const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs it, on one thread where it asks the environment; fails with what it said where it fails.</summary>
    /// <param name="folder">Where it works.</param>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">What it is given.</param>
    public static async Task RunAsync(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(
            Patience, TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}");
    }
}
