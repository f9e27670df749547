using System.Diagnostics;
using System.Globalization;
using Backflow.FormatFuzz;

// dotnet run -c Release --project bench/Backflow.FormatFuzz -- FORMAT [COUNT] [SEED]
// Mutates the valid files of a format and reads them; anything but a value or a refusal ends it with a stack trace.
FuzzedFormat? format = args.Length == 0 ? null : FuzzedFormat.All.FirstOrDefault(format => format.Name == args[0]);
if (format is null)
{
    string names = string.Join(", ", FuzzedFormat.All.Select(static format => format.Name));
    Console.Error.WriteLine($"error: Name a format first: {names}.");
    return 2;
}

if (!Directory.Exists(format.Folder))
{
    Console.Error.WriteLine($"error: There is no folder {format.Folder} here; start it in the root of the checkout.");
    return 1;
}

int count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
ulong seed = args.Length > 2 ? ulong.Parse(args[2], CultureInfo.InvariantCulture) : 1;
byte[][] files = format.Files(".");
Stopwatch watch = Stopwatch.StartNew();
FuzzedFormat.Outcome outcome = format.Run(files, count, seed);
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{format.Name}: {count} mutations of {files.Length} files, seed {seed}: {outcome.Read} read, "
    + $"{outcome.Refused} refused, {watch.Elapsed.TotalSeconds:F0} s, "
    + $"{Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB at most"));
return 0;
