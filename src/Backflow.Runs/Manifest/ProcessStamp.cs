using System.Diagnostics;

namespace Backflow.Runs.Manifest;

/// <summary>
/// The process that trains a run, in words for people: which one lives, <see cref="RunLiveness"/> knows.
/// </summary>
/// <param name="Host">The machine it runs on.</param>
/// <param name="Id">Its process id.</param>
/// <param name="StartedMs">When it started, in Unix milliseconds as its machine reports it.</param>
internal readonly record struct ProcessStamp(string Host, int Id, long StartedMs)
{
    /// <summary>This process.</summary>
    public static ProcessStamp Current { get; } = OfThisProcess();

    private static ProcessStamp OfThisProcess()
    {
        using Process process = Process.GetCurrentProcess();
        long started = new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds();
        return new ProcessStamp(Environment.MachineName, process.Id, started);
    }
}
