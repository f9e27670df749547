namespace Backflow.Training.Texts;

/// <summary>Opens what a user named to be read: a file, a device, or a pipe that a program writes to.</summary>
public static class InputFile
{
    // A program that is to write to the pipe may have been started at the same moment.
    private static readonly TimeSpan PatienceForAWriter = TimeSpan.FromSeconds(5);

    /// <summary>Opens a file; a named pipe only where a program opens it to write.</summary>
    /// <param name="path">The path as the user gave it.</param>
    /// <returns>The stream, which the caller disposes of.</returns>
    /// <exception cref="IOException">There is no such file, or the pipe has no writer.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream Open(string path)
    {
        // The system lets a reader of a pipe wait for its writer for ever. A thread that still waits ends with the
        // program.
        Task<FileStream> opening = Task.Run(() => File.OpenRead(path));
        if (((IAsyncResult)opening).AsyncWaitHandle.WaitOne(PatienceForAWriter))
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
