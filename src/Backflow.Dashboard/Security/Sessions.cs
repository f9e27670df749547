using System.Security.Cryptography;
using System.Text;

namespace Backflow.Dashboard.Security;

/// <summary>Sessions of one server: a cookie, not the token, proves that its browser has shown it.</summary>
/// <remarks>
/// A session is a random name and its signature. The key is drawn at the server's start and kept in memory alone, so
/// another server refuses the cookie, and so does this one after it was started again.
/// </remarks>
internal sealed class Sessions
{
    private const int Bytes = 16;
    private const int KeyBytes = 32;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>Begins a session.</summary>
    /// <returns>What the cookie holds.</returns>
    public string Begin()
    {
        string name = RandomNumberGenerator.GetHexString(2 * Bytes, lowercase: true);
        return $"{name}.{Sign(name)}";
    }

    /// <summary>The session that a cookie proves.</summary>
    /// <param name="cookie">What the cookie holds.</param>
    /// <returns>The session's name; null where the cookie is not of this server.</returns>
    public string? Find(string cookie)
    {
        int end = cookie.IndexOf('.', StringComparison.Ordinal);
        return end > 0 && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Sign(cookie[..end])), Encoding.UTF8.GetBytes(cookie[(end + 1)..]))
            ? cookie[..end]
            : null;
    }

    private string Sign(string name) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name)));
}
