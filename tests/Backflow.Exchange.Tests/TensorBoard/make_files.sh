#!/usr/bin/env bash
# Makes files/torchsharp.tfevents with TorchSharp's SummaryWriter. Needs the .NET 10 SDK, a package feed and a C
# compiler: of its native library, which is not installed here, the writer asks for a checksum alone.
set -euo pipefail
target=$(cd "$(dirname "$0")" && pwd)/files
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > crc.c <<'C'
#include <stdint.h>

/* CRC-32C, bit by bit. */
uint32_t crc32c_append(uint32_t crc, const uint8_t *value, uint64_t length) {
    crc = ~crc;
    for (uint64_t i = 0; i < length; i++) {
        crc ^= value[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1u)));
        }
    }
    return ~crc;
}
C
cat > writer.csproj <<'C'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="TorchSharp" Version="0.107.0" /></ItemGroup>
</Project>
C
cat > Program.cs <<'C'
using TorchSharp;

TorchSharp.Modules.SummaryWriter writer =
    torch.utils.tensorboard.SummaryWriter(args[0], createRunName: false);
float[] losses = [1, 0.5f, 0.25f, float.NaN, float.PositiveInfinity, 0.125f];
for (int step = 0; step < losses.Length; step++)
{
    writer.add_scalar("loss/train", losses[step], step);
}

writer.add_scalar("accuracy", 0.5f, 10);
writer.add_scalar("accuracy", 0.75f, 20);
writer.add_text("note", "hello", 1);
C
dotnet build --configuration Release --output out --nologo --verbosity quiet
cc -shared -fPIC -o out/libLibTorchSharp.so crc.c
dotnet out/writer.dll log
mkdir -p "$target"
mv log/* "$target/torchsharp.tfevents"
