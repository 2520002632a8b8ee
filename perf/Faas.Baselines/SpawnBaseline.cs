using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Faas.Baselines;

/// <summary>
/// What CGI does: an HTTP endpoint that starts a program for each request, as a plain process, and answers what it
/// printed as <c>/invoke</c> would. Prints <c>listening http://127.0.0.1:PORT</c> when it can be called.
/// </summary>
internal static class SpawnBaseline
{
    /// <param name="command">The program and its arguments.</param>
    public static async Task<int> RunAsync(string[] command)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        await using var app = builder.Build();
        app.Run(context => AnswerAsync(context, command));
        await app.StartAsync();
        Console.WriteLine($"listening {app.Urls.First()}");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context, string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await context.Request.Body.CopyToAsync(process.StandardInput.BaseStream);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var body = JsonSerializer.SerializeToUtf8Bytes(new { ok = process.ExitCode == 0, output });
        context.Response.StatusCode = process.ExitCode == 0 ? 200 : 500;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body);
    }
}
