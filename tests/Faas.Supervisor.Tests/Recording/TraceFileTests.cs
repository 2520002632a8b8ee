using System.Buffers;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Recording.Traces;

namespace Faas.Supervisor.Tests.Recording;

public sealed class TraceFileTests
{
    private static readonly TraceHeader s_header = Traces.Header(3, 17, new TraceWorker("wasmtime", 2.5), new TraceWorker("wasmer", 1, 0.5));
    private static readonly TraceFunction[] s_functions = [new(1, 77, 0, "", ""), new(2, 4_000_000_000, 5, "wasmer", "grüße")];
    private static readonly TraceInvocation[] s_invocations =
    [
        new(10, 1, 0, (byte)InvocationStatus.Ok, StartKind.Cached, 1, 2, 3, 9),
        new(20, 2, TraceFormat.NoWorker, TraceFormat.Refused, StartKind.Warm, 7, 0, 0, 7),
        new(20_000_000_000, 1, 1, (byte)InvocationStatus.Trap, StartKind.Cold, 0, 4, 5, long.MaxValue),
    ];

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var trace = TraceReader.Read(Written());
        Assert.True(trace.IsComplete);
        Assert.Equal(42, trace.Dropped);
        Assert.Equal(s_header with { Workers = [] }, trace.Header with { Workers = [] });
        Assert.Equal(s_header.Workers, trace.Header.Workers);
        Assert.Equal(s_functions, trace.Functions);
        Assert.Equal(s_invocations, trace.Invocations);
    }

    [Fact]
    public void Read_OutOfOrder_IsSortedByArrival()
    {
        var trace = TraceReader.Read(Written([s_invocations[2], s_invocations[0], s_invocations[1]]));
        Assert.Equal(s_invocations, trace.Invocations);
    }

    [Fact]
    public void Read_CutOffAnywhere_IsAShorterTraceOrRefused()
    {
        var bytes = Written();
        var most = 0;
        for (var length = 0; length < bytes.Length; length++)
        {
            try
            {
                var trace = TraceReader.Read(bytes.AsSpan(0, length));
                Assert.False(trace.IsComplete);
                Assert.True(trace.Invocations.Length >= most);
                most = trace.Invocations.Length;
            }
            catch (TraceFormatException)
            {
                Assert.Equal(0, most); // only inside the header
            }
        }

        Assert.Equal(s_invocations.Length, most);
    }

    [Fact]
    public void Read_RandomChanges_AreRefusedOrRead()
    {
        var random = new Random(5);
        var good = Written();
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = good.ToArray();
            for (var change = 0; change < 3; change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                TraceReader.Read(bytes);
            }
            catch (TraceFormatException)
            {
                // The only exception there may be.
            }
        }
    }

    [Fact]
    public void Writer_Length_IsWhatItWrote()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new TraceWriter(buffer);
        writer.WriteHeader(s_header);
        writer.WriteFunction(s_functions[0]);
        for (var i = 0; i < 3_000; i++)
        {
            writer.WriteInvocation(s_invocations[0]);
        }

        writer.WriteEnd(0, TimeSpan.Zero);
        Assert.Equal(buffer.WrittenCount, writer.Length);
        Assert.Equal(3_000, TraceReader.Read(buffer.WrittenSpan).Invocations.Length);
    }

    private static byte[] Written() => Written(s_invocations);

    private static byte[] Written(TraceInvocation[] invocations)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new TraceWriter(buffer);
        writer.WriteHeader(s_header);
        foreach (var function in s_functions)
        {
            writer.WriteFunction(function);
        }

        foreach (var invocation in invocations)
        {
            writer.WriteInvocation(invocation);
        }

        writer.WriteEnd(42, TimeSpan.FromSeconds(20));
        return buffer.WrittenSpan.ToArray();
    }
}
