using Faas.EndToEnd.Tests;
using Faas.EndToEnd.Tests.Server;
using Xunit.Sdk;
using Xunit.v3;

// One after the other: several of them load or count a whole machine's processes.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(SharedServer))]
