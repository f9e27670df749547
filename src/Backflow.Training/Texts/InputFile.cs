namespace Backflow.Training.Texts;

/// <summary>Opens what a user named to be read: a file, a device, or a pipe that a program writes to.</summary>
public static class InputFile
{
    // A program that is to write to the pipe may have been started at the same moment.
    private static readonly TimeSpan PatienceForAWriter = TimeSpan.FromSeconds(5);

    // It may first have to fetch what it writes; one that only holds the pipe open is not waited for in vain.
    private static readonly TimeSpan PatienceForBytes = TimeSpan.FromMinutes(1);

    /// <summary>Opens a file to be read once from its beginning, however slowly it comes.</summary>
    /// <param name="path">The path as the user gave it.</param>
    /// <returns>The stream, which the caller disposes of; reading it throws where nothing comes for a minute.</returns>
    /// <exception cref="IOException">There is no such file, or the pipe has no writer.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Stream Open(string path) =>
        WaitingFor(OpenFile(path, CancellationToken.None), CancellationToken.None);

    /// <summary>What reads a file: by itself, but what may stay silent only for a while.</summary>
    /// <param name="file">What was opened; the stream that is returned takes it over.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    internal static Stream WaitingFor(FileStream file, CancellationToken cancellation) =>
        file.CanSeek ? file : new PatientStream(file, PatienceForBytes, cancellation);

    /// <summary>Opens a file; a named pipe only where a program opens it to write.</summary>
    /// <param name="path">The path as the user gave it.</param>
    /// <param name="cancellation">Ends the waiting for a writer.</param>
    /// <returns>The stream, which the caller disposes of.</returns>
    /// <exception cref="IOException">There is no such file, or the pipe has no writer.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static FileStream OpenFile(string path, CancellationToken cancellation)
    {
        // The system lets a reader of a pipe wait for its writer for ever. A thread that still waits ends with the
        // program.
        Task<FileStream> opening = Task.Run(() => File.OpenRead(path), CancellationToken.None);
        if (Task.WaitAny([opening], (int)PatienceForAWriter.TotalMilliseconds, cancellation) == 0)
        {
            return opening.GetAwaiter().GetResult();
        }

        _ = opening.ContinueWith(
            static late => late.Result.Dispose(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        throw new IOException("it is a pipe that no program writes to.");
    }
}
