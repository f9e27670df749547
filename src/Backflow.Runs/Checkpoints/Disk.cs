using Microsoft.Win32.SafeHandles;

namespace Backflow.Runs.Checkpoints;

/// <summary>The three calls by which a file gets onto the disk; a test records them in their order.</summary>
internal class Disk
{
    /// <summary>The disk of this machine.</summary>
    public static Disk Real { get; } = new();

    /// <summary>Forces the content of a file to the disk.</summary>
    public virtual void FlushFile(SafeFileHandle file, string path) => RandomAccess.FlushToDisk(file);

    /// <summary>Gives a file its final name in one step.</summary>
    public virtual void Move(string from, string to, bool overwrite) => File.Move(from, to, overwrite);

    /// <summary>Forces the names in a folder to the disk, where the system can.</summary>
    /// <returns>Whether it did.</returns>
    public virtual bool FlushFolder(string folder) => DirectoryFlush.Flush(folder);
}
