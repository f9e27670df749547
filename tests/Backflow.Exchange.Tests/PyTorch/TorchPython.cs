using System.Diagnostics;

namespace Backflow.Exchange.Tests.PyTorch;

/// <summary>Runs a script of this folder with the PyTorch of this machine.</summary>
internal static class TorchPython
{
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>This folder in the checkout.</summary>
    public static string Folder { get; } =
        Path.Combine(RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "PyTorch");

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">Its file name.</param>
    /// <param name="arguments">What it is given.</param>
    public static async Task RunAsync(string script, params string[] arguments)
    {
        ProcessStartInfo start = new(Python, [Path.Combine(Folder, script), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(
            Patience, TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"eng/install-torch.sh installs what it needs. {await error}");
    }
}
