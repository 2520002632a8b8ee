using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>A delete while the function is called for the first time: a call that has begun ends as ever, one that comes later finds nothing.</summary>
public sealed class DeleteTests(SharedServer shared)
{
    private const int Rounds = 15;
    private const int Calls = 4;

    [Theory]
    [InlineData("python", "print('x', end='')", "x")]
    [InlineData("js", "process.stdout.write('x')", "x")]
    [InlineData("php", "<?php echo 'x';", "x")]
    [InlineData("wasm", "(module (memory (export \"memory\") 1) (func (export \"_start\")))", "")]
    public async Task Delete_WhileFirstCallsBegin_EachEndsOrFindsNothing(string language, string source, string output)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var name = $"race-{language}-{round}";
            await shared.Server.DeployedAsync(name, language, source);
            var calls = Enumerable.Range(0, Calls).Select(_ => shared.Server.InvokeAsync(name)).ToList();
            var deleted = await shared.Server.SendAsync(HttpMethod.Delete, $"/function/{name}");
            deleted.ShouldSucceed();
            foreach (var answer in await Task.WhenAll(calls))
            {
                Assert.SkipWhen(answer.Status == 501, "no interpreter on this machine");
                if (answer.Status != 404)
                {
                    Assert.Equal(output, answer.ShouldSucceed().Output);
                }
            }

            (await shared.Server.InvokeAsync(name)).ShouldFail(404, "function_not_found");
        }
    }
}
