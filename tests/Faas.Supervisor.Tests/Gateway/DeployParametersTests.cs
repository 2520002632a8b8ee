using Faas.Protocol.Contracts;
using Faas.Supervisor.Gateway;
using Microsoft.AspNetCore.Http;

namespace Faas.Supervisor.Tests.Gateway;

public sealed class DeployParametersTests
{
    [Theory]
    [InlineData("isolation=proces", false)]
    [InlineData("isolation=", false)]
    [InlineData("network=yes", false)]
    [InlineData("isolation=process", true)]
    [InlineData("isolation=shared", true)]
    [InlineData("network=allow", true)]
    [InlineData("network=deny", true)]
    [InlineData("entry=app/start.js", true)]
    public void Parse_OptionOfARuntime_TakesItsValuesOnly(string parameter, bool isTaken)
    {
        var request = DeployParameters.Parse(new QueryString("?name=f&lang=js&" + parameter), InvocationLimits.Default, out var problem);
        Assert.Equal(isTaken, request is not null);
        Assert.Equal(isTaken, problem is null);
    }
}
