using Backflow.Runs.Checkpoints;
using Microsoft.Win32.SafeHandles;

namespace Backflow.Runs.Tests.Checkpoints;

/// <summary>Does what a disk is told, and notes the calls in their order.</summary>
/// <param name="known">What a call is noted with: how much the store knew, or had left to do, at that moment.</param>
internal sealed class RecordingDisk(Func<int> known) : Disk
{
    public List<string> Calls { get; } = [];

    public override void FlushFile(SafeFileHandle file, string path)
    {
        base.FlushFile(file, path);
        Calls.Add($"file {Path.GetFileName(path)} of {RandomAccess.GetLength(file)} bytes, {known()} known");
    }

    public override void Move(string from, string to, bool overwrite)
    {
        base.Move(from, to, overwrite);
        Calls.Add($"name {Path.GetFileName(from)} → {Path.GetFileName(to)}, {known()} known");
    }

    public override bool FlushFolder(string folder)
    {
        string files = string.Join(", ", Directory.GetFiles(folder).Select(Path.GetFileName));
        Calls.Add($"folder {Path.GetFileName(folder)} with {files}, {known()} known");
        return base.FlushFolder(folder);
    }
}
