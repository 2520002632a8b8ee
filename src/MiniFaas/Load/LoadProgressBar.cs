using Faas.Load;
using Spectre.Console;

namespace MiniFaas.Load;

/// <summary>The progress bar of a load run: on a terminal only, and on standard error, so that a result can be piped.</summary>
internal static class LoadProgressBar
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromMilliseconds(200); // cheap beside the load itself

    public static async Task ShowAsync(LoadPlan plan, LoadProgress progress, Task run)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
        {
            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await console.Progress()
            .AutoClear(true)
            .AutoRefresh(false)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask("warm-up", maxValue: plan.Requests > 0 ? plan.Requests : plan.Duration.TotalSeconds);
                var watch = new System.Diagnostics.Stopwatch();
                while (!run.IsCompleted)
                {
                    if (progress.IsMeasuring)
                    {
                        watch.Start();
                        task.Description = $"{progress.Done:N0} requests";
                        task.Value = plan.Requests > 0 ? progress.Done : watch.Elapsed.TotalSeconds;
                    }

                    context.Refresh();
                    await Task.WhenAny(run, Task.Delay(s_refresh));
                }
            });
    }
}
