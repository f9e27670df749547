#!/usr/bin/env bash
# Software: .NET 10 runtime (tried with SDK 10.0.401), x86-64 with AVX2 and FMA.
# Guess: DOTNET_EnableFMA=0 switches fused multiply-add off, as DOTNET_EnableAVX2=0 switches AVX2 off and leaves FMA,
#        which is an instruction set of its own (CPUID has a bit for each).
# Seen:  DOTNET_EnableFMA=0 changes nothing: Fma.IsSupported stays true. DOTNET_EnableAVX2=0 makes Fma.IsSupported false
#        while Avx.IsSupported stays true. So a test "without FMA" is a run with DOTNET_EnableAVX2=0, and a test of 128-bit
#        code "without AVX2" measures the software fallback of Vector128.FusedMultiplyAdd too, tens of times slower.
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
using System.Runtime.Intrinsics.X86;
System.Console.WriteLine($"avx {Avx.IsSupported} avx2 {Avx2.IsSupported} fma {Fma.IsSupported}");
X
dotnet build --configuration Release --nologo --verbosity quiet >/dev/null
probe() { env "$1" dotnet bin/Release/net10.0/probe.dll; }
plain=$(probe NOTHING=1)
if [ "$plain" != "avx True avx2 True fma True" ]; then
  echo "This processor lacks AVX2 or FMA ($plain): the switches say nothing here."
  exit 0
fi
fma=$(probe DOTNET_EnableFMA=0)
avx2=$(probe DOTNET_EnableAVX2=0)
echo "no switch:            $plain"
echo "DOTNET_EnableFMA=0:   $fma"
echo "DOTNET_EnableAVX2=0:  $avx2"
[ "$fma" = "avx True avx2 True fma True" ] && [ "$avx2" = "avx True avx2 False fma False" ]
