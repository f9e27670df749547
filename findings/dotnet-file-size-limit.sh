#!/usr/bin/env bash
# Software: .NET 10 runtime (tried with SDK 10.0.401) on Linux.
# Guess: a write beyond the user's file size limit (ulimit -f) ends the process by SIGXFSZ; where a program handles that
#        signal, the write fails with EFBIG, and .NET throws an IOException that says "File too large", as it throws one
#        for a full disk (ENOSPC).
# Seen:  with the signal handled, FileStream.Write throws ArgumentOutOfRangeException for a parameter named "value": a
#        "catch (IOException)" around the write of a report does not see it. PosixSignalRegistration takes the raw number
#        25 of the signal. And under a limit of 1 MiB the runtime itself does not start: "Failed to create CoreCLR", out of
#        memory, because it maps its code twice through a file; DOTNET_EnableWriteXorExecute=0 starts it.
# Fails when a runtime answers otherwise. Needs the .NET 10 SDK alone, no package.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > probe.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
</Project>
X
cat > Program.cs <<'X'
using System;
using System.IO;
using System.Runtime.InteropServices;
using PosixSignalRegistration limit = PosixSignalRegistration.Create((PosixSignal)25, context => context.Cancel = true);
try
{
    using FileStream file = new("out", FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    for (int i = 0; i < 100; i++)
    {
        file.Write(new byte[64 * 1024]);
    }

    Console.WriteLine("nothing was thrown");
}
catch (Exception failure)
{
    string parameter = failure is ArgumentException named ? $" for '{named.ParamName}'" : "";
    Console.WriteLine($"{failure.GetType().Name}{parameter}");
}
X
dotnet build --configuration Release --nologo --verbosity quiet >/dev/null
seen=$(ulimit -f 1024; DOTNET_EnableWriteXorExecute=0 dotnet bin/Release/net10.0/probe.dll)
echo "write beyond the limit: $seen"
if (ulimit -f 1024; dotnet bin/Release/net10.0/probe.dll) >start.txt 2>&1; then started=yes; else started=no; fi
echo "starts under the limit without DOTNET_EnableWriteXorExecute=0: $started ($(grep -m 1 CoreCLR start.txt || true))"
[ "$started" = no ] && grep -q "Failed to create CoreCLR" start.txt
[ "$seen" = "ArgumentOutOfRangeException for 'value'" ]
