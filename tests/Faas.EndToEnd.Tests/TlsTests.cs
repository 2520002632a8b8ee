using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>HTTPS by certificate files.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task Tls_ServesTheCertificate_AndItsRenewalWithoutARestart()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = (folder.Combine("cert.pem"), folder.Combine("key.pem"));
        var first = Write(certificate, key);
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--tls-cert", certificate, "--tls-key", key);
        Assert.Equal("https", server.Address.Scheme);
        Assert.Equal(first, await ShownAsync(server.Address));

        var second = Write(certificate, key);
        await Patience.UntilAsync(async () => await ShownAsync(server.Address) == second, "the new certificate is shown");

        // Half a pair: the old one stays until the other half comes.
        await File.WriteAllTextAsync(key, "no key", TestContext.Current.CancellationToken);
        await Patience.UntilAsync(
            async () => await ShownAsync(server.Address) == second && server.Errors.Contains("the old one stays", StringComparison.Ordinal),
            "the unusable pair is refused");
    }

    [Fact]
    public async Task Tls_PagesOfTheServer_HaveItsHttpsOrigin()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = (folder.Combine("cert.pem"), folder.Combine("key.pem"));
        Write(certificate, key);
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--tls-cert", certificate, "--tls-key", key);
        using var client = Client(_ => { });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"https://{server.Address.Authority}"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync($"http://{server.Address.Authority}"));

        async Task<HttpStatusCode> StatusAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/functions"));
            request.Headers.Add("Origin", origin);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Tls_FilesThatDoNotFit_AreRefusedAtTheStart()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = (folder.Combine("cert.pem"), folder.Combine("key.pem"));
        Write(certificate, key);
        Write(folder.Combine("other.pem"), key);
        string[] own = ["--http", "127.0.0.1:0", "--data", folder.Data, "--runtime-dir", folder.Run];
        var result = await MiniFaasCommand.RunAsync([.. own, "--tls-cert", certificate, "--tls-key", key]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(certificate, result.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await MiniFaasCommand.RunAsync([.. own, "--tls-cert", certificate])).ExitCode);
    }

    private static string Write(string certificatePath, string keyPath)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return certificate.Thumbprint;
    }

    private static async Task<string> ShownAsync(Uri address)
    {
        var shown = "";
        using var client = Client(certificate => shown = certificate.Thumbprint);
        using var response = await client.GetAsync(new Uri(address, "/healthz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return shown;
    }

    private static HttpClient Client(Action<X509Certificate2> look) => new(new HttpClientHandler
    {
        ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
        {
            look(certificate!);
            return true;
        },
    });
}
