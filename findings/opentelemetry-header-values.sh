#!/usr/bin/env bash
# Software: OpenTelemetry.Exporter.OpenTelemetryProtocol 1.20.1 for .NET 10.
# Guess: OTEL_EXPORTER_OTLP_HEADERS is split at its commas first, and then each value is percent-decoded, as the
#        specification refers to W3C Baggage for: "a=x%2Cy,b=z" is a = "x,y" and b = "z".
# Seen:  the exporter decodes the whole text before it splits it. "a=x%2Cy,b=z" throws an ArgumentException ("Headers
#        provided in an invalid format"), and "a=x%2Cy%3Dw,b=z" sends three headers, y = "w" among them. A value with a
#        comma cannot be given.
# Fails when the package answers otherwise. Needs the .NET 10 SDK and a package feed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > probe.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="OpenTelemetry.Exporter.OpenTelemetryProtocol" Version="1.20.1" />
  </ItemGroup>
</Project>
X
cat > Program.cs <<'X'
using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Net;
using System.Threading.Tasks;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

HttpListener server = new();
server.Prefixes.Add("http://127.0.0.1:14318/");
server.Start();
List<string> seen = [];
Task serving = Task.Run(async () =>
{
    HttpListenerContext context = await server.GetContextAsync();
    foreach (string name in (string[])["a", "b", "y"])
    {
        if (context.Request.Headers[name] is string value)
        {
            seen.Add($"{name}={value}");
        }
    }

    context.Response.Close();
});
try
{
    using Meter meter = new("probe");
    using MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddMeter("probe").AddOtlpExporter((options, reader) =>
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri("http://127.0.0.1:14318/v1/metrics");
        options.Headers = Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_HEADERS")!;
    }).Build();
    meter.CreateCounter<long>("c").Add(1);
    provider.ForceFlush(5000);
    await Task.WhenAny(serving, Task.Delay(3000));
    Console.WriteLine(seen.Count == 0 ? "nothing arrived" : string.Join(" | ", seen));
}
catch (Exception failure)
{
    Console.WriteLine($"{failure.GetType().Name}: {failure.Message.Split('\n')[0]}");
}
X
dotnet build --configuration Release --nologo --verbosity quiet >/dev/null
probe() { env OTEL_EXPORTER_OTLP_HEADERS="$1" dotnet bin/Release/net10.0/probe.dll; }
plain=$(probe 'a=x,b=z')
comma=$(probe 'a=x%2Cy,b=z')
equals=$(probe 'a=x%2Cy%3Dw,b=z')
printf '%s\n' "a=x,b=z:          $plain" "a=x%2Cy,b=z:      $comma" "a=x%2Cy%3Dw,b=z:  $equals"
[ "$plain" = "a=x | b=z" ] && [[ "$comma" = ArgumentException:* ]] && [ "$equals" = "a=x | b=z | y=w" ]
