using System.Runtime.InteropServices;
using Faas.NBomber;
using Faas.Scenarios.Reporting;
using Faas.Scenarios.Running;

// Exit 0, 1 and 2 as every recorded run has them (RecordedRun), 2 also for a command line that cannot be read; 128 + N after signal N.
NBomberOptions options;
try
{
    options = NBomberOptions.Parse(args);
}
catch (FormatException wrong)
{
    Console.Error.WriteLine($"{wrong.Message}\n{NBomberOptions.Usage}");
    return 2;
}

using var ended = new CancellationTokenSource();
var signalled = 0;
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, 2));
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, 15));
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => End(context, 1));

var folder = new Lazy<ResultFolder>(() => ResultFolder.Create(options.Output, "bench nbomber " + RecordedRun.ModeOf(options.Run)));
var run = new RecordedRun(options.Run, new NBomberDriver(() => Path.Combine(folder.Value.Path, "nbomber")), new PlainHttpLoad(), probes: [], Console.Out);
if (options.OnlyPlan)
{
    run.Plan.Show(Console.Out);
    return 0;
}

int exitCode;
try
{
    exitCode = await run.RunAsync(() => folder.Value, options.RequireBudgets, ended.Token);
}
catch (OperationCanceledException) when (ended.IsCancellationRequested)
{
    Console.Error.WriteLine("ended by a signal: its servers have been ended and nothing is recorded");
    exitCode = 128 + signalled;
}

// Not a return: a run of NBomber that was left alone may hold threads that would keep this process.
Environment.Exit(exitCode);
return exitCode;

void End(PosixSignalContext context, int number)
{
    // The first ends the run and its servers in order; a second one ends this process at once, and the guard its servers.
    context.Cancel = !ended.IsCancellationRequested;
    signalled = number;
    ended.Cancel();
}
