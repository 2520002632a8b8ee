using Faas.Browser.Tests;
using Xunit.Sdk;
using Xunit.v3;

// One after the other: each starts a server, and the browser wants the machine to itself.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Chromium))]
