using System.Runtime.CompilerServices;
using Backflow.Engine;

namespace Backflow.OutsideCells.Tests;

/// <summary>Registers the cells of this project before any test runs: one call each.</summary>
internal static class Registered
{
    [ModuleInitializer]
    internal static void Register()
    {
        Cells.Register(MinimalGatedUnit.Description);
        Cells.Register(MinimalGatedUnit.WithoutTwin);
    }
}
