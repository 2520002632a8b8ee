using System.IO.Pipelines;

namespace Faas.Supervisor.Recording.Traces;

/// <summary>Traces in files.</summary>
internal static class TraceFile
{
    // Written through in pieces, so that a large trace is not in memory twice.
    private const int FlushEvery = 64 * 1024;

    /// <exception cref="TraceFormatException">No trace.</exception>
    /// <exception cref="IOException">Not readable.</exception>
    public static Trace Read(string path) => TraceReader.Read(File.ReadAllBytes(path));

    public static async Task WriteAsync(string path, Trace trace, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        var output = PipeWriter.Create(file, new StreamPipeWriterOptions(minimumBufferSize: 1 << 20, leaveOpen: true));
        var writer = new TraceWriter(output);
        writer.WriteHeader(trace.Header);
        foreach (var function in trace.Functions)
        {
            writer.WriteFunction(function);
        }

        for (var i = 0; i < trace.Invocations.Length; i++)
        {
            writer.WriteInvocation(trace.Invocations[i]);
            if (i % FlushEvery == FlushEvery - 1)
            {
                await output.FlushAsync(cancellationToken);
            }
        }

        writer.WriteEnd(trace.Dropped, trace.Length);
        await output.CompleteAsync();
    }
}
