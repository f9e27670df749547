using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Backflow.Lessons;

namespace Backflow.Browser;

/// <summary>What a worker of the page may call; <see cref="ScriptedEngine"/> says what each one does.</summary>
[SupportedOSPlatform("browser")]
internal static partial class Module
{
    private static readonly ScriptedEngine Engine = new();

    /// <summary>A module answers when it is called, and does nothing of its own.</summary>
    internal static void Main()
    {
    }

    [JSExport]
    internal static string Ask(string name, string values) => ScriptedEngine.Ask(name, values);

    [JSExport]
    internal static string Train(string values) => Engine.Train(values);

    [JSExport]
    internal static string Advance(int steps) => Engine.Advance(steps);
}
