using BenchmarkDotNet.Running;
using Faas.Microbenchmarks;

// A run that measured nothing, or in which a benchmark failed, must not look like a success.
const string Short = "--short";
var summaries = BenchmarkSwitcher.FromAssembly(typeof(BenchmarkConfig).Assembly)
    .Run([.. args.Where(argument => argument != Short)], new BenchmarkConfig(args.Contains(Short)))
    .ToArray();
return summaries.Length > 0 && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
