using Faas.PerfCompare.Record;
using Faas.Scenarios;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Probes;

/// <summary>
/// The first invocation of a function on a worker that has just started, in each language: with round robin and as many
/// calls as workers each call meets another worker. The gateway is warmed by a function of its own, so that its JIT is
/// not what is measured. An interpreter's first call on a worker is marked cold like a module's.
/// </summary>
internal sealed class ColdStartProbe : IProbe
{
    private const int WarmCalls = 40; // the gateway's code is compiled and run through after about 30

    public string Name => "cold";

    public string Question => "How long does the first invocation of a function take on a fresh worker, in each language?";

    public bool DeploysHellos => true;

    public TimeSpan ExpectedTime(Scale scale) => Starts(scale) * TimeSpan.FromSeconds(2.5) + TimeSpan.FromSeconds(9);

    public async Task<IReadOnlyList<CaseRecord>> MeasureAsync(Scale scale, FunctionDataSets data, CancellationToken cancellationToken)
    {
        var settings = new ServerSettings { DataSet = ServerSettings.UsualDataSet }; // what is compiled here the scenarios find
        var warmer = FunctionSource.Tiny(0);
        var languages = LanguageScenario.Hellos.ToDictionary(hello => hello.Language, _ => new List<double>());
        var reasons = new Dictionary<string, string>();
        for (var start = 0; start < Starts(scale); start++)
        {
            await using var server = await FaasServer.StartAsync(settings, cancellationToken, data.For(settings));
            await server.DeployAsync(warmer, cancellationToken);
            for (var i = 0; i < WarmCalls; i++)
            {
                await server.InvokeForReceiptAsync(warmer.Name, cancellationToken);
            }

            foreach (var hello in LanguageScenario.Hellos.Where(hello => !reasons.ContainsKey(hello.Language)))
            {
                try
                {
                    await server.DeployAsync(hello, cancellationToken);
                    languages[hello.Language].AddRange(await FirstCallsAsync(server, hello, settings.Workers, cancellationToken));
                }
                catch (InvalidOperationException refused)
                {
                    reasons[hello.Language] = refused.Message; // a toolchain that is not on this machine
                }
            }
        }

        return [.. languages.Where(language => language.Value.Count > 0).Select(language => new CaseRecord
        {
            Id = $"{Name}/{language.Key}",
            Scenario = Name,
            Description = language.Key,
            Series = language.Key,
            Metrics = new Dictionary<string, MetricRecord> { [MetricRecord.ColdStart] = MetricRecord.Of(Better.Lower, language.Value) },
        })];
    }

    private static async Task<IEnumerable<double>> FirstCallsAsync(FaasServer server, FunctionSource function, int workers, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        for (var i = 0; i < workers; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            var receipt = await server.InvokeForReceiptAsync(function.Name, cancellationToken);
            if (receipt.Start != "warm")
            {
                times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return times;
    }

    private static int Starts(Scale scale) => scale == Scale.Quick ? 2 : 8;
}
