using System.Diagnostics;
using System.Text;

namespace Backflow.Cli.Tests;

/// <summary>What a POSIX shell makes of a printed command.</summary>
internal static class ShellWords
{
    /// <summary>The words that the program would be given.</summary>
    /// <param name="folder">Where the shell stands.</param>
    /// <param name="command">A command of Backflow, as it was printed.</param>
    public static string[] Read(string folder, string command)
    {
        // The program is a function that prints its words.
        (int exitCode, string printed, string error) =
            Run(folder, $"backflow() {{ printf '%s\\036' \"$@\"; }}\n{command}\n");
        return exitCode == 0 && error.Length == 0
            ? printed.Split('\u001e')[..^1]
            : throw new InvalidOperationException($"No shell reads this command: {command}\n{error}");
    }

    /// <summary>Runs a script in /bin/sh to its end.</summary>
    /// <param name="folder">Where the shell stands.</param>
    /// <param name="script">What it reads on its standard input.</param>
    public static (int ExitCode, string Output, string Error) Run(string folder, string script)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", "-s")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        Task<string> error = shell.StandardError.ReadToEndAsync();
        shell.StandardInput.Write(script);
        shell.StandardInput.Close();
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return (shell.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
