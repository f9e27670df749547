using System.Globalization;
using System.Text;
using Backflow.Engine;

namespace Backflow.Experiments.Tests.Verdicts;

/// <summary>Texts of other kinds than the generated sentences, written to a file once and equal in every run.</summary>
internal static class CaseTexts
{
    private const int Lines = 1500;

    private static readonly string[] Ones =
        "one two three four five six seven eight nine".Split(' ');

    private static readonly string[] Teens =
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".Split(' ');

    private static readonly string[] Tens = "twenty thirty forty fifty sixty seventy eighty ninety".Split(' ');

    private static readonly string[] Purposes =
        "rent bread paper coal wages repairs post oil cloth interest".Split(' ');

    private static readonly Lazy<string> SumsFile = new(static () => Write("sums", Sum));

    private static readonly Lazy<string> LedgerFile = new(static () => Write("ledger", Entry));

    /// <summary>Sums in words: "forty one plus six is forty seven."</summary>
    public static string Sums => SumsFile.Value;

    /// <summary>Entries of an account: "1923-04-17  1204.50  rent".</summary>
    public static string Ledger => LedgerFile.Value;

    private static string Sum(SplittableRandom random)
    {
        int left = 1 + random.NextInt32(49);
        int right = 1 + random.NextInt32(49);
        return $"{Words(left)} plus {Words(right)} is {Words(left + right)}.";
    }

    private static string Entry(SplittableRandom random) => string.Create(
        CultureInfo.InvariantCulture,
        $"{1900 + random.NextInt32(40)}-{1 + random.NextInt32(12):00}-{1 + random.NextInt32(28):00}  "
        + $"{random.NextInt32(4000)}.{25 * random.NextInt32(4):00}  {Purposes[random.NextInt32(Purposes.Length)]}");

    private static string Words(int number) => number < 10 ? Ones[number - 1]
        : number < 20 ? Teens[number - 10]
        : Tens[(number / 10) - 2] + (number % 10 == 0 ? string.Empty : $" {Ones[(number % 10) - 1]}");

    private static string Write(string name, Func<SplittableRandom, string> line)
    {
        SplittableRandom random = new SplittableRandom(300).Split(name);
        StringBuilder text = new();
        for (int i = 0; i < Lines; i++)
        {
            text.Append(line(random)).Append('\n');
        }

        string path = Path.Combine(AppContext.BaseDirectory, $"case-{name}.txt");
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
