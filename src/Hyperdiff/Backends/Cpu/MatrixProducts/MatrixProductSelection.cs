using System.Diagnostics.CodeAnalysis;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Which matrix product the CPU backend uses: <c>HYPERDIFF_BLAS</c> if set, otherwise the fastest that the machine has.</summary>
/// <remarks>With AVX-512 that is managed code, which needs no tiles for bits that do not depend on the threads; with shorter vectors a native library, if there
/// is one: docs/single-operations.md.</remarks>
internal static class MatrixProductSelection
{
    /// <summary>The environment variable that overrides the choice: "managed", "openblas" or the path of a library with the C interface of BLAS.</summary>
    public const string Variable = "HYPERDIFF_BLAS";

    /// <summary>The value that asks for managed code.</summary>
    public const string Managed = "managed";

    /// <summary>The value that asks for a native library from the system's search path.</summary>
    public const string OpenBlas = "openblas";

    private static readonly Lazy<MatrixProduct> s_current = new(() => Select(Environment.GetEnvironmentVariable(Variable), WorkerPool.Shared));

    /// <summary>The choice of this process, made at the first use; <see cref="MatrixProduct.Description"/> tells what it is.</summary>
    /// <exception cref="DllNotFoundException">The variable names a library that cannot be used.</exception>
    public static MatrixProduct Current => s_current.Value;

    /// <summary>Makes the choice that a value of the variable asks for.</summary>
    /// <param name="choice">"managed", "openblas", a path, or null or blank for the fastest.</param>
    /// <param name="pool">The threads to use.</param>
    /// <exception cref="DllNotFoundException">The library asked for cannot be used; the message says why and what to do.</exception>
    public static MatrixProduct Select(string? choice, WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return IsUnset(choice) ? Fastest(pool, VectorWidths.Widest) : Library(choice) is { } library
            ? new OpenBlasMatrixProduct(library, pool) : new ManagedMatrixProduct(pool);
    }

    /// <summary>The native library that a value of the variable allows: none for "managed", and if it is unset the first candidate that works, for what only a
    /// library has.</summary>
    /// <param name="choice">As for <see cref="Select"/>.</param>
    /// <exception cref="DllNotFoundException">The library asked for cannot be used; the message says why and what to do.</exception>
    public static BlasLibrary? Library(string? choice)
    {
        if (IsUnset(choice))
        {
            return TryLoadCandidate(out BlasLibrary? candidate, out _) ? candidate : null;
        }

        string asked = choice!.Trim();
        if (asked.Equals(Managed, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        bool byName = asked.Equals(OpenBlas, StringComparison.OrdinalIgnoreCase);
        return (byName ? TryLoadCandidate(out BlasLibrary? library, out string? reason) : BlasLibrary.TryLoad(asked, out library, out reason))
            ? library
            : throw new DllNotFoundException(
                $"{Variable} is '{asked}', but {(byName ? "no BLAS library can" : "that library cannot")} be used. {reason} "
                + $"Install OpenBLAS, or set {Variable} to the path of a library that exports cblas_dgemm, or to '{Managed}', or unset it.");
    }

    /// <summary>The fastest product on a machine with vectors of a width.</summary>
    public static MatrixProduct Fastest(WorkerPool pool, VectorWidth widest) =>
        widest < VectorWidth.Bits512 && TryLoadCandidate(out BlasLibrary? library, out _)
            ? new OpenBlasMatrixProduct(library, pool) : new ManagedMatrixProduct(pool);

    /// <summary>Loads the first of <see cref="BlasLibrary.Candidates"/> that works.</summary>
    /// <param name="library">The library.</param>
    /// <param name="reason">Why none worked: every name with its reason.</param>
    public static bool TryLoadCandidate([NotNullWhen(true)] out BlasLibrary? library, [NotNullWhen(false)] out string? reason)
    {
        List<string> reasons = [];
        foreach (string name in BlasLibrary.Candidates)
        {
            if (BlasLibrary.TryLoad(name, out library, out string? failure))
            {
                reason = null;
                return true;
            }

            reasons.Add($"{name}: {failure}");
        }

        library = null;
        reason = string.Join(' ', reasons);
        return false;
    }

    private static bool IsUnset(string? choice) => string.IsNullOrWhiteSpace(choice);
}
