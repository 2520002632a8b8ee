using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Faas.Supervisor.Hosting;

/// <summary>
/// The server's certificate from two PEM files, read again when one of them has changed: looked at most once a second, at
/// a handshake. A renewed pair that cannot be used is logged, and the old one stays.
/// </summary>
internal sealed class TlsCertificate
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(1);

    private readonly string _certificatePath;
    private readonly string _keyPath;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private SslStreamCertificateContext _context;
    private (DateTime, DateTime) _stamps;
    private long _lastLook;

    private TlsCertificate(string certificatePath, string keyPath, TimeProvider time, ILogger logger)
    {
        _certificatePath = certificatePath;
        _keyPath = keyPath;
        _time = time;
        _logger = logger;
        _stamps = ReadStamps();
        _context = Read();
        _lastLook = time.GetTimestamp();
    }

    /// <summary>What a handshake is to present now.</summary>
    public SslStreamCertificateContext Context
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_lastLook) >= s_lookEvery)
                {
                    _lastLook = _time.GetTimestamp();
                    ReadAgainIfChanged();
                }

                return _context;
            }
        }
    }

    /// <exception cref="StartupFailureException">The files cannot be read or do not fit.</exception>
    public static TlsCertificate Load(string certificatePath, string keyPath, TimeProvider time, ILogger logger)
    {
        try
        {
            return new TlsCertificate(certificatePath, keyPath, time, logger);
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            throw new StartupFailureException(
                $"the certificate {certificatePath} with the key {keyPath} cannot be used: {exception.Message}",
                "give PEM files that belong together: --tls-cert with the certificate and its chain, --tls-key with its key, not encrypted",
                ExitCode.Usage,
                exception);
        }
    }

    private void ReadAgainIfChanged()
    {
        try
        {
            var stamps = ReadStamps();
            if (stamps == _stamps)
            {
                return;
            }

            _context = Read();
            _stamps = stamps;
            HostingLog.CertificateRead(_logger, _certificatePath, _context.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            // Perhaps only one of the two has been replaced yet: it is tried again at the next look.
            HostingLog.CertificateRefused(_logger, _certificatePath, exception.Message);
        }
    }

    private (DateTime, DateTime) ReadStamps() => (File.GetLastWriteTimeUtc(_certificatePath), File.GetLastWriteTimeUtc(_keyPath));

    private SslStreamCertificateContext Read()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificatePath);
        // Offline: a handshake waits for nobody's servers.
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(_certificatePath, _keyPath), chain, offline: true);
    }

    private static bool IsExpected(Exception exception) =>
        exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;
}
