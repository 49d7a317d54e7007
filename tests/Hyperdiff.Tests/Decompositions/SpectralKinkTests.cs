namespace Hyperdiff.Tests.Decompositions;

/// <summary>Eigenvalues and singular values that are equal, and singular values that are 0, are kinks of functions that do not treat them alike, or evenly, and
/// of no others.</summary>
public sealed class SpectralKinkTests
{
    private static readonly Tensor s_tied = Tensor.From([1.0, 1, 3]);
    private static readonly Tensor s_singular = Tensor.From([2.0, 0, 3]);

    private static Dictionary<string, (Func<Tensor, Tensor> Function, Tensor At, string[] Said)> Spectra => new()
    {
        ["the smallest"] = (w => w[0], s_tied, ["a tie of `Eigh`"]),
        ["one of two"] = (w => w[1], s_tied, ["a tie of `Eigh` in 1 of 2 elements"]),
        ["weighted"] = (w => (w * Tensor.From([1.0, 2, 3])).Sum(), s_tied, ["a tie of `Eigh` in 1 of 2 elements"]),
        ["all differ"] = (w => w[1], Tensor.From([1.0, 2, 3]), []),
        ["a simple one beside a tie"] = (w => w[2], s_tied, []),
        ["the greatest, by Max"] = (w => w.Max(), Tensor.From([3.0, 1, 3]), ["a tie of `Max`"]),
        ["Max elsewhere"] = (w => w.Max(), s_tied, []),
        ["sum of logarithms"] = (w => w.Log().Sum(), s_tied, []),
        ["entropy"] = (w => { Tensor p = w / w.Sum(); return -(p * p.Log()).Sum(); }, s_tied, []),
        ["norm"] = (w => w.Norm(), s_tied, []),
        ["softmax"] = (w => w.Softmax().Square().Sum(), s_tied, []),
        ["product"] = (w => w.Prod(), s_tied, []),
        ["the first of the products"] = (w => w.CumProd(0)[0], s_tied, ["a tie of `Eigh` in 1 of 2 elements"]),
    };

    private static Dictionary<string, (Func<Tensor, Tensor> Function, Tensor At, string[] Said)> Singular => new()
    {
        ["nuclear norm"] = (s => s.Sum(), s_singular, ["`Svd` at 0 in 1 of 3 elements"]),
        ["the smallest"] = (s => s[2], s_singular, ["`Svd` at 0"]),
        ["the greatest, elsewhere"] = (s => s[0], s_singular, []),
        ["the greatest, tied"] = (s => s[0], Tensor.From([3.0, -3, 1]), ["a tie of `Svd`"]),
        ["Frobenius"] = (s => s.Square().Sum(), s_singular, []),
        ["their norm"] = (s => s.Norm(), s_singular, []),
        ["fourth powers"] = (s => s.Pow(4).Sum(), s_singular, []),
        ["nuclear norm, tied"] = (s => s.Sum(), Tensor.From([3.0, -3, 1]), []),
    };

    public static TheoryData<string> OfEigenvalues => [.. Spectra.Keys];

    public static TheoryData<string> OfSingularValues => [.. Singular.Keys];

    [Theory]
    [MemberData(nameof(OfEigenvalues))]
    public void TiesOfEigenvalues(string name)
    {
        (Func<Tensor, Tensor> f, Tensor at, string[] said) = Spectra[name];
        Assert.Equal(said, Said(x => f(Linalg.EigenvaluesSymmetric(Tensor.Eye(3) * x)), at));
    }

    [Theory]
    [MemberData(nameof(OfSingularValues))]
    public void ZerosAndTiesOfSingularValues(string name)
    {
        (Func<Tensor, Tensor> f, Tensor at, string[] said) = Singular[name];
        Assert.Equal(said, Said(x => f(Linalg.SingularValues(Tensor.Eye(3) * x)), at));
    }

    private static string[] Said(Func<Tensor, Tensor> f, Tensor at) => [.. Diff.GradWithReport(f, at).Kinks.Select(kink => kink.ToString())];
}
