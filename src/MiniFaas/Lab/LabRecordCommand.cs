using System.CommandLine;
using System.Globalization;
using Faas.Lab.Reporting;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using Faas.Supervisor.Recording;
using Faas.Supervisor.Recording.Traces;
using MiniFaas.Client;
using MiniFaas.Settings;

namespace MiniFaas.Lab;

/// <summary><c>minifaas lab record FILE</c>: keeps arrivals, functions and times of a live server; no inputs, no outputs.</summary>
internal static class LabRecordCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Where the trace goes; replaced if it is there" };
        var seconds = new Option<double?>("--seconds") { HelpName = "N", Description = "Ends after so long (default: at an interrupt, or when the file is full)" };
        var maxBytes = new Option<string>("--max-bytes") { HelpName = "SIZE", Description = "Longest file", DefaultValueFactory = _ => ByteSize.Format(TraceBounds.DefaultBytes) };
        var names = new Option<bool>("--names") { Description = "Keep the names of the functions; otherwise they are numbers" };
        seconds.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && !(value > 0 && value <= TraceBounds.MaxTime.TotalSeconds))
            {
                result.AddError($"--seconds {token.Value}: must be above 0 and at most {TraceBounds.MaxTime.TotalSeconds}");
            }
        });
        maxBytes.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(ByteSize.TryParse(token.Value, out var bytes) && bytes is >= TraceBounds.MinBytes and <= TraceBounds.MaxBytes))
            {
                result.AddError($"--max-bytes {token.Value}: must be a size from {ByteSize.Format(TraceBounds.MinBytes)} to {ByteSize.Format(TraceBounds.MaxBytes)}");
            }
        });
        Option<Uri?> server = ClientCommand.Server();
        var command = new Command("record", "Record arrivals, functions and times of a live server") { file, seconds, maxBytes, names, server };
        command.SetClientAction(server, async (parsed, client, cancellationToken) =>
        {
            _ = ByteSize.TryParse(parsed.GetValue(maxBytes)!, out var bytes);
            Query query = new Query("/lab/record")
                .Add("seconds", parsed.GetValue(seconds)?.ToString(CultureInfo.InvariantCulture))
                .Add("maxBytes", bytes.ToString(CultureInfo.InvariantCulture))
                .Add("names", parsed.GetValue(names) ? "true" : null);
            var path = parsed.GetValue(file)!;
            try
            {
                if (await client.DownloadAsync(HttpMethod.Post, query.ToString(), () => File.Create(path), cancellationToken) is { } failure)
                {
                    return ClientCommand.Fail(failure);
                }
            }
            catch (OperationCanceledException)
            {
                // Interrupted, which is how a recording without --seconds ends: what has come is a trace.
            }

            Messages.Note(ReplayReport.Describe(TraceFile.Read(path)) + $"; next: minifaas lab replay {path}");
            return ExitCode.Success;
        });
        return command;
    }
}
