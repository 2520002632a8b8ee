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
    [InlineData("cors=function", true)]
    [InlineData("cors=*", false)]
    [InlineData("env=FAAS_ID=other", false)]
    [InlineData("env=FAAS_ANYTHING=", false)]
    [InlineData("env=MY_FAAS_ID=mine", true)]
    [InlineData("env=A=%00", false)]
    [InlineData("env=A%00B=c", false)]
    [InlineData("secret=FAAS_ID", false)]
    public void Parse_Setting_TakesItsValuesOnly(string parameter, bool isTaken)
    {
        var request = DeployParameters.Parse(new QueryString("?name=f&lang=js&" + parameter), InvocationLimits.Default, out var problem);
        Assert.Equal(isTaken, request is not null);
        Assert.Equal(isTaken, problem is null);
    }
}
