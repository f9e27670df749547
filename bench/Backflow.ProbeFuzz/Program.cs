using System.Diagnostics;
using System.Globalization;
using Backflow.ProbeFuzz;

// dotnet run -c Release --project bench/Backflow.ProbeFuzz -- [COUNT] [SEED]
// Mutates the golden probe files and reads them; anything but a sample or a refusal ends it with a stack trace.
int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
ulong seed = args.Length > 1 ? ulong.Parse(args[1], CultureInfo.InvariantCulture) : 1;
byte[][] files =
    [.. Directory.EnumerateFiles("python/tests/golden", "*.safetensors").Order().Select(File.ReadAllBytes)];
if (files.Length == 0)
{
    Console.Error.WriteLine("error: There are no golden files here; start it in the root of the checkout.");
    return 1;
}

Stopwatch watch = Stopwatch.StartNew();
ProbeMutations.Outcome outcome = ProbeMutations.Run(files, count, seed);
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{count} mutations of {files.Length} files, seed {seed}: {outcome.Read} read, {outcome.Refused} refused, "
    + $"{watch.Elapsed.TotalSeconds:F0} s, {Environment.WorkingSet / 1e6:F0} MB"));
return 0;
