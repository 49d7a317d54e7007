namespace Hyperdiff.DiffSharp;

/// <summary>Derivatives of DiffSharp functions by DiffSharp, guarded: what <c>dsharp.diff</c>, <c>grad</c>, <c>jacobianv</c> and <c>jacobianTv</c> are for, and
/// right where those are not.</summary>
/// <remarks>A result that does not depend on the argument has derivative zero, in both modes and whatever encloses the call; the argument may take part in
/// other differentiations, whose derivatives then go through these. Any shapes.</remarks>
public static class DiffSharpDerivative
{
    /// <summary>f(x) and J v, in forward mode.</summary>
    /// <param name="function">x → f(x).</param>
    /// <param name="x">The point, of any shape.</param>
    /// <param name="direction">v, of the shape of x.</param>
    public static (DiffTensor Value, DiffTensor Tangent) Jvp(Func<DiffTensor, DiffTensor> function, DiffTensor x, DiffTensor direction)
    {
        (DiffTensor value, DiffProgram program) = Of(function, x);
        return (value, program.Tangent([0]).Run([x, direction])[0]);
    }

    /// <summary>f(x) and Jᵀ ȳ, in reverse mode.</summary>
    /// <param name="function">x → f(x).</param>
    /// <param name="x">The point, of any shape.</param>
    /// <param name="cotangent">ȳ, of the shape of f(x).</param>
    public static (DiffTensor Value, DiffTensor Cotangent) Vjp(Func<DiffTensor, DiffTensor> function, DiffTensor x, DiffTensor cotangent)
    {
        (DiffTensor value, DiffProgram program) = Of(function, x);
        return (value, program.Cotangent([0], 1).Run([x, cotangent])[0]);
    }

    /// <summary>The gradient of a scalar function, like x.</summary>
    /// <param name="function">x → f(x), without axes.</param>
    /// <param name="x">The point, of any shape.</param>
    /// <exception cref="ShapeMismatchException">The function's value has axes.</exception>
    public static DiffTensor Grad(Func<DiffTensor, DiffTensor> function, DiffTensor x)
    {
        (DiffTensor value, DiffProgram program) = Of(function, x);
        return value.dim == 0
            ? program.Cotangent([0], 1).Run([x, value.onesLike(null, null, null, null)])[0]
            : throw new ShapeMismatchException(
                $"A gradient is that of a scalar, and this function returns [{string.Join(", ", value.shape)}]; reduce it by sum.");
    }

    private static (DiffTensor Value, DiffProgram Program) Of(Func<DiffTensor, DiffTensor> function, DiffTensor x)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        var program = new DiffProgram("a function", all => [function(all[0])]);
        return (program.Run([x])[0], program);
    }
}
