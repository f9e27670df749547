using System.Security.Cryptography;
using Backflow.Tensors;

namespace Backflow.Runs.Checkpoints;

/// <summary>Reads a checkpoint and believes nothing of it.</summary>
internal static class CheckpointReader
{
    /// <summary>Reads the content.</summary>
    /// <exception cref="RunFormatException">The file is missing, broken, or not the one that was saved.</exception>
    public static SafetensorsFile Read(Checkpoint checkpoint)
    {
        try
        {
            using FileStream stream = Open(checkpoint.Path);
            using SHA256 sha256 = SHA256.Create();
            using CryptoStream hashing = new(stream, sha256, CryptoStreamMode.Read);
            SafetensorsFile content = SafetensorsFile.Read(hashing, stream.Length, checkpoint.Path);
            // The end of the stream completes the hash.
            _ = hashing.ReadByte();
            return Convert.ToHexStringLower(sha256.Hash!) == checkpoint.Sha256
                ? content
                : throw new RunFormatException(
                    $"{checkpoint.Path} is not what was saved: its SHA-256 is not {checkpoint.Sha256}.");
        }
        catch (TensorFileException failure)
        {
            throw new RunFormatException(failure.Message, failure);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RunFormatException($"{checkpoint.Path} is missing.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"{checkpoint.Path} could not be read ({failure.Message}); check the disk, and that the file is yours.",
                failure);
        }
    }

    /// <summary>Reads a file that the store does not know.</summary>
    /// <returns>Null where it is no whole checkpoint.</returns>
    public static LoadedCheckpoint? ReadUnknown(string runId, long step, string path)
    {
        try
        {
            using FileStream stream = Open(path);
            SafetensorsFile content = SafetensorsFile.Read(stream, stream.Length, path);
            stream.Position = 0;
            string sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
            DateTimeOffset created = new(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);
            return new LoadedCheckpoint(
                new Checkpoint(runId, step, path, stream.Length, sha256, created, Pins: []), content);
        }
        catch (Exception failure) when (failure is TensorFileException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether the file is what was saved.</summary>
    public static bool IsIntact(Checkpoint checkpoint)
    {
        try
        {
            using FileStream stream = Open(checkpoint.Path);
            return Convert.ToHexStringLower(SHA256.HashData(stream)) == checkpoint.Sha256;
        }
        catch (Exception failure) when (failure is TensorFileException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
    // Opening a pipe waits for a writer; pipes and devices have no length.
    private static FileStream Open(string path) => new FileInfo(path) is { Exists: true, Length: 0 }
        ? throw new TensorFileException($"{path} is empty, or no file but a pipe or a device.")
        : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
}
