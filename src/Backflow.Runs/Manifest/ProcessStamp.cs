using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Backflow.Runs.Manifest;

/// <summary>A process that cannot be mistaken for a later one with the same id.</summary>
/// <param name="Host">The machine it runs on.</param>
/// <param name="Id">Its process id.</param>
/// <param name="StartedMs">When it started, in Unix milliseconds as its machine reports it.</param>
internal readonly record struct ProcessStamp(string Host, int Id, long StartedMs)
{
    // The start is derived from a clock that counts hundredths, and from a boot time that may be adjusted.
    private const long StartToleranceMs = 2_000;

    /// <summary>How long a process of another machine may be silent before it counts as dead.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    /// <summary>This process.</summary>
    public static ProcessStamp Current { get; } = OfThisProcess();

    /// <summary>Whether the process still lives.</summary>
    /// <param name="silence">How long ago it last said so; asked only for processes of other machines.</param>
    public bool IsAlive(TimeSpan silence)
    {
        if (this == Current)
        {
            return true;
        }

        if (Host != Current.Host)
        {
            return silence <= LongestSilence;
        }

        try
        {
            using Process process = Process.GetProcessById(Id);
            return !process.HasExited
                && Math.Abs(StartOf(process) - StartedMs) <= StartToleranceMs
                && !IsZombie(Id);
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // It ended between the two questions.
            return false;
        }
        catch (Win32Exception)
        {
            // It lives and belongs to someone else, who may hide its start: the heartbeat decides.
            return silence <= LongestSilence;
        }
    }

    /// <summary>Another process of this machine.</summary>
    public static ProcessStamp Of(Process process) => new(Environment.MachineName, process.Id, StartOf(process));

    private static ProcessStamp OfThisProcess()
    {
        using Process process = Process.GetCurrentProcess();
        return Of(process);
    }

    /// <summary>
    /// Whether the process is dead and only waits for its parent to ask, as killed ones do for ever in a container whose
    /// first process never asks; .NET counts those as living.
    /// </summary>
    private static bool IsZombie(int id)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // "id (name) state …", where the name may itself have brackets and spaces.
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat[stat.LastIndexOf(')')..].StartsWith(") Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static long StartOf(Process process) =>
        new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds();
}
