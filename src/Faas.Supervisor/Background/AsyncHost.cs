using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Timers;

namespace Faas.Supervisor.Background;

/// <summary>What belongs to asynchronous invocations, and the order of its beginning and its end.</summary>
internal sealed class AsyncHost : IAsyncDisposable
{
    private readonly FunctionTimers _timers;

    private AsyncHost(AsyncInvocationStore store, AsyncInvoker invoker, CallbackRules callbacks, CallbackSender sender, FunctionTimers timers)
    {
        Store = store;
        Invoker = invoker;
        Callbacks = callbacks;
        Sender = sender;
        _timers = timers;
    }

    public AsyncInvocationStore Store { get; }

    public AsyncInvoker Invoker { get; }

    public CallbackRules Callbacks { get; }

    public CallbackSender Sender { get; }

    /// <summary>Opens the store; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="functions">Where versions are found.</param>
    /// <param name="runner">Brings attempts to the workers.</param>
    /// <param name="format">What a callback is sent.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="loops">Runs what goes on here.</param>
    /// <param name="time">For everything.</param>
    /// <param name="logger">For everything.</param>
    /// <exception cref="StartupFailureException">The store cannot be read.</exception>
    public static async Task<AsyncHost> OpenAsync(
        FunctionStore functions,
        IFunctionRunner runner,
        Func<AsyncInvocation, byte[]> format,
        AsyncInvocationOptions options,
        LoopSupervisor loops,
        TimeProvider time,
        ILogger logger)
    {
        var store = await AsyncInvocationStore.OpenAsync(
            functions.Data.Invocations, options, id => functions.TryResolve(id, out var function) && function.Idempotent, loops, time, logger);
        var rules = new CallbackRules(options.AllowLoopbackCallbacks, options.CallbackHosts);
        var invoker = new AsyncInvoker(store, functions, runner, options.Concurrency, loops, time, logger);
        var sender = new CallbackSender(store, rules, format, loops, time, logger);
        invoker.Ended += sender.Wake;
        var timers = new FunctionTimers(functions, store, invoker, loops, time, logger);
        timers.ClockWentBack += invoker.Wake;
        timers.ClockWentBack += sender.ClockWasSet;
        return new AsyncHost(store, invoker, rules, sender, timers);
    }

    public void Start()
    {
        Invoker.Start();
        Sender.Start();
        _timers.Start();
    }

    /// <summary>Begins nothing new; what runs goes on.</summary>
    public async Task StopAsync()
    {
        Invoker.StopClaiming();
        await _timers.DisposeAsync();
    }

    /// <summary>After the workers have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timers.DisposeAsync();
        await Invoker.DisposeAsync();
        await Sender.DisposeAsync();
        await Store.DisposeAsync();
    }
}
