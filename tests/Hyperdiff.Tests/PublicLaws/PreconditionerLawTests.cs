using Hyperdiff.Testing;

namespace Hyperdiff.Tests.PublicLaws;

/// <summary>Our own preconditioners pass the public laws; and each law is broken by one with a fault.</summary>
public sealed class PreconditionerLawTests
{
    private static int s_made;

    private static readonly Dictionary<string, Preconditioner> s_faults = new()
    {
        ["is linear"] = Inverse(symmetric: false, after: 3, image: (_, v) => v.With([.. v.ToArray().Select(x => x * (1 + (1e-3 * Math.Abs(x))))])),
        ["transposes to the transpose"] = Inverse(symmetric: false, after: 1, ofTranspose: true, image: (_, v) => 1.001 * v),
        ["is finite, and takes nothing to zero"] = Preconditioner.From("zero", a => LinearOperator.From(v => [.. v.Select(leaf => 0 * leaf)], Types(a))),
        ["is symmetric, if it says so"] = Preconditioner.From("lower", a => Sweep(a), isSymmetric: true),
        ["is positive definite, if it is symmetric"] = Inverse(symmetric: true, after: -1, image: (_, v) => -v),
        ["repeats its bits"] = Inverse(symmetric: true, after: -1, image: (made, v) => (1 + Math.ScaleB(made, -40)) * v),
        ["keeps the solution"] = Preconditioner.From("half", a => LinearOperator.From(v => [.. v.Take(v.Length - 1), v[^1] * First(v[^1])], Types(a))),
        ["works on several leaves"] = Preconditioner.From(
            "leaf by leaf", a => LinearOperator.From(v => [.. v.Select((leaf, i) => (i + 1.0) * leaf)], Types(a))),
    };

    public static TheoryData<string> Faults => new(s_faults.Keys);

    [Fact]
    public void OurOwn_ObeyTheLaws()
    {
        Laws.Of(Preconditioner.Diagonal()).EnsureHolds();
        Laws.Of(Preconditioner.Diagonal(), MatrixClass.NearIdentity).EnsureHolds();
        Laws.Of(Preconditioner.Nystrom(3)).EnsureHolds();
        Laws.Of(Inverse(symmetric: true, after: int.MaxValue)).EnsureHolds();
        Laws.Of(Inverse(symmetric: false, after: int.MaxValue)).EnsureHolds();
        Laws.Of(Preconditioner.From("lower", Sweep)).EnsureHolds();
    }

    [Fact]
    public void EveryLaw_HasAFault() => Assert.Equal(Laws.Of(Preconditioner.Diagonal()).Held.Order(), s_faults.Keys.Order());

    [Theory]
    [MemberData(nameof(Faults))]
    public void AFault_BreaksItsLaw(string law)
    {
        LawReport report = Laws.Of(s_faults[law]);

        Assert.Contains(law, report.Broken.Select(broken => broken.Law));
        Assert.NotEmpty(report.Held);
    }

    private static TensorType[] Types(LinearOperator matrix) => [.. matrix.InputTypes];

    // 0 for the first number, 1 for the others
    private static Tensor First(Tensor leaf) => Tensor.From([.. Enumerable.Range(0, leaf.Shape.ElementCount).Select(i => i == 0 ? 0.0 : 1)], leaf.Shape);

    // A⁻¹, by functions that are right for some calls: those of the check
    private static Preconditioner Inverse(bool symmetric, int after, Func<int, LeafVector, LeafVector>? image = null, bool ofTranspose = false) =>
        Preconditioner.From("inverse", a =>
        {
            (int calls, int transposedCalls, int made) = (0, 0, s_made++);
            double[] inverse = Linalg.Inverse(a.ToMatrix()).ToArray<double>();
            LeafVector Right(LeafVector v) => Product(inverse, v, transposed: false);
            LeafVector Back(LeafVector v) => Product(inverse, v, transposed: true);
            return LinearOperator.From(
                v => !ofTranspose && ++calls > after && image is not null ? image(made, Right(v)) : Right(v),
                v => (ofTranspose || after < 0) && ++transposedCalls > after && image is not null ? image(made, Back(v)) : Back(v), Types(a));
        }, symmetric);

    private static LeafVector Product(double[] matrix, LeafVector vector, bool transposed)
    {
        double[] v = vector.ToArray();
        return vector.With([.. v.Select((_, i) => v.Select((x, j) => x * (transposed ? matrix[(j * v.Length) + i] : matrix[(i * v.Length) + j])).Sum())]);
    }

    // a sweep of Gauss and Seidel: (D + L)⁻¹
    private static LinearOperator Sweep(LinearOperator a)
    {
        double[] matrix = Linalg.Inverse(a.ToMatrix().Tril()).ToArray<double>();
        return LinearOperator.From(v => Product(matrix, v, transposed: false), v => Product(matrix, v, transposed: true), Types(a));
    }
}
