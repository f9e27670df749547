using System.Security.Cryptography;
using Backflow.Runs.Store;

namespace Backflow.Runs.Checkpoints;

/// <summary>A file that is completely on the disk, under its final name or not there at all.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The SHA-256 of its content, in lower-case hexadecimal digits.</param>
internal readonly record struct WrittenFile(long Bytes, string Sha256)
{
    /// <summary>Writes a file beside its final place, forces it to the disk, and moves it there in one step.</summary>
    /// <param name="folder">The folder of the file, which exists.</param>
    /// <param name="name">The final name, which no file has.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="interpose">
    /// Stands between the content and the file; lets a test be a full disk. Null for none.
    /// </param>
    /// <param name="disk">What the file is forced to.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="IOException">
    /// The disk is full or broken, or the file too large for it; nothing is left behind.
    /// </exception>
    public static WrittenFile Write(
        string folder, string name, Action<Stream> write, Func<Stream, Stream>? interpose, Disk disk)
    {
        string temporary = Path.Combine(folder, CheckpointName.Temporary(name));
        try
        {
            WrittenFile written = WriteTemporary(temporary, write, interpose, disk);
            disk.Move(temporary, Path.Combine(folder, name), overwrite: true);
            _ = disk.FlushFolder(folder);
            return written;
        }
        catch (ArgumentException failure) when (WriteFailure.ReasonOf(failure) is string reason)
        {
            File.Delete(temporary);
            throw new IOException(reason, failure);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static WrittenFile WriteTemporary(
        string temporary, Action<Stream> write, Func<Stream, Stream>? interpose, Disk disk)
    {
        using FileStream file = OwnerOnly.CreateFile(temporary);
        using SHA256 sha256 = SHA256.Create();
        Stream target = interpose?.Invoke(file) ?? file;
        using (CryptoStream hashing = new(target, sha256, CryptoStreamMode.Write, leaveOpen: true))
        {
            write(hashing);
        }

        // The end of the hash has handed all bytes to the system. Before the rename: a name must never stand for data
        // that the disk does not have yet.
        disk.FlushFile(file.SafeFileHandle, temporary);
        return new WrittenFile(file.Length, Convert.ToHexStringLower(sha256.Hash!));
    }
}
