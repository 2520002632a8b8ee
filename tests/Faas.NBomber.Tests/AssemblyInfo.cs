using Faas.NBomber.Tests;
using Xunit.Sdk;
using Xunit.v3;

// One after the other: each puts a load on a server.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(BenchCopy))]
