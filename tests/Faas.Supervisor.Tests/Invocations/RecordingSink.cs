using System.Buffers;
using System.Text;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Tests.Invocations;

/// <summary>Keeps what it is handed; a test may have it wait or throw.</summary>
internal sealed class RecordingSink(OutputDelivery delivery = OutputDelivery.Whole) : IInvocationSink
{
    private readonly ArrayBufferWriter<byte> _taken = new();

    public OutputDelivery Delivery => delivery;

    public Func<Task>? OnTake { get; init; }

    public Func<Task>? OnEnd { get; init; }

    public string Text => Encoding.UTF8.GetString(_taken.WrittenSpan);

    public int Ends { get; private set; }

    public string? Message { get; private set; }

    public async ValueTask TakeAsync(Invocation invocation, bool hasEnded)
    {
        if (invocation.TakeOutput(_taken) > 0 && OnTake is not null)
        {
            await OnTake();
        }
    }

    public async ValueTask EndAsync(Invocation invocation)
    {
        Ends++;
        Message = invocation.Message;
        _taken.Write(invocation.Output.Span);
        if (OnEnd is not null)
        {
            await OnEnd();
        }
    }
}
