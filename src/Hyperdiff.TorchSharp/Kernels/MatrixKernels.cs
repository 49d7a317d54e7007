using System.Runtime.InteropServices;
using Hyperdiff.Decompositions;
using TorchSharp;
using static Hyperdiff.TorchSharp.Kernels.Numbers;

namespace Hyperdiff.TorchSharp.Kernels;

/// <summary>Factorizations and solves by <c>torch.linalg</c>, in double precision, with the signs that the definitions choose.</summary>
/// <remarks>A matrix that is singular, not positive definite or not finite is left to the definition, which says so; that is one truth value read.</remarks>
internal static class MatrixKernels
{
    private static readonly Scalar s_equal = Orientation.Equal, s_minusTwo = -2.0;

    public static IEnumerable<KeyValuePair<Type, TorchKernel>> All { get; } =
    [
        Of<Cholesky>((_, x) => Factored(x[0])),
        Of<TriangularSolve>((solve, x) => Solved(solve, x[0], x[1])),
        Of<LuFactors>((_, x) => Eliminated(x[0])),
        Of<MatrixSolve>((solve, x) => [Solved(solve, x[0], x[1], x[2])]),
        Of<Determinant>((_, x) => [torch.linalg.det(x[0])]),
        Of<LogDeterminant>((_, x) =>
        {
            (torch.Tensor sign, torch.Tensor logarithm) = torch.linalg.slogdet(x[0]);
            return [sign.add(Zero), logarithm];
        }),
        Of<Qr>((_, x) =>
        {
            (torch.Tensor q, torch.Tensor r) = torch.linalg.qr(x[0]);
            torch.Tensor sign = Sign(r.diagonal(0, -2, -1).lt(Zero), r);
            return [q.mul(sign.unsqueeze(-2)), r.mul(sign.unsqueeze(-1))];
        }),
        Of<SymmetricEigen>((_, x) =>
        {
            (torch.Tensor values, torch.Tensor vectors) = torch.linalg.eigh(SymmetricPart(x[0]));
            return [values, vectors.mul(Orient(vectors, -2))];
        }),
        Of<Svd>((_, x) =>
        {
            (torch.Tensor u, torch.Tensor s, torch.Tensor vt) = torch.linalg.svd(x[0], fullMatrices: false);
            torch.Tensor sign = x[0].shape[^2] >= x[0].shape[^1] ? Orient(u, -2) : Orient(vt, -1).transpose(-2, -1);
            return [u.mul(sign), s, vt.mul(sign.transpose(-2, -1))];
        }),
    ];

    private static KeyValuePair<Type, TorchKernel> Of<T>(Func<T, torch.Tensor[], torch.Tensor[]?> kernel)
        where T : MatrixPrimitive => new(typeof(T), (primitive, x, results) =>
        {
            bool empty = Array.Exists(x, tensor => tensor.NumberOfElements == 0);
            if (empty || x[0].device_type == DeviceType.MPS || (primitive is not TriangularSolve && !x[0].isfinite().all().ToBoolean()))
            {
                return null;
            }

            try
            {
                torch.Tensor[]? computed = kernel((T)primitive, Array.ConvertAll(x, tensor => tensor.to(torch.ScalarType.Float64)));
                return computed is null ? null : [.. computed.Select((result, i) => result.to(results[i].DType.ToTorch()))];
            }
            catch (ExternalException failure) when (failure.Message.Contains("linalg", StringComparison.Ordinal))
            {
                return null;
            }
        });

    private static torch.Tensor[]? Factored(torch.Tensor matrix)
    {
        (torch.Tensor l, torch.Tensor failed) = torch.linalg.cholesky_ex(SymmetricPart(matrix));
        torch.Tensor pivots = l.diagonal(0, -2, -1).square();
        torch.Tensor wrong = Rounding(pivots, l.square().sum(-1)).any().logical_or(failed.ne(WholeZero).any());
        return wrong.ToBoolean() ? null : [l];
    }

    private static torch.Tensor[]? Solved(TriangularSolve solve, torch.Tensor matrix, torch.Tensor given)
    {
        int skipped = solve.UnitDiagonal ? 1 : 0;
        torch.Tensor used = solve.Lower ? matrix.tril(-skipped) : matrix.triu(skipped);
        torch.Tensor wrong = used.isfinite().all().logical_not();
        wrong = solve.UnitDiagonal ? wrong : wrong.logical_or(used.diagonal(0, -2, -1).eq(Zero).any());
        if (wrong.ToBoolean())
        {
            return null;
        }

        return [torch.linalg.solve_triangular(
            solve.Transposed ? used.transpose(-2, -1) : used, given, upper: solve.Lower == solve.Transposed, left: true, unitriangular: solve.UnitDiagonal)];
    }

    // libtorch exchanges rows, and the definition columns: its factors are those of the transposed matrix
    private static torch.Tensor[]? Eliminated(torch.Tensor matrix)
    {
        (torch.Tensor lu, torch.Tensor? pivots) = torch.linalg.lu_factor(matrix.transpose(-2, -1));
        torch.Tensor diagonal = lu.diagonal(0, -2, -1).abs();
        torch.Tensor terms = lu.tril(-1).abs().mul(lu.triu().abs().transpose(-2, -1)).sum(-1).add(diagonal);
        return Rounding(diagonal, terms).any().ToBoolean()
            ? null : [torch.cat([lu.transpose(-2, -1), pivots!.sub(WholeOne).to(matrix.dtype).unsqueeze(-2)], -2)];
    }

    private static torch.Tensor Solved(MatrixSolve solve, torch.Tensor matrix, torch.Tensor given, torch.Tensor factors)
    {
        long size = factors.shape[^1];
        torch.Tensor lu = factors.narrow(-2, 0, size).transpose(-2, -1), pivots = factors.select(-2, size).to(torch.ScalarType.Int32).add(WholeOne);
        torch.Tensor By(torch.Tensor rightSide) => torch.linalg.lu_solve(lu, pivots, rightSide, left: true, adjoint: !solve.Transposed);
        torch.Tensor x = By(given);

        // factors of large matrices may be those of float32
        return size < MatrixPrimitive.LeastSingle
            ? x : x.add(By(given.sub((solve.Transposed ? matrix.transpose(-2, -1) : matrix).matmul(x))));
    }

    // as Factorization.IsRounding: no more than k + 1 units of what the pivot was computed from
    private static torch.Tensor Rounding(torch.Tensor pivots, torch.Tensor terms)
    {
        using Scalar epsilon = DType.Float64.Epsilon();
        torch.Tensor units = torch.arange(1, pivots.shape[^1] + 1, torch.ScalarType.Float64, pivots.device).mul(epsilon);
        return pivots.gt(units.mul(terms)).logical_not();
    }

    private static torch.Tensor SymmetricPart(torch.Tensor matrix) => matrix.mul(OneHalf).add(matrix.transpose(-2, -1).mul(OneHalf));

    // ±1 for each vector along an axis: the first of its largest elements becomes positive
    private static torch.Tensor Orient(torch.Tensor vectors, long axis)
    {
        torch.Tensor sizes = vectors.abs();
        torch.Tensor deciding = sizes.ge(sizes.amax([axis], keepdim: true).mul(s_equal)).to(torch.ScalarType.Int32).argmax(axis, keepdim: true);
        return Sign(vectors.gather(axis, deciding).lt(Zero), vectors);
    }

    private static torch.Tensor Sign(torch.Tensor turned, torch.Tensor like) => turned.to(like.dtype).mul(s_minusTwo).add(One);
}
