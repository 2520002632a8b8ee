using Faas.Supervisor.Gateway;
using Microsoft.AspNetCore.Http;

namespace Faas.Supervisor.Tests.Gateway;

public sealed class InvokeParametersTests
{
    [Theory]
    [InlineData("?fn=f", false)]
    [InlineData("?fn=f&async=1", true)]
    [InlineData("?fn=f&async=True", true)]
    [InlineData("?fn=f&async=yes", true)]
    [InlineData("?fn=f&async=on&retries=3&callback=http://127.0.0.1/", true)]
    [InlineData("?fn=f&async=", false)]
    [InlineData("?fn=f&async=0", false)]
    [InlineData("?fn=f&async=no", false)]
    [InlineData("?fn=f&async=False", false)]
    [InlineData("?fn=f&async=off", false)]
    [InlineData("?%66n=f&arg=a&arg=b", false)]
    public void Parse_KnownParameters_AreTaken(string query, bool isAsync)
    {
        var parameters = InvokeParameters.Parse(new QueryString(query), out var problem);
        Assert.Null(problem);
        Assert.Equal(("f", isAsync), (parameters.Function.ToString(), parameters.IsAsync));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?fn=")]
    [InlineData("?arg=x")]
    [InlineData("?fn=f&fn=g")]
    [InlineData("?fn=f&args=1")]
    [InlineData("?fn=f&timeout=100")]
    [InlineData("?fn=f&Async=1")]
    [InlineData("?fn=f&async=maybe")]
    [InlineData("?fn=f&retries=3")]
    [InlineData("?fn=f&callback=http://127.0.0.1/")]
    [InlineData("?fn=f&async=no&retries=3")]
    [InlineData("?fn=f&async=1&retries=1&retries=2")]
    [InlineData("?fn=f&arg=a%00b")]
    public void Parse_AnythingElse_IsRefused(string query)
    {
        InvokeParameters.Parse(new QueryString(query), out var problem);
        Assert.NotNull(problem);
    }
}
