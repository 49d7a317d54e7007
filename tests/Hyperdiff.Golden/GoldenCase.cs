using System.Globalization;

namespace Hyperdiff.Golden;

/// <summary>One comparison and how it came out.</summary>
/// <param name="File">The file.</param>
/// <param name="Method">The method.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Error">The relative error; NaN if there was no comparison.</param>
/// <param name="Tolerance">What it may be; NaN if there was no comparison.</param>
/// <param name="SkipReason">Why there was no comparison; null if there was.</param>
public sealed record GoldenCase(string File, string Method, string Parameters, double Error, double Tolerance, string? SkipReason)
{
    /// <summary>Whether the comparison was made and failed.</summary>
    public bool Failed => SkipReason is null && !(Error <= Tolerance);

    /// <summary>The line of the report.</summary>
    public override string ToString() => SkipReason is { } reason
        ? $"{File} {Method} {Parameters} SKIP {reason}"
        : string.Create(CultureInfo.InvariantCulture, $"{File} {Method} {Parameters} {Error:E2} {Tolerance:E1} {(Failed ? "FAIL" : "PASS")}");
}
