#!/usr/bin/env bash
# Software: .NET 10 runtime (tried with SDK 10.0.401) on Linux, tmpfs.
# Guess: File.WriteAllText and File.WriteAllBytes over a file that is there, on a disk with too little room, fail alike:
#        an IOException with ENOSPC (28) in HResult, and a file that holds what had room.
# Seen:  WriteAllText reserves the whole length first. It fails with the general HResult 0x80131620, a message that names an
#        "allocation size", and the file that was there is gone: neither its old content nor a part of the new one is
#        left. WriteAllBytes, FileStream and StreamWriter reserve nothing, fail with 28 and leave a part. A program that
#        tells a full disk by HResult does not see the first, and one that overwrites a report loses the old one.
# Fails when a runtime answers otherwise. Needs the .NET 10 SDK alone, no package, and unshare with user namespaces.
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
string path = args[0];
Try("WriteAllText", () => File.WriteAllText(path, new string('x', 900_000)));
Try("WriteAllBytes", () => File.WriteAllBytes(path, new byte[900_000]));

void Try(string name, Action write)
{
    File.WriteAllText(path, "old");
    string failure = "nothing was thrown";
    try
    {
        write();
    }
    catch (IOException thrown)
    {
        failure = thrown.HResult.ToString("X8");
    }

    string left = !File.Exists(path) ? "no file" : new FileInfo(path).Length is > 3 and < 900_000 ? "a part" : "other";
    Console.WriteLine($"{name}: {failure}, {left}");
}
X
dotnet build --nologo --verbosity quiet -o built > build.log || { cat build.log; exit 1; }
mkdir small
seen=$(unshare --user --map-root-user --mount bash -c '
  mount -t tmpfs -o size=1m tmpfs small
  head -c 500K /dev/zero > small/fill
  dotnet built/probe.dll small/report.html')
echo "$seen"
expected='WriteAllText: 80131620, no file
WriteAllBytes: 0000001C, a part'
[ "$seen" = "$expected" ] || { echo "The runtime answers otherwise now." >&2; exit 1; }
